import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than ten seconds each, the longest first. */
const long = [
  'e2e/simulation/simulation.test.ts',
  'packages/server/src/broadcast/hosted.test.ts',
  'packages/realtime/src/cluster/redis-outage.test.ts',
  'e2e/faults/faults.test.ts',
  'packages/server/src/nodes.test.ts',
  'packages/realtime/src/socket/siege.test.ts',
  'packages/client/src/provider-chain.test.ts',
  'packages/realtime/src/cluster/redis-bus.test.ts',
  'packages/server/src/run-realtime.test.ts',
  'packages/client/src/simulation.test.ts',
];

/**
 * Begins with what takes longest, so that no worker is left alone with it at the end. Vitest does so
 * itself where it remembers an earlier run; a fresh checkout remembers none.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = long.findIndex((path) => moduleId.endsWith(path));
  return at === -1 ? long.length : at;
}
