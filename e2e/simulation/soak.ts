// `npm run soak [-- --minutes N --seed S]`: stories for minutes (default 10), or the one of a seed,
// with all that happened in it.
import { parseArgs } from 'node:util';
import { play, type Outcome } from './run.ts';

/** Longer than in the tests: more can come together. */
const STEPS = 60;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    steps: { type: 'string' },
  },
});

const ok = values.seed === undefined ? await soak() : await replay(Number(values.seed));
process.exitCode = ok ? 0 : 1;

/** The very story that a test played, where `--steps` is not said. */
async function replay(seed: number): Promise<boolean> {
  const outcome = await play(
    seed,
    values.steps === undefined ? {} : { steps: Number(values.steps) },
  );
  print(outcome.lines);
  print(outcome.faults.length === 0 ? ['', 'no fault'] : ['', ...outcome.faults]);
  return outcome.faults.length === 0;
}

/** Other stories each time: the first seed is the time of the day. */
async function soak(): Promise<boolean> {
  const end_ms = Date.now() + Number(values.minutes) * 60_000;
  const steps = Number(values.steps ?? STEPS);
  const from = Math.floor(Date.now() / 1_000);
  const sum = { stories: 0, acknowledged: 0, crashes: 0, failed: 0 };
  for (let seed = from; Date.now() < end_ms; seed += 1) {
    const outcome = await play(seed, { steps });
    add(sum, outcome);
    if (outcome.faults.length > 0) {
      print([`npm run soak -- --seed ${seed} --steps ${steps}`, ...outcome.faults]);
    }
    if (sum.stories % 500 === 0) print([JSON.stringify(sum)]);
  }
  print([JSON.stringify(sum)]);
  return sum.failed === 0 && sum.stories > 0;
}

function add(
  sum: { stories: number; acknowledged: number; crashes: number; failed: number },
  { acknowledged, crashes, faults }: Outcome,
): void {
  sum.stories += 1;
  sum.acknowledged += acknowledged;
  sum.crashes += crashes;
  if (faults.length > 0) sum.failed += 1;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
