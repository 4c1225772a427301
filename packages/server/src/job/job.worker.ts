import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '../context.ts';
import type { TracePlace } from '../current-trace.ts';
import type { DatabaseLogger } from '../database/database.ts';
import { forRequest } from '../request-id.ts';
import { backoff_ms, type Job, type JobOutcome, Unavailable } from './job.ts';
import { finish, postpone, takeDue } from './job.commands.ts';
import { nextDue_ms } from './job.queries.ts';
import { Lane } from './lane.ts';
import { Lease, LEASE_MS } from './lease.ts';

export interface Attempt {
  /** How often it was tried before. */
  readonly attempts: number;
  readonly createdAt_ms: number;
  /** Whether others of its kind were done since it was due: if it fails, that is its own trouble. */
  readonly othersDone: boolean;
  /** Where in a trace it was made; null: in none. */
  readonly madeAt: TracePlace | null;
}

/**
 * Does a job; rejecting has it tried again later, and with {@link Unavailable} all of its kind. It
 * may run twice: a worker may die after the deed.
 */
export type JobHandler = (payload: unknown, attempt: Attempt) => Promise<void>;

interface JobLogger extends DatabaseLogger {
  info(details: object, message: string): void;
  debug(details: object, message: string): void;
}

export interface JobWorkerOptions extends Pick<Context, 'database' | 'clock'> {
  /** By kind. */
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly logger: JobLogger;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly onAttempt?: (kind: string, outcome: JobOutcome, ms: number) => void;
}

export interface JobWorker {
  /** There may be something to do. */
  wake(): void;
  /** Resolves when the jobs in hand are done. */
  stop(): Promise<void>;
}

/** Looks by itself this often: for what another node made and then died. */
const SWEEP_MS = 30_000;
/** After the queue could not be read. */
const UNREADABLE_MS = 5_000;
const ERROR_CHARS = 1_000;

/**
 * Works the queue: in order within a key, in parallel across keys, each kind by itself. Idle, it
 * asks every 30 s. Kinds that it has no handler for are left for a node that has.
 */
export function startJobWorker(options: JobWorkerOptions): JobWorker {
  const worker = new Worker(options);
  worker.wake();
  return worker;
}

class Worker implements JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #inHand = new Set<Promise<void>>();
  /** Looking is done for nobody: not for the request that woke it, in whose trace and name its lines would stand. */
  readonly #aside = AsyncLocalStorage.snapshot();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  /** Woken while looking: what was looked at may be old. */
  #again = false;
  #stopped = false;

  constructor(options: JobWorkerOptions) {
    this.#options = options;
    this.#lanes = new Map(Object.keys(options.handlers).map((kind) => [kind, new Lane()]));
  }

  wake(): void {
    if (this.#stopped) return;
    if (this.#looking !== null) {
      this.#again = true;
      return;
    }
    this.#looking = this.#aside(() => this.#look());
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
    const now_ms = clock.now_ms();
    const wanted = [...this.#lanes]
      .map(([kind, lane]) => ({ kind, limit: lane.room(now_ms) }))
      .filter(({ limit }) => limit > 0);
    if (wanted.length > 0) {
      const locked_until = now_ms + LEASE_MS;
      const jobs = await database.write(takeDue, { now_ms, locked_until, wanted });
      for (const job of jobs) this.#start(job, locked_until);
    }
    const next = await Promise.all(
      [...this.#lanes].map((entry) => this.#nextLook_ms(entry, now_ms)),
    );
    return Math.min(SWEEP_MS, Math.max(0, Math.min(...next) - clock.now_ms()));
  }

  /**
   * When there may be more of a kind to start than there was at that time: what has become due since
   * was not taken.
   */
  async #nextLook_ms([kind, lane]: readonly [string, Lane], now_ms: number): Promise<number> {
    const paused_ms = lane.pausedUntil_ms(now_ms);
    if (paused_ms !== null) return paused_ms;
    // Whatever is done first looks again.
    if (lane.room(now_ms) === 0) return now_ms + SWEEP_MS;
    const leases = lane.isIdle;
    return (await nextDue_ms(this.#options, { kind, now_ms, leases })) ?? now_ms + SWEEP_MS;
  }

  #wakeIn(pause_ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), pause_ms);
    // A queue with nothing to do keeps no process alive.
    this.#timer.unref();
  }

  #start(job: Job, heldUntil_ms: number): void {
    const lane = this.#lanes.get(job.kind);
    const handler = this.#options.handlers[job.kind];
    // Only what was asked for is taken.
    if (lane === undefined || handler === undefined) return;
    lane.begin();
    const work = this.#work(job, heldUntil_ms, lane, handler).then(() => {
      lane.end();
      this.#inHand.delete(work);
      this.wake();
    });
    this.#inHand.add(work);
  }

  /** Never rejects. */
  async #work(job: Job, heldUntil_ms: number, lane: Lane, handler: JobHandler): Promise<void> {
    const { logger, database, clock } = this.#options;
    const lease = new Lease(this.#options, job.id, heldUntil_ms);
    const begunAt_ms = clock.now_ms();
    const begun = performance.now();
    let failure: unknown;
    try {
      await forRequest(job.origin.requestId, () => attempt(job, lane, handler));
      lane.done(begunAt_ms, clock.now_ms());
    } catch (error) {
      failure = error ?? new Error('A job failed without a reason');
    }
    const ms = performance.now() - begun;
    this.#options.onAttempt?.(job.kind, outcomeOf(failure), ms);
    this.#log(job, failure, ms);
    const held_until = await lease.end();
    try {
      if (failure === undefined) await database.write(finish, { id: job.id, held_until });
      else {
        await database.write(postpone, {
          id: job.id,
          held_until,
          attempts: job.attempts + 1,
          run_at: this.#whenAgain_ms(job, lane, begunAt_ms, failure),
          last_error: messageOf(failure).slice(0, ERROR_CHARS).toWellFormed(),
        });
      }
    } catch (error) {
      // The lease ends by itself, and the job is tried again.
      logger.error({ err: error, job: job.id }, 'The end of a job could not be noted');
    }
  }

  /** One line for each attempt: as of an answer, at `info` where a request asked for it. */
  #log({ id, kind, attempts, origin }: Job, failure: unknown, ms: number): void {
    const { requestId, place } = origin;
    const level = requestId === null ? 'debug' : 'info';
    const outcome = outcomeOf(failure);
    const line = { job: id, kind, attempt: attempts + 1, outcome, ms: Math.round(ms) };
    this.#options.logger[level](
      {
        ...line,
        ...(requestId !== null && { reqId: requestId }),
        ...(place !== null && { trace_id: place.traceId }),
      },
      'worked',
    );
  }

  #whenAgain_ms(job: Job, lane: Lane, begunAt_ms: number, failure: unknown): number {
    const { logger, clock, random } = this.#options;
    const now_ms = clock.now_ms();
    if (failure instanceof Unavailable) {
      const { retryAfter_ms } = failure;
      return lane.pause(begunAt_ms, now_ms, { retryAfter_ms, random: random() });
    }
    const line = { err: failure, job: job.id, kind: job.kind };
    forRequest(job.origin.requestId, () => {
      logger.warn(line, 'A job failed and is tried again');
    });
    return now_ms + backoff_ms(job.attempts + 1, random());
  }
}

async function attempt(job: Job, lane: Lane, handler: JobHandler): Promise<void> {
  await handler(JSON.parse(job.payload), {
    attempts: job.attempts,
    createdAt_ms: job.createdAt_ms,
    othersDone: lane.doneSince(job.dueAt_ms),
    madeAt: job.origin.place,
  });
}

function outcomeOf(failure: unknown): JobOutcome {
  if (failure === undefined) return 'done';
  return failure instanceof Unavailable ? 'unavailable' : 'failed';
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll('\u0000', '');
}
