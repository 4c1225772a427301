import { ReportQuery } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { z } from 'zod/mini';
import { localTimes } from './local-time.ts';
import { reportCsv } from './report-csv.ts';
import type { Report } from './report.queries.ts';

const NOTHING: Report['total'] = {
  conversations: 0,
  answered: 0,
  resolved: 0,
  first_response: null,
  waiting: null,
  resolution: null,
  scores: [0, 0, 0, 0, 0],
};

describe('reports', () => {
  it('days and hours are those of the zone, also where its clocks are changed at midnight', () => {
    const show = (zone: string, ...times: readonly string[]) =>
      times.map((time) => {
        const { day, hour, weekday } = localTimes(zone)(Date.parse(time));
        return `${new Date(day * 86_400_000).toISOString().slice(0, 10)} ${weekday} ${hour}`;
      });
    // 2 to 3 does not exist on 29 March; 2 to 3 is there twice on 25 October.
    expect(
      show(
        'Europe/Berlin',
        '2026-03-29T00:59Z',
        '2026-03-29T01:00Z',
        '2026-10-25T00:30Z',
        '2026-10-25T01:30Z',
      ),
    ).toEqual(['2026-03-29 6 1', '2026-03-29 6 3', '2026-10-25 6 2', '2026-10-25 6 2']);
    // 6 September begins at 1 o'clock.
    expect(show('America/Santiago', '2026-09-06T03:59Z', '2026-09-06T04:00Z')).toEqual([
      '2026-09-05 5 23',
      '2026-09-06 6 1',
    ]);
    expect(show('Asia/Kathmandu', '2026-01-01T18:14Z', '2026-01-01T18:15Z')).toEqual([
      '2026-01-01 3 23',
      '2026-01-02 4 0',
    ]);
  });

  it('[SEC-3] names are no formulas in the file, and break no row', () => {
    const names = ['=1+1', ' +A1', '-2', '@SUM(A1)', '\tx', 'a "b", c\r\nd', 'Åsa', '＝1'];
    const csv = reportCsv({
      from: '2026-11-21',
      to: '2026-11-21',
      zone: 'UTC',
      total: {
        ...NOTHING,
        conversations: 2,
        first_response: { count: 2, median_s: 5, p90_s: 9, mean_s: 7 },
        scores: [1, 0, 0, 1, 1],
      },
      previous: { from: '2026-11-20', to: '2026-11-20', total: NOTHING },
      days: [],
      sites: [],
      agents: names.map((name, index) => ({ id: index + 1, name, figures: NOTHING })),
      hours: [{ weekday: 0, hour: 9, conversations: 2, first_response: null }],
    });
    const lines = csv.split('\r\n');
    expect(lines[0]?.startsWith('\uFEFFgroup,name,conversations')).toBe(true);
    expect(lines[1]).toBe('total,2026-11-21/2026-11-21,2,0,0,5,9,7,,,,,,,3,3.33');
    expect(csv).toContain(
      ["'=1+1", "' +A1", "'-2", "'@SUM(A1)", "'\tx", '"a ""b"", c\r\nd"', 'Åsa', "'＝1"]
        .map((name) => `agent,${name},0,0,0,,,,,,,,,,0,\r\n`)
        .join(''),
    );
    expect(lines.at(-2)).toBe('hour,Monday 09:00,2,,,,,,,,,,,,,');
  });

  it('what is no span of at most 366 days is refused', () => {
    const isRefused = (query: object) => !z.safeParse(ReportQuery, query).success;
    const days = { from: '2024-01-01', to: '2024-12-31', zone: 'Europe/Berlin' };
    expect(isRefused(days)).toBe(false);
    for (const wrong of [
      { to: '2025-01-01' },
      { to: '2023-12-31' },
      { from: '2024-02-30', to: '2024-03-01' },
      { from: '2024-1-1' },
      { from: ['2024-01-01', '2024-01-02'] },
      { zone: 'Mars/Olympus' },
      { zone: 'x'.repeat(10_000) },
      { site: '-1' },
    ]) {
      expect(isRefused({ ...days, ...wrong }), JSON.stringify(wrong).slice(0, 60)).toBe(true);
    }
  });
});
