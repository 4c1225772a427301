import type { Context } from '../context.ts';
import type { DatabaseLogger } from '../database/database.ts';
import { backoff_ms, type Job } from './job.ts';
import { extend, finish, postpone, takeDue } from './job.commands.ts';
import { nextDue_ms } from './job.queries.ts';

/** Does a job; rejecting has it tried again later. It may run twice: a worker may die after the deed. */
export type JobHandler = (
  payload: unknown,
  job: { readonly attempts: number; readonly createdAt_ms: number },
) => Promise<void>;

export interface JobWorkerOptions extends Pick<Context, 'database' | 'clock'> {
  /** By kind. */
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly logger: DatabaseLogger;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

export interface JobWorker {
  /** There may be something to do. */
  wake(): void;
  /** Resolves when the jobs in hand are done. */
  stop(): Promise<void>;
}

const PARALLEL_MAX = 8;
/** A worker that says nothing for this long is dead, and its jobs are taken by another. */
const LEASE_MS = 60_000;
const EXTEND_MS = LEASE_MS / 3;
/** Looks by itself this often: for what another node made and then died. */
const SWEEP_MS = 30_000;
/** After the queue could not be read. */
const UNREADABLE_MS = 5_000;
const ERROR_CHARS = 1_000;

/** Works the queue: in order within a key, in parallel across keys. Idle, it asks every 30 s. */
export function startJobWorker(options: JobWorkerOptions): JobWorker {
  const worker = new Worker(options);
  worker.wake();
  return worker;
}

class Worker implements JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #inHand = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  /** Woken while looking: what was looked at may be old. */
  #again = false;
  #stopped = false;

  constructor(options: JobWorkerOptions) {
    this.#options = options;
  }

  wake(): void {
    if (this.#stopped) return;
    if (this.#looking !== null) {
      this.#again = true;
      return;
    }
    this.#looking = this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
    await Promise.all(this.#inHand);
  }

  async #look(): Promise<void> {
    let pause_ms = UNREADABLE_MS;
    try {
      do {
        this.#again = false;
        pause_ms = await this.#takeAll();
      } while (this.#again && !this.#stopped);
    } catch (error) {
      this.#options.logger.error({ err: error }, 'The job queue could not be read');
    }
    this.#looking = null;
    if (!this.#stopped) this.#wakeIn(pause_ms);
  }

  /** Starts what is due, and returns how long there is nothing more to do. */
  async #takeAll(): Promise<number> {
    const { database, clock } = this.#options;
    const limit = PARALLEL_MAX - this.#inHand.size;
    // Whatever is done first looks again.
    if (limit <= 0) return SWEEP_MS;
    const now_ms = clock.now_ms();
    const held_until = now_ms + LEASE_MS;
    const jobs = await database.write(takeDue, { now_ms, locked_until: held_until, limit });
    for (const job of jobs) {
      const work = this.#work(job, held_until).then(() => {
        this.#inHand.delete(work);
        this.wake();
      });
      this.#inHand.add(work);
    }
    const next_ms = await nextDue_ms(this.#options);
    if (next_ms === null) return SWEEP_MS;
    return Math.min(SWEEP_MS, Math.max(0, next_ms - clock.now_ms()));
  }

  #wakeIn(pause_ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), pause_ms);
    // A queue with nothing to do keeps no process alive.
    this.#timer.unref();
  }

  /** Never rejects. */
  async #work(job: Job, heldUntil_ms: number): Promise<void> {
    const { logger, database, clock, random } = this.#options;
    const lease = new Lease(this.#options, job.id, heldUntil_ms);
    let failure: unknown;
    try {
      await this.#handle(job);
    } catch (error) {
      failure = error ?? new Error('A job failed without a reason');
      logger.warn({ err: error, job: job.id, kind: job.kind }, 'A job failed and is tried again');
    }
    const held_until = await lease.end();
    const attempts = job.attempts + 1;
    try {
      if (failure === undefined) await database.write(finish, { id: job.id, held_until });
      else {
        await database.write(postpone, {
          id: job.id,
          held_until,
          attempts,
          run_at: clock.now_ms() + backoff_ms(attempts, random()),
          last_error: messageOf(failure).slice(0, ERROR_CHARS).toWellFormed(),
        });
      }
    } catch (error) {
      // The lease ends by itself, and the job is tried again.
      logger.error({ err: error, job: job.id }, 'The end of a job could not be noted');
    }
  }

  async #handle(job: Job): Promise<void> {
    const handler = this.#options.handlers[job.kind];
    if (handler === undefined) throw new Error(`Nobody handles jobs of kind ${job.kind}`);
    await handler(JSON.parse(job.payload), job);
  }
}

/** Tells the other nodes that the job is still worked on. */
class Lease {
  readonly #options: Pick<JobWorkerOptions, 'database' | 'clock' | 'logger'>;
  readonly #id: number;
  readonly #timer: NodeJS.Timeout;
  #heldUntil_ms: number;
  #extending: Promise<void> | null = null;

  constructor(
    options: Pick<JobWorkerOptions, 'database' | 'clock' | 'logger'>,
    id: number,
    heldUntil_ms: number,
  ) {
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

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll('\u0000', '');
}
