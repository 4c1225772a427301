import type { Context } from '../context.ts';
import type { DatabaseLogger } from '../database/database.ts';
import { extend } from './job.commands.ts';

/** A worker that says nothing for this long is dead, and its jobs are taken by another. */
export const LEASE_MS = 30_000;
const EXTEND_MS = LEASE_MS / 3;

interface LeaseOptions extends Pick<Context, 'database' | 'clock'> {
  readonly logger: Pick<DatabaseLogger, 'warn'>;
}

/** Tells the other nodes that the job is still worked on. */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #id: number;
  readonly #timer: NodeJS.Timeout;
  #heldUntil_ms: number;
  #extending: Promise<void> | null = null;

  constructor(options: LeaseOptions, id: number, heldUntil_ms: number) {
    this.#options = options;
    this.#id = id;
    this.#heldUntil_ms = heldUntil_ms;
    this.#timer = setInterval(() => {
      this.#extending ??= this.#extend();
    }, EXTEND_MS);
  }

  /** Returns until when the job is held: whoever ends it must still hold it. */
  async end(): Promise<number> {
    clearInterval(this.#timer);
    await this.#extending;
    return this.#heldUntil_ms;
  }

  async #extend(): Promise<void> {
    const { database, clock, logger } = this.#options;
    const locked_until = clock.now_ms() + LEASE_MS;
    try {
      const held = await database.write(extend, {
        id: this.#id,
        held_until: this.#heldUntil_ms,
        locked_until,
      });
      if (held) this.#heldUntil_ms = locked_until;
    } catch (error) {
      logger.warn({ err: error, job: this.#id }, 'The lease of a job could not be extended');
    }
    this.#extending = null;
  }
}
