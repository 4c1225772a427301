import { withTimersOf } from './timers.ts';
import { faultsOf } from './checks.ts';
import { sharedApp } from './server.ts';
import { firstStore, SimulatedDisk } from './store.ts';
import { settingOf, Story, type Setting } from './story.ts';
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

export interface StageOptions extends Setting {
  readonly seed: number;
  readonly defects?: Defects;
}

/** A world in which all servers are up and nobody is there yet, for as long as `act` takes. */
export async function onStage<T>(
  { defects = NO_DEFECTS, ...setting }: StageOptions,
  act: (story: Story) => Promise<T>,
): Promise<T> {
  disk ??= makeDisk();
  await sharedApp();
  const shared = await disk;
  shared.restore();
  const world = new World({ ...setting, disk: shared, defects });
  return withTimersOf(world.clock, async () => {
    try {
      const story = new Story(world);
      await world.startAll();
      return await act(story);
    } finally {
      world.end();
    }
  });
}

/** Plays the story of a seed; which providers and how many nodes there are is part of it. */
export async function play(
  seed: number,
  { steps = 8 + (seed % 17), defects = NO_DEFECTS }: { steps?: number; defects?: Defects } = {},
): Promise<Outcome> {
  return onStage({ ...settingOf(seed), seed, defects }, async (story) => {
    const { world, cast } = story;
    story.gather();
    await story.run(steps);
    await story.heal();
    const faults = await faultsOf(world, cast);
    const { acknowledged, statuses } = world.ledger;
    const keys = new Set(acknowledged.map(({ key }) => key));
    const { crashes, lines } = world;
    return { faults, acknowledged: keys.size, crashes, statuses, lines };
  });
}
