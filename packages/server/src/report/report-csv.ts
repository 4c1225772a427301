import type { ReportFigures, Spread } from '@parley/protocol';
import type { Report } from './report.queries.ts';

const COLUMNS = [
  'group',
  'name',
  'conversations',
  'answered',
  'resolved',
  ...['first_response', 'waiting', 'resolution'].flatMap((span) => [
    `${span}_median_s`,
    `${span}_p90_s`,
    `${span}_mean_s`,
  ]),
  'ratings',
  'rating_mean',
];

type Cell = string | number | null;

/** As RFC 4180 has it, in UTF-8; the mark at the beginning is for Excel, which takes it for Latin 1 else. */
export function reportCsv(report: Report): string {
  const rows: readonly (readonly Cell[])[] = [
    COLUMNS,
    ['total', `${report.from}/${report.to}`, ...cellsOf(report.total)],
    [
      'previous',
      `${report.previous.from}/${report.previous.to}`,
      ...cellsOf(report.previous.total),
    ],
    ...report.days.map(({ day, figures }) => ['day', day, ...cellsOf(figures)]),
    ...report.sites.map(({ name, figures }) => ['site', name, ...cellsOf(figures)]),
    ...report.agents.map(({ name, figures }) => ['agent', name, ...cellsOf(figures)]),
    ...report.hours.map(hourRow),
  ];
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function hourRow({
  weekday,
  hour,
  conversations,
  first_response,
}: Report['hours'][number]): Cell[] {
  const time = `${String(hour).padStart(2, '0')}:00`;
  const known = [conversations, null, null, ...spread(first_response)];
  const rest = COLUMNS.slice(known.length + 2).map(() => null);
  return ['hour', `${WEEKDAYS[weekday] ?? ''} ${time}`, ...known, ...rest];
}

function cellsOf(figures: ReportFigures): Cell[] {
  const { scores } = figures;
  const ratings = scores.reduce((sum, count) => sum + count, 0);
  const points = scores.reduce((sum, count, index) => sum + count * (index + 1), 0);
  return [
    figures.conversations,
    figures.answered,
    figures.resolved,
    ...spread(figures.first_response),
    ...spread(figures.waiting),
    ...spread(figures.resolution),
    ratings,
    ratings === 0 ? null : (points / ratings).toFixed(2),
  ];
}

function spread(of: Spread | null): Cell[] {
  return of === null ? [null, null, null] : [of.median_s, of.p90_s, of.mean_s];
}

/** Programs take what begins so for a formula and run it; names are chosen by people. */
const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/u;

function cell(value: Cell): string {
  const text = String(value ?? '');
  const harmless = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
