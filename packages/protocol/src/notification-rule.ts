import type { NotificationSettings, QuietHours } from './notification.ts';

/** Time zones are ahead by whole minutes. */
const MINUTE_MS = 60_000;

/** Whether an agent is rung for, by push or by a page that nobody looks at. Pure. */
export function rings(
  { push, quiet }: NotificationSettings,
  agentId: number,
  { assigneeId }: { readonly assigneeId: number | null },
  now_ms: number,
): boolean {
  if (push === 'off' || isQuiet(quiet, now_ms)) return false;
  return push === 'all' || assigneeId === null || assigneeId === agentId;
}

/** Pure; by the clock on the agent's wall. */
export function isQuiet(quiet: QuietHours | null, now_ms: number): boolean {
  return quiet !== null && isWithin(quiet, wallClock(quiet.time_zone)(now_ms));
}

/**
 * That time itself, or, where it lies in quiet hours, the minute in which they end. Pure. It is looked
 * for minute by minute: a day in which clocks are changed is not one of 24 hours.
 */
export function afterQuiet(quiet: QuietHours | null, at_ms: number): number {
  if (quiet === null || !isQuiet(quiet, at_ms)) return at_ms;
  const clock = wallClock(quiet.time_zone);
  let minute_ms = Math.floor(at_ms / MINUTE_MS) * MINUTE_MS;
  do minute_ms += MINUTE_MS;
  while (isWithin(quiet, clock(minute_ms)));
  return minute_ms;
}

/** Hours that begin when they end are none: there is always a minute that is not within. */
function isWithin({ from, to }: QuietHours, time: string): boolean {
  if (from === to) return false;
  return from < to ? from <= time && time < to : from <= time || time < to;
}

/** Tells times as `HH:MM`. */
function wallClock(timeZone: string): (at_ms: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at_ms) => format.format(at_ms);
}
