import { withTimersOf } from './timers.ts';
import { faultsOf } from './checks.ts';
import { sharedApp } from './server.ts';
import { firstStore, SimulatedDisk } from './store.ts';
import { PROVIDERS, Story } from './story.ts';
import { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';
import { NO_DEFECTS, World, type Defects } from './world.ts';

/** What came of a story. */
export interface Outcome {
  readonly faults: readonly string[];
  readonly acknowledged: number;
  readonly crashes: number;
  readonly statuses: ReadonlyMap<number, number>;
  /** Everything that happened, line by line: the same for the same seed. */
  readonly lines: readonly string[];
}

let disk: Promise<SimulatedDisk> | null = null;

/** Made once, for it takes as long as several stories. */
async function makeDisk(): Promise<SimulatedDisk> {
  return new SimulatedDisk(await firstStore(new SimulatedClock().now_ms()));
}

/** Plays the story of a seed; which providers there are is part of it. */
export async function play(
  seed: number,
  { steps = 8 + (seed % 17), defects = NO_DEFECTS }: { steps?: number; defects?: Defects } = {},
): Promise<Outcome> {
  disk ??= makeDisk();
  await sharedApp();
  const providers = PROVIDERS[seed % PROVIDERS.length] ?? 'reverb';
  const shared = await disk;
  shared.restore();
  const world = new World(seed, providers, shared, defects);
  return withTimersOf(world.clock, async () => {
    try {
      const story = new Story(world);
      await world.start();
      story.gather();
      await story.run(steps);
      await story.heal();
      const faults = await faultsOf(world, story.cast);
      const { acknowledged, statuses } = world.ledger;
      const keys = new Set(acknowledged.map(({ key }) => key));
      return {
        faults,
        acknowledged: keys.size,
        crashes: world.crashes,
        statuses,
        lines: world.lines,
      };
    } finally {
      world.end();
    }
  });
}
