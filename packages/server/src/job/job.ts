import type { Origin } from '../request-id.ts';

/** A job to be inserted by the transaction that makes it necessary. */
export interface NewJob {
  readonly kind: string;
  /** Jobs of one key, all of one kind, are worked one after another, in the order in which they were made. */
  readonly queueKey: string;
  /** Plain data; it is kept as JSON. */
  readonly payload: object;
  /** Not before then, in Unix milliseconds; absent: at once. */
  readonly runAt_ms?: number;
}

/** How an attempt at a job ended. */
export type JobOutcome = 'done' | 'failed' | 'unavailable';

/** A job that this worker holds. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly queueKey: string;
  /** JSON. */
  readonly payload: string;
  /** How often it was tried before. */
  readonly attempts: number;
  readonly createdAt_ms: number;
  /** Since when it may be worked. */
  readonly dueAt_ms: number;
  readonly origin: Origin;
}

/**
 * What a job needs is not there at all: thrown by a handler, it pauses all jobs of the kind, for
 * each of them would fail likewise. Any other error is the job's own trouble.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  /** Milliseconds that the other side asked for; null where it said nothing. */
  readonly retryAfter_ms: number | null;

  constructor(message: string, retryAfter_ms: number | null, cause?: unknown) {
    super(message, { cause });
    this.retryAfter_ms = retryAfter_ms;
  }
}

const BACKOFF_FIRST_MS = 1_000;
/** What comes after it in the same conversation waits as long. */
const BACKOFF_MAX_MS = 30_000;

/**
 * How long to wait after the given number of failures: 1 s, doubled each time up to 30 s, and cut
 * by up to a half at random, so that what failed together does not come back together.
 */
export function backoff_ms(failures: number, random: number, max_ms = BACKOFF_MAX_MS): number {
  const full_ms = Math.min(max_ms, BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return Math.max(BACKOFF_FIRST_MS, Math.round(full_ms * (1 - random / 2)));
}
