import { perLocale, t } from './translate.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** German has a sign for the hour alone, and would say `2h 5 Min.`: there all are shortened. */
const tight = (locale: string) => (locale.startsWith('de') ? 'short' : 'narrow');

const unit = (name: string, display: 'tight' | 'long') =>
  perLocale(
    (locale) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: name,
        unitDisplay: display === 'tight' ? tight(locale) : display,
      }),
  );
const moment = (options: Intl.DateTimeFormatOptions) =>
  perLocale((locale) => new Intl.DateTimeFormat(locale, options));

const short = {
  second: unit('second', 'tight'),
  minute: unit('minute', 'tight'),
  hour: unit('hour', 'tight'),
  day: unit('day', 'tight'),
};
const long = {
  second: unit('second', 'long'),
  minute: unit('minute', 'long'),
};
const clock = moment({ hour: 'numeric', minute: '2-digit' });
const weekday = moment({ weekday: 'short' });
const dayOfYear = moment({ day: 'numeric', month: 'short' });
const date = moment({ dateStyle: 'medium' });
const fullDay = moment({ weekday: 'long', day: 'numeric', month: 'long' });
const fullDayYear = moment({ dateStyle: 'full' });
const dateTime = moment({ dateStyle: 'medium', timeStyle: 'short' });

/**
 * A span in its largest unit, and the next one down while that still matters: `40s`, `12m`,
 * `2h 5m`, `3d`. A negative span (clocks differ) counts as none.
 */
export function formatSpan(span_s: number): string {
  const seconds = Math.max(0, Math.floor(span_s));
  if (seconds < MINUTE_S) return short.second().format(seconds);
  if (seconds < HOUR_S) return short.minute().format(Math.floor(seconds / MINUTE_S));
  if (seconds >= DAY_S) return short.day().format(Math.floor(seconds / DAY_S));
  const hours = short.hour().format(Math.floor(seconds / HOUR_S));
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
  return minutes === 0 ? hours : `${hours} ${short.minute().format(minutes)}`;
}

/** How long to wait, in words, whole minutes rounded up: `45 seconds`, `4 minutes`. */
export function formatWait(wait_s: number): string {
  const seconds = Math.max(1, Math.floor(wait_s));
  return seconds <= 90
    ? long.second().format(seconds)
    : long.minute().format(Math.ceil(seconds / MINUTE_S));
}

/** When something was, short: `now`, `12m`, `3h`, `Tue`, `3 Nov`, `3 Nov 2025`. */
export function formatAgo(then_s: number, now_s: number): string {
  const span_s = now_s - then_s;
  if (span_s < MINUTE_S) return t('time.now');
  if (span_s < HOUR_S) return short.minute().format(Math.floor(span_s / MINUTE_S));
  if (span_s < DAY_S) return short.hour().format(Math.floor(span_s / HOUR_S));
  const then = new Date(then_s * 1000);
  if (span_s < 6 * DAY_S) return weekday().format(then);
  const sameYear = then.getFullYear() === new Date(now_s * 1000).getFullYear();
  return sameYear ? dayOfYear().format(then) : date().format(then);
}

/** Time of day. */
export function formatClock(unix_ms: number): string {
  return clock().format(unix_ms);
}

/** Date and time of day. */
export function formatDateTime(unix_ms: number): string {
  return dateTime().format(unix_ms);
}

/** The head of a day in a log: `Today`, `Yesterday`, `Tuesday, 3 November`, with the year if another. */
export function formatDay(unix_ms: number, now_ms: number): string {
  const now = new Date(now_ms);
  const start = (offset_days: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset_days).getTime();
  if (unix_ms >= start(0) && unix_ms < start(1)) return t('conversation.today');
  if (unix_ms >= start(-1) && unix_ms < start(0)) return t('conversation.yesterday');
  const sameYear = new Date(unix_ms).getFullYear() === now.getFullYear();
  return (sameYear ? fullDay : fullDayYear)().format(unix_ms);
}

/** A key of the local calendar day, equal for two times of the same day. */
export function dayKey(unix_ms: number): string {
  const day = new Date(unix_ms);
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`;
}

/** For `<time dateTime>`. */
export function isoTime(unix_ms: number): string {
  return new Date(unix_ms).toISOString();
}
