// `npm run faults -- [--only WORD] [--on GROUND] [--messages N] [--seed N]`: plays every fault on
// every ground with real processes, and prints what became of the messages. Ends with 1 unless all
// of them are where they belong.
import { parseArgs } from 'node:util';
import { findings, isClean } from '../e2e/faults/checker.ts';
import { faults } from '../e2e/faults/catalogue.ts';
import type { Fault } from '../e2e/faults/fault.ts';
import { type FaultRun, runFault } from '../e2e/faults/run-fault.ts';
import type { Ground, Means } from '../e2e/faults/stage.ts';
import { buildOrExit } from './lib/build.ts';
import { seconds } from './lib/process.ts';
import { type PostgresCluster, startPostgres } from './testing/postgres-cluster.ts';
import { findRedisServer } from './testing/redis-server.ts';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    only: { type: 'string', default: '' },
    on: { type: 'string', default: '' },
    /** Acknowledged messages, in all runs together. */
    messages: { type: 'string', default: '105000' },
    seed: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

interface Plan {
  readonly fault: Fault;
  readonly ground: Ground;
}

interface Line {
  readonly fault: string;
  readonly on: string;
  readonly seed: number;
  readonly strikes: number;
  readonly 'requests failed': number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly 'out of order': number;
  readonly other: number;
  readonly 'at rest after': string;
}

// So that what is to be done at the end is done: no server is left behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await buildOrExit();
const means = await meansOfThisMachine();
const plans = faults
  .filter(({ name }) => name.includes(values.only))
  .flatMap((fault) => fault.grounds.map((ground) => ({ fault, ground })))
  .filter(({ ground }) => ground.includes(values.on))
  .filter(isPossible);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const lines: Line[] = [];
let broken = plans.length === 0;
for (const [at, plan] of plans.entries()) {
  const done = lines.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const messages = Math.max(0, Number(values.messages) - done) / (plans.length - at);
  try {
    const run = await runFault(plan.fault, {
      ground: plan.ground,
      means,
      seed: seed + at,
      messages,
      striking_ms: 120_000,
      visitors: 14,
    });
    report(run);
  } catch (error) {
    broken = true;
    console.error(`\n!!! ${plan.fault.name} on ${plan.ground} could not be played:`, error);
  }
}
if (means.postgres !== null) await (means.postgres as PostgresCluster).stop();
const total = lines.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
console.table(lines);
console.log(`${total} messages acknowledged, ${lines.length} runs, seeds from ${seed}`);
process.exitCode = broken ? 1 : 0;

async function meansOfThisMachine(): Promise<Means> {
  const postgres = await startPostgres();
  return { postgres, redisServer: findRedisServer(), from: 'build' };
}

function isPossible({ fault, ground }: Plan): boolean {
  const reason = fault.missing?.() ?? null;
  if (reason !== null) console.error(`!!! SKIPPED: ${fault.name} on ${ground}: ${reason}`);
  return reason === null;
}

function report(run: FaultRun): void {
  const { fault, ground, seed, strikes, errors, verdict, convergence_ms, output } = run;
  const others = findings.filter((one) => !['lost', 'duplicated', 'outOfOrder'].includes(one));
  const line: Line = {
    fault,
    on: ground,
    seed,
    strikes,
    'requests failed': errors,
    acknowledged: verdict.acknowledged,
    lost: verdict.lost.length,
    duplicated: verdict.duplicated.length,
    'out of order': verdict.outOfOrder.length,
    other: others.reduce((sum, one) => sum + verdict[one].length, 0),
    'at rest after': convergence_ms === null ? 'never' : seconds(convergence_ms),
  };
  lines.push(line);
  console.log(Object.values(line).join(' · '));
  if (values.verbose) console.log(output);
  if (isClean(verdict)) return;
  broken = true;
  for (const finding of findings) {
    for (const complaint of verdict[finding].slice(0, 10))
      console.log(`  ${finding}: ${complaint}`);
  }
  console.log(output.slice(-3000));
}
