/** A job to be inserted by the transaction that makes it necessary. */
export interface NewJob {
  readonly kind: string;
  /** Jobs of one key are worked one after another, in the order in which they were made. */
  readonly queueKey: string;
  /** Plain data; it is kept as JSON. */
  readonly payload: object;
}

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
}

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 5 * 60_000;

/**
 * How long to wait after the given number of failures: 1 s, doubled each time up to 5 min, and cut
 * by up to a half at random, so that what failed together does not come back together.
 */
export function backoff_ms(failures: number, random: number): number {
  const full_ms = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return Math.max(BACKOFF_FIRST_MS, Math.round(full_ms * (1 - random / 2)));
}
