import { z } from 'zod/mini';
import { success } from './api-visitor.ts';
import { Id } from './primitive.ts';
import { KnownTimeZone } from './site-settings.ts';

const DAY_MS = 86_400_000;

/** The longest report. */
export const REPORT_DAYS_MAX = 366;

/** `Y-m-d`, a day of the calendar. */
export const Day = z
  .string()
  .check(z.regex(/^\d{4}-\d\d-\d\d$/), z.refine(isDay, { error: 'must be a day of the calendar' }));

/** Both days included, as the clocks of `zone` show them. */
export const ReportQuery = z
  .object({
    site: z.optional(z.coerce.number().check(z.int(), z.positive())),
    from: Day,
    to: Day,
    zone: z._default(KnownTimeZone, 'UTC'),
  })
  .check(
    z.refine(({ from, to }) => from <= to, {
      path: ['to'],
      error: 'must not be before `from`',
    }),
    z.refine(({ from, to }) => dayNumber(to) - dayNumber(from) < REPORT_DAYS_MAX, {
      path: ['to'],
      error: `must be within ${REPORT_DAYS_MAX} days`,
    }),
  );
export type ReportQuery = z.infer<typeof ReportQuery>;

/** Spans in whole seconds. A mean is drawn by a few that took days; the other two say what people felt. */
export const Spread = z.object({
  count: z.int(),
  median_s: z.int(),
  /** Nine of ten took no longer. */
  p90_s: z.int(),
  mean_s: z.int(),
});
export type Spread = z.infer<typeof Spread>;

/** Of the conversations that began within the time. Null: there is nothing to measure. */
export const ReportFigures = z.object({
  conversations: z.int(),
  /** An agent wrote after the visitor did. */
  answered: z.int(),
  /** Those that are resolved now. */
  resolved: z.int(),
  /** From the visitor's first message to the first of an agent after it. */
  first_response: z.nullable(Spread),
  /** The same for each time that a visitor waited, the first included. */
  waiting: z.nullable(Spread),
  /** From the beginning to the last time that it was resolved. */
  resolution: z.nullable(Spread),
  /** How often 1, 2, 3, 4 and 5 were given. */
  scores: z.tuple([z.int(), z.int(), z.int(), z.int(), z.int()]),
});
export type ReportFigures = z.infer<typeof ReportFigures>;

export const ReportAnswer = z.object({
  ...success,
  from: z.string(),
  to: z.string(),
  zone: z.string(),
  total: ReportFigures,
  /** As many days before. */
  previous: z.object({ from: z.string(), to: z.string(), total: ReportFigures }),
  /** Each day, also those without conversations. */
  days: z.array(z.object({ day: z.string(), figures: ReportFigures })),
  sites: z.array(z.object({ id: Id, name: z.string(), figures: ReportFigures })),
  /**
   * Conversations in which they answered, and how long visitors waited for them; resolution and scores of
   * those that are assigned to them, or to nobody and they answered last.
   */
  agents: z.array(z.object({ id: Id, name: z.string(), figures: ReportFigures })),
  /** When conversations begin: Monday is 0; hours without any are left out. */
  hours: z.array(
    z.object({
      weekday: z.int().check(z.minimum(0), z.maximum(6)),
      hour: z.int().check(z.minimum(0), z.maximum(23)),
      conversations: z.int(),
      first_response: z.nullable(Spread),
    }),
  ),
});
export type ReportAnswer = z.infer<typeof ReportAnswer>;

/** Days since 1970-01-01. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

/** The day with that {@link dayNumber}. */
export function dayOfNumber(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

function isDay(text: string): boolean {
  const number = dayNumber(text);
  // 30 February is taken for 2 March by some.
  return Number.isFinite(number) && dayOfNumber(number) === text;
}
