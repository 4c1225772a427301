import type { ReportAnswer } from '@parley/protocol';
import { Fragment } from 'react';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { perLocale, t } from '../i18n/translate.ts';
import { type Figure, FIGURES, textOf } from './figures.tsx';

const shortDay = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
);
const longDay = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }),
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

/**
 * One figure of each day as bars; a tip by mouse, finger or arrow keys tells all of that day. The same
 * as a table for who cannot see them.
 */
export function DaysChart({ days, figure }: { days: ReportAnswer['days']; figure: Figure }) {
  const data = days.map(({ day, figures }) => ({ day, value: figure.of(figures) }));
  const name = `${t('reports.byDay')}: ${t(figure.title)}`;
  if (data.every(({ value }) => value === null)) {
    return (
      <p className="rounded-xl border border-line bg-raised px-4 py-12 text-center text-muted">
        {t('reports.noFigure')}
      </p>
    );
  }
  return (
    <figure aria-label={name}>
      <div className="h-56 rounded-xl border border-line bg-raised p-3">
        <ResponsiveContainer>
          <BarChart data={data} accessibilityLayer role="img" aria-label={name}>
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
              tickFormatter={figure.text}
              width="auto"
              stroke="var(--color-muted)"
              fontSize={12}
              tickLine={false}
              axisLine={false}
            />
            <Tooltip
              cursor={{ fill: 'var(--color-hover)' }}
              isAnimationActive={false}
              content={({ active, label }) =>
                active ? <DayTip day={days.find(({ day }) => day === label)} /> : null
              }
            />
            <Bar
              dataKey="value"
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

/** All figures of a day. */
function DayTip({ day }: { day: ReportAnswer['days'][number] | undefined }) {
  if (day === undefined) return null;
  return (
    <div role="status" className="rounded-lg bg-raised px-3 py-2 text-sm text-ink shadow-pop">
      <p className="font-semibold">{longDay().format(Date.parse(day.day))}</p>
      <dl className="mt-1 grid grid-cols-[auto_auto] gap-x-4 tabular-nums">
        {FIGURES.map((figure) => (
          <Fragment key={figure.title}>
            <dt className="text-muted">{t(figure.title)}</dt>
            <dd className="text-right">{textOf(figure, day.figures)}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
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
