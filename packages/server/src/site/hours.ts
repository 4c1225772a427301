import type { BusinessHours, Weekday } from '@parley/protocol';

/** Whether somebody answers, and when that changes; null: it does not. */
export interface Availability {
  readonly open: boolean;
  /** Unix milliseconds. */
  readonly until_ms: number | null;
}

const WEEKDAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A week from tomorrow on: what is open until then is always open. */
const DAYS_AHEAD = 8;

/** Pure. Days and times are those of the site's time zone, changes of its clocks included. */
export function availability(hours: BusinessHours | null, now_ms: number): Availability {
  if (hours === null) return { open: true, until_ms: null };
  const spans = joined(spansOf(hours, now_ms));
  const current = spans.find(({ from_ms, to_ms }) => from_ms <= now_ms && now_ms < to_ms);
  if (current !== undefined) {
    const isEndless = current.to_ms > now_ms + (DAYS_AHEAD - 1) * DAY_MS;
    return { open: true, until_ms: isEndless ? null : current.to_ms };
  }
  const next = spans.find(({ from_ms }) => from_ms > now_ms);
  return { open: false, until_ms: next?.from_ms ?? null };
}

interface Span {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** From yesterday on, as one that is open past midnight began then. */
function spansOf({ time_zone, times }: BusinessHours, now_ms: number): readonly Span[] {
  const offsetAt = offsetsOf(time_zone);
  // The calendar of the zone, reckoned as if it were UTC.
  const today_ms = Math.floor((now_ms + offsetAt(now_ms)) / DAY_MS) * DAY_MS;
  return Array.from({ length: DAYS_AHEAD + 1 }, (_, day) => today_ms + (day - 1) * DAY_MS)
    .flatMap((day_ms) =>
      times
        .filter(({ day }) => day === WEEKDAYS[new Date(day_ms).getUTCDay()])
        .map(({ from, to }) => ({
          from_ms: instantOf(day_ms + minutesOf(from) * MINUTE_MS, offsetAt),
          to_ms: instantOf(day_ms + minutesOf(to) * MINUTE_MS, offsetAt),
        })),
    )
    .sort((a, b) => a.from_ms - b.from_ms);
}

/** Those that touch or overlap are one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last === undefined || span.from_ms > last.to_ms) result.push(span);
    else result[result.length - 1] = { ...last, to_ms: Math.max(last.to_ms, span.to_ms) };
  }
  return result;
}

/** When the clock of a zone shows a time; one that it skips is taken as after the change. */
function instantOf(local_ms: number, offsetAt: (at_ms: number) => number): number {
  const guess_ms = local_ms - offsetAt(local_ms);
  return local_ms - offsetAt(guess_ms);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** How far the clock of a zone is ahead of UTC, in milliseconds. */
export function offsetsOf(timeZone: string): (at_ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at_ms) => {
    const part = Object.fromEntries(
      format.formatToParts(at_ms).map(({ type, value }) => [type, Number(value)]),
    ) as Record<Intl.DateTimeFormatPartTypes, number>;
    const { year, month, day, hour, minute, second } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at_ms / 1_000) * 1_000;
  };
}
