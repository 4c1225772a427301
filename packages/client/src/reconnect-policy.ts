/** How long until the next attempt (RT-4). Pure: chance is passed in. */

const FIRST_ms = 2_000;
const CAP_ms = 30_000;

/**
 * Jittered exponential backoff, in milliseconds: the first attempt within 2 s, then doubling up to
 * 30 s. The whole first delay and half of each later one is chance, so that the clients of a server
 * that comes back do not all come at once.
 *
 * @param failures attempts that failed since it last worked, from 1
 * @param random in [0, 1)
 * @param retryAfter_s what the server asked for (`Retry-After`): the least delay
 */
export function reconnectDelay_ms(
  failures: number,
  random: number,
  retryAfter_s: number | null = null,
): number {
  const ceiling_ms = Math.min(CAP_ms, FIRST_ms * 2 ** Math.min(failures - 1, 10));
  const floor_ms = failures <= 1 ? 100 : ceiling_ms / 2;
  const asked_ms = (retryAfter_s ?? 0) * 1_000;
  const backoff_ms = floor_ms + random * (ceiling_ms - floor_ms);
  return asked_ms > backoff_ms ? asked_ms * (1 + random / 10) : backoff_ms;
}

/** A connection that held so long was sound. */
const STABLE_ms = 10_000;
/** What was cut sooner each time is tried again after 4 to 8 s at most. */
const CUT_FAILURES_MAX = 3;

/**
 * Failures to count when a connection, or an attempt at one, has ended. One that is cut again and
 * again is not retried as if each time were the first; yet the server is there and took it, which
 * is no reason to stay away for half a minute.
 *
 * @param failures counted before
 * @param held_ms how long it was subscribed; null: it never was
 */
export function failuresAfter(failures: number, held_ms: number | null): number {
  if (held_ms === null) return failures + 1;
  return held_ms >= STABLE_ms ? 1 : Math.min(failures + 1, CUT_FAILURES_MAX);
}

/** How long an attempt to connect may take: slow networks get longer each time (RT-2: 5 s at first). */
export function attemptTimeout_ms(failures: number): number {
  return Math.min(20_000, 5_000 * (failures + 1));
}

/** Whether a failed request may succeed when it is simply repeated. */
export function isPassing(status: number): boolean {
  return status === 0 || status === 408 || status === 425 || status === 429 || status >= 500;
}
