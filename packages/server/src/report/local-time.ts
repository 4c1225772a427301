import { offsetsOf } from '../site/hours.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No clock is changed, and none differs from UTC, by a part of it. */
const STEP_MS = HOUR_MS / 4;

/** What the clocks and the calendar of a zone show. */
export interface LocalTime {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Monday is 0. */
  readonly weekday: number;
  readonly hour: number;
}

/** No zone is further from UTC, whatever the season. */
export const OFFSET_MAX_MS = 15 * HOUR_MS;

/** Reads the clocks of a zone, changes in spring and autumn included. */
export function localTimes(zone: string): (at_ms: number) => LocalTime {
  const offsetAt = offsetsOf(zone);
  // Asking the calendar takes 5 µs, and a year of conversations falls into few steps.
  const offsets = new Map<number, number>();
  return (at_ms) => {
    const step = Math.floor(at_ms / STEP_MS);
    let offset_ms = offsets.get(step);
    if (offset_ms === undefined) {
      offset_ms = offsetAt(step * STEP_MS);
      offsets.set(step, offset_ms);
    }
    const local_ms = at_ms + offset_ms;
    const day = Math.floor(local_ms / DAY_MS);
    // The first day of Unix time was a Thursday.
    return { day, weekday: (day + 3) % 7, hour: Math.floor((local_ms - day * DAY_MS) / HOUR_MS) };
  };
}
