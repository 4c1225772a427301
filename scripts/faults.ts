// `npm run faults -- [--only WORD] [--on GROUND] [--messages N] [--seed N] [--record FILE]`: plays every
// fault on every ground with real processes, and prints what became of the messages. Ends with 1 unless
// all of them are where they belong. With a record, what stands there already is not played again.
import { parseArgs } from 'node:util';
import { findings, isClean } from '../e2e/faults/checker.ts';
import { faults } from '../e2e/faults/catalogue.ts';
import type { Fault } from '../e2e/faults/fault.ts';
import { type FaultRun, runFault } from '../e2e/faults/run-fault.ts';
import { FaultRecord, type RecordLine } from '../e2e/faults/run-record.ts';
import type { Ground, Means } from '../e2e/faults/stage.ts';
import { buildOrExit } from './lib/build.ts';
import { run, seconds } from './lib/process.ts';
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
    /** Where each run is written as it ends. */
    record: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

interface Plan {
  readonly fault: Fault;
  readonly ground: Ground;
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
const record = new FaultRecord(values.record ?? null, {
  commit: await commitOfThis(),
  seed: Number(values.seed ?? Math.floor(Math.random() * 1e9)),
});
const { seed } = record.head;
let broken = plans.length === 0;
for (const [at, plan] of plans.entries()) {
  if (record.has(plan.fault.name, plan.ground)) continue;
  const missing = Math.max(0, Number(values.messages) - record.acknowledged);
  const messages = missing / (plans.length - at);
  try {
    const played = await runFault(plan.fault, {
      ground: plan.ground,
      means,
      seed: seed + at,
      messages,
      striking_ms: 120_000,
      visitors: 14,
    });
    report(played);
  } catch (error) {
    broken = true;
    console.error(`\n!!! ${plan.fault.name} on ${plan.ground} could not be played:`, error);
  }
}
if (means.postgres !== null) await (means.postgres as PostgresCluster).stop();
const { lines, head, acknowledged } = record;
console.table(lines);
console.log(
  `${acknowledged} messages acknowledged, ${lines.length} runs, seeds from ${seed}, ${head.commit}`,
);
process.exitCode = broken || !record.isClean ? 1 : 0;

/** What is played; none where this is no repository. */
async function commitOfThis(): Promise<string> {
  const { output } = await run('git describe --always --dirty=+ --exclude "*"');
  return output.trim();
}

async function meansOfThisMachine(): Promise<Means> {
  const postgres = await startPostgres();
  return { postgres, redisServer: findRedisServer(), from: 'build' };
}

function isPossible({ fault, ground }: Plan): boolean {
  const reason = fault.missing?.() ?? null;
  if (reason !== null) console.error(`!!! SKIPPED: ${fault.name} on ${ground}: ${reason}`);
  return reason === null;
}

function report(played: FaultRun): void {
  const { fault, ground, seed, strikes, errors, verdict, convergence_ms, output } = played;
  const others = findings.filter((one) => !['lost', 'duplicated', 'outOfOrder'].includes(one));
  const line: RecordLine = {
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
  record.add(line);
  console.log(Object.values(line).join(' · '));
  if (values.verbose) console.log(output);
  if (isClean(verdict)) return;
  for (const finding of findings) {
    for (const complaint of verdict[finding].slice(0, 10))
      console.log(`  ${finding}: ${complaint}`);
  }
  console.log(output.slice(-3000));
}
