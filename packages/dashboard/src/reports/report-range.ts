import { dayNumber, dayOfNumber, REPORT_DAYS_MAX } from '@parley/protocol';

/** Days of a report, both included, as `Y-m-d`. */
export interface ReportRange {
  readonly from: string;
  readonly to: string;
}

export const LENGTHS = [7, 30, 90] as const;

/** So many days up to and with today. */
export function lastDays(count: number, today: string): ReportRange {
  return { from: dayOfNumber(dayNumber(today) - count + 1), to: today };
}

/** The present day of a zone. */
export function todayIn(zone: string, now_ms: number): string {
  // Swedish writes days as computers do.
  return new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' }).format(now_ms);
}

/** Whether the server would make a report of it. */
export function isRange({ from, to }: ReportRange): boolean {
  const days = dayNumber(to) - dayNumber(from);
  return days >= 0 && days < REPORT_DAYS_MAX;
}
