import type { ReportAnswer, ReportFigures } from '@parley/protocol';
import { formatSpan } from '../i18n/time.ts';
import { perLocale, t, type TextKey } from '../i18n/translate.ts';

const numbers = (options: Intl.NumberFormatOptions) =>
  perLocale((locale) => new Intl.NumberFormat(locale, options));
const number = numbers({});
const score = numbers({ maximumFractionDigits: 1, minimumFractionDigits: 1 });
const percent = numbers({
  style: 'percent',
  maximumFractionDigits: 0,
  signDisplay: 'exceptZero',
});

export interface Figure {
  readonly title: TextKey & `reports.${string}`;
  readonly of: (figures: ReportFigures) => number | null;
  readonly text: (value: number) => string;
}

/** What tiles and tables show, in one order. */
export const FIGURES: readonly Figure[] = [
  { title: 'reports.conversations', of: (of) => of.conversations, text: (n) => number().format(n) },
  {
    title: 'reports.firstResponse',
    of: (of) => of.first_response?.median_s ?? null,
    text: formatSpan,
  },
  { title: 'reports.waiting', of: (of) => of.waiting?.median_s ?? null, text: formatSpan },
  { title: 'reports.resolution', of: (of) => of.resolution?.median_s ?? null, text: formatSpan },
  { title: 'reports.rating', of: meanScore, text: (n) => score().format(n) },
];

function meanScore({ scores }: ReportFigures): number | null {
  const count = scores.reduce((sum, of) => sum + of, 0);
  const points = scores.reduce((sum, of, index) => sum + of * (index + 1), 0);
  return count === 0 ? null : points / count;
}

export function textOf({ of, text }: Figure, figures: ReportFigures): string {
  const value = of(figures);
  return value === null ? '–' : text(value);
}

/** Each figure of the time, and how it stands to the time before. */
export function Tiles({ report }: { report: ReportAnswer }) {
  return (
    <dl className="grid grid-cols-5 gap-3 max-lg:grid-cols-3 max-md:grid-cols-2">
      {FIGURES.map((figure) => (
        <div key={figure.title} className="rounded-xl border border-line bg-raised px-4 py-3">
          <dt className="text-sm text-muted">{t(figure.title)}</dt>
          <dd className="mt-1 text-2xl font-semibold tracking-tight tabular-nums">
            {textOf(figure, report.total)}
          </dd>
          {isComparable(figure, report) && (
            <dd className="mt-0.5 text-xs text-muted">{changeOf(figure, report)}</dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function isComparable({ of }: Figure, { total, previous }: ReportAnswer): boolean {
  return of(total) !== null && Boolean(of(previous.total));
}

/** A new installation: said once, and not under each figure. */
export function hasNothingBefore(report: ReportAnswer): boolean {
  return !FIGURES.some((figure) => isComparable(figure, report));
}

function changeOf({ of }: Figure, { total, previous }: ReportAnswer): string {
  const change = (of(total) ?? 0) / (of(previous.total) ?? 1) - 1;
  return t('reports.change', { change: percent().format(change) });
}

/** One row each for agents or sites. */
export function FiguresTable({ caption, rows }: { caption: string; rows: ReportAnswer['agents'] }) {
  return (
    <div
      className="overflow-x-auto rounded-xl border border-line bg-raised"
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table className="w-full text-left tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead className="text-sm text-muted">
          <tr>
            <th scope="col" className="sticky left-0 bg-raised px-4 py-2 font-medium">
              {t('reports.name')}
            </th>
            {FIGURES.map(({ title }) => (
              <th key={title} scope="col" className="px-4 py-2 text-right font-medium">
                {t(title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {rows.map(({ id, name, figures }) => (
            <tr key={id}>
              <th
                scope="row"
                className="sticky left-0 min-w-36 bg-raised px-4 py-2 font-medium [overflow-wrap:anywhere]"
              >
                {name}
              </th>
              {FIGURES.map((figure) => (
                <td key={figure.title} className="px-4 py-2 text-right">
                  {textOf(figure, figures)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
