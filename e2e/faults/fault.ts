import type { Random } from '../../packages/client/src/testing/random.ts';
import type { Crowd } from './crowd.ts';
import type { Recorder } from './recorder.ts';
import type { Ground, Stage, StageOptions } from './stage.ts';

export interface Scene {
  readonly stage: Stage;
  readonly crowd: Crowd;
  readonly recorder: Recorder;
  readonly random: Random;
  /** How long a strike waited until all was well, where it did, in milliseconds; null: in vain. */
  readonly waits: (number | null)[];
}

/** Something that goes wrong while people write. */
export interface Fault {
  readonly name: string;
  readonly grounds: readonly Ground[];
  /** Why it cannot be made on this machine; null: it can. */
  readonly missing?: () => string | null;
  /** What the stage needs for it; undone by `close`, after the stage. */
  readonly prepare?: () => Promise<Preparation>;
  /** The least length of a message. Default: as short as can be. */
  readonly text_chars?: number;
  /** Between two messages of one person. */
  readonly pause_ms?: number;
  /** How long it may take until everything stands everywhere. Default: 45 s. */
  readonly bound_ms?: number;
  /** How often it strikes, at least. Default: 3. */
  readonly strikes?: number;
  /** Once: breaks something, and mends it. */
  strike(scene: Scene): Promise<void>;
  /** When all is over: gives up what it holds. */
  readonly end?: (scene: Scene) => Promise<void>;
}

export interface Preparation {
  readonly stage: Pick<StageOptions, 'env' | 'dataDir' | 'tapped'>;
  close(): Promise<void>;
}
