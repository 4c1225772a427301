/**
 * Whether the next `updates` request may wait for news, or asks plainly at an interval because a
 * proxy cuts what waits (RT-3). Pure.
 */
export type PollingMode =
  /** Long-polling; so many waiting requests in a row were cut. */
  | { readonly kind: 'long'; readonly cuts: number }
  /** A waiting request was cut: a plain one shows whether the server answers at all. */
  | { readonly kind: 'checking'; readonly cuts: number }
  /** Plain intervals. A long request is tried again at `longAgainAt_ms`. */
  | { readonly kind: 'plain'; readonly longAgainAt_ms: number; readonly period_ms: number };

export const LONG_POLLING: PollingMode = { kind: 'long', cuts: 0 };

/** So many cuts in a row, with plain requests answered in between, and it is the proxy. */
const CUTS = 2;
const PERIOD_MIN_ms = 30_000;
const PERIOD_MAX_ms = 600_000;

export function mayWait(mode: PollingMode, now_ms: number): boolean {
  switch (mode.kind) {
    case 'long':
      return true;
    case 'checking':
      return false;
    case 'plain':
      return mode.longAgainAt_ms <= now_ms;
  }
}

export function afterAnswer(mode: PollingMode, waited: boolean, now_ms: number): PollingMode {
  if (waited) return LONG_POLLING;
  if (mode.kind !== 'checking') return mode;
  return mode.cuts < CUTS
    ? { kind: 'long', cuts: mode.cuts }
    : { kind: 'plain', longAgainAt_ms: now_ms + PERIOD_MIN_ms, period_ms: PERIOD_MIN_ms };
}

/** A waiting request ended without an answer after it had been waiting for a while. */
export function afterCut(mode: PollingMode, now_ms: number): PollingMode {
  if (mode.kind !== 'plain') return { kind: 'checking', cuts: mode.cuts + 1 };
  const period_ms = Math.min(PERIOD_MAX_ms, mode.period_ms * 2);
  return { kind: 'plain', longAgainAt_ms: now_ms + period_ms, period_ms };
}

/** Not even a plain request was answered: an outage, which tells nothing of proxies. */
export function afterOutage(mode: PollingMode): PollingMode {
  return mode.kind === 'plain' ? mode : LONG_POLLING;
}
