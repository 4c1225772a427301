import type { DatabaseLogger, Unsaid } from './database.ts';

/** A connection that Parley has to this database, as the server lists it. */
export interface Backend {
  readonly pid: number;
  /** Which process of ours holds it. */
  readonly node: string;
}

export interface LookoutOptions {
  /** The name of this process among the backends. */
  readonly node: string;
  /** Whether other processes come and go on this database. */
  readonly isShared: boolean;
  /** All backends of ours. */
  readonly backends: () => Promise<readonly Backend[]>;
  readonly logger: DatabaseLogger;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Notices commits that nobody tells of, without a word more for those that are told (SYNC-8): who
 * dies between a commit and its publication has no backend any more, and that is looked for. A backend
 * that still works on a dead client's COMMIT is listed until it is done, so what is gone is decided.
 */
export class Lookout {
  readonly #options: LookoutOptions;
  /** Backends of this process that were lost before they said whether they committed. */
  readonly #doubts = new Set<number>();
  /** Which processes there were at the last look; null: there was none that succeeded. */
  #nodes: ReadonlySet<string> | null = null;
  #listener: ((unsaid: Unsaid) => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  /** At once, for the process before this one may have died a moment ago. */
  listen(listener: (unsaid: Unsaid) => void): void {
    this.#listener = listener;
    this.#schedule(0);
  }

  /** This backend was lost before it said whether it committed. */
  doubt(pid: number): void {
    this.#doubts.add(pid);
    this.#lookOn();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #schedule(delay_ms: number): void {
    if (this.#closed || this.#listener === null || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => {
        this.#timer = null;
        this.#lookOn();
      });
    }, delay_ms);
  }

  /** As long as there is somebody who may commit and not tell. */
  #lookOn(): void {
    const mayHaveOthers =
      this.#nodes === null || [...this.#nodes].some((name) => name !== this.#options.node);
    if (this.#options.isShared || this.#doubts.size > 0 || mayHaveOthers) {
      this.#schedule(LOOK_EVERY_MS);
    }
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { node, backends, logger } = this.#options;
    try {
      const asked = [...this.#doubts];
      const there = await backends();
      const pids = new Set(there.map(({ pid }) => pid));
      const decided = asked.filter((pid) => !pids.has(pid));
      for (const pid of decided) this.#doubts.delete(pid);
      const nodes = new Set(there.map((backend) => backend.node));
      const gone = [...(this.#nodes ?? [])].filter((name) => name !== node && !nodes.has(name));
      this.#nodes = nodes;
      if (this.#closed) return;
      if (gone.length > 0) this.#listener?.('elsewhere');
      if (decided.length > 0) this.#listener?.('here');
    } catch (error) {
      // The next look is soon, and what is in doubt stays so until then.
      logger.warn({ err: error }, 'could not look which nodes are on PostgreSQL');
    }
  }
}
