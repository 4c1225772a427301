import type { ReportAnswer } from '@parley/protocol';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { perLocale, t } from '../i18n/translate.ts';
import { FIGURES, textOf } from './figures.tsx';

const shortDay = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
);
const weekday = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }),
);
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const WEEKDAYS = Array.from({ length: 7 }, (_, day) => day);
/** A Monday. */
const MONDAY_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

const dayText = (day: string) => shortDay().format(Date.parse(day));
const weekdayText = (day: number) => weekday().format(MONDAY_MS + day * DAY_MS);

/** Conversations of each day as bars, and the same with all figures as a table for who cannot see them. */
export function DaysChart({ days }: { days: ReportAnswer['days'] }) {
  const data = days.map(({ day, figures }) => ({ day, conversations: figures.conversations }));
  return (
    <figure aria-label={t('reports.byDay')}>
      <div aria-hidden className="h-56 rounded-xl border border-line bg-raised p-3">
        <ResponsiveContainer>
          <BarChart data={data} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--color-line)" />
            <XAxis
              dataKey="day"
              tickFormatter={dayText}
              minTickGap={24}
              stroke="var(--color-muted)"
              fontSize={12}
              tickLine={false}
            />
            <YAxis
              allowDecimals={false}
              width={36}
              stroke="var(--color-muted)"
              fontSize={12}
              tickLine={false}
              axisLine={false}
            />
            <Bar
              dataKey="conversations"
              fill="var(--color-accent)"
              isAnimationActive={false}
              radius={[3, 3, 0, 0]}
            />
          </BarChart>
        </ResponsiveContainer>
      </div>
      <div className="sr-only">
        <table>
          <caption>{t('reports.byDay')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('reports.day')}</th>
              {FIGURES.map(({ title }) => (
                <th key={title} scope="col">
                  {t(title)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, figures }) => (
              <tr key={day}>
                <th scope="row">{dayText(day)}</th>
                {FIGURES.map((figure) => (
                  <td key={figure.title}>{textOf(figure, figures)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** When conversations begin: the darker, the more. The numbers stand in the cells, for all. */
export function HoursHeat({ hours }: { hours: ReportAnswer['hours'] }) {
  const counts = new Map(hours.map((of) => [of.weekday * 24 + of.hour, of.conversations]));
  const most = Math.max(1, ...counts.values());
  return (
    <div
      className="overflow-x-auto rounded-xl border border-line bg-raised p-3"
      tabIndex={0}
      role="region"
      aria-label={t('reports.byHour')}
    >
      <table className="w-full min-w-176 table-fixed border-separate border-spacing-0.5 text-center text-xs tabular-nums">
        <caption className="sr-only">{t('reports.byHour')}</caption>
        <thead>
          <tr>
            <td className="w-10" />
            {HOURS.map((hour) => (
              <th key={hour} scope="col" className="font-normal text-muted">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WEEKDAYS.map((day) => (
            <tr key={day}>
              <th scope="row" className="text-left font-normal text-muted">
                {weekdayText(day)}
              </th>
              {HOURS.map((hour) => (
                <HeatCell key={hour} count={counts.get(day * 24 + hour) ?? 0} most={most} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeatCell({ count, most }: { count: number; most: number }) {
  // Under the words: at most so strong that they can be read on it.
  const strength = count === 0 ? 0 : Math.round(8 + (27 * count) / most);
  const background = `color-mix(in oklab, var(--color-accent) ${strength}%, var(--color-raised))`;
  return (
    <td className="h-7 rounded-sm text-ink" style={{ background }}>
      {count === 0 ? '' : count}
    </td>
  );
}
