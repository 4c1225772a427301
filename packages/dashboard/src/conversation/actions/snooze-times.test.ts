import { expect, test } from 'vitest';
import { localInput, snoozeTimes } from './snooze-times.ts';

const presets = (...at: [number, number, number, number, number?]) =>
  snoozeTimes(new Date(...at).getTime()).map(
    ({ preset, at_ms }) => `${preset} ${localInput(at_ms)}`,
  );

test('times are offered by the clock on the wall, soonest first', () => {
  // A Wednesday.
  expect(presets(2026, 10, 18, 10)).toEqual([
    'hour 2026-11-18T11:00',
    'evening 2026-11-18T18:00',
    'tomorrow 2026-11-19T09:00',
    'monday 2026-11-23T09:00',
    'week 2026-11-25T09:00',
  ]);
});

test('none is offered twice, nor one that has come', () => {
  // Sunday evening: tomorrow is Monday. On Monday the next one is a week away.
  expect(presets(2026, 10, 22, 17, 30)).toEqual([
    'hour 2026-11-22T18:30',
    'tomorrow 2026-11-23T09:00',
    'week 2026-11-29T09:00',
  ]);
  expect(presets(2026, 10, 23, 20)).toEqual([
    'hour 2026-11-23T21:00',
    'tomorrow 2026-11-24T09:00',
    'monday 2026-11-30T09:00',
  ]);
});
