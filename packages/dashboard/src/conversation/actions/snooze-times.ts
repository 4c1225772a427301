export type SnoozePreset = 'hour' | 'evening' | 'tomorrow' | 'monday' | 'week';

const MORNING_H = 9;
const EVENING_H = 18;
/** A sleep shorter than that is none. */
const SHORTEST_MS = 60 * 60_000;

/** The times that are offered, in the reader's own time zone, soonest first, each once. */
export function snoozeTimes(
  now_ms: number,
): readonly { readonly preset: SnoozePreset; readonly at_ms: number }[] {
  const now = new Date(now_ms);
  const day = (offset_days: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset_days, hour).getTime();
  const toMonday_days = (8 - now.getDay()) % 7 || 7;
  const times = [
    { preset: 'hour', at_ms: now_ms + SHORTEST_MS },
    { preset: 'evening', at_ms: day(0, EVENING_H) },
    { preset: 'tomorrow', at_ms: day(1, MORNING_H) },
    { preset: 'monday', at_ms: day(toMonday_days, MORNING_H) },
    { preset: 'week', at_ms: day(7, MORNING_H) },
  ] as const;
  const seen = new Set<number>();
  return times.filter(({ preset, at_ms }) => {
    const offered = preset === 'hour' || at_ms - now_ms > SHORTEST_MS;
    if (!offered || seen.has(at_ms)) return false;
    seen.add(at_ms);
    return true;
  });
}

/** For `<input type="datetime-local">`: local, to the minute. */
export function localInput(unix_ms: number): string {
  const at = new Date(unix_ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
