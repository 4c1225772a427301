import { expect, test } from 'vitest';
import {
  afterAnswer,
  afterCut,
  afterOutage,
  LONG_POLLING,
  mayWait,
  type PollingMode,
} from './polling-mode.ts';

/** A mode after a waiting request was cut and a plain one answered. */
function cutOnce(mode: PollingMode, now_ms: number): PollingMode {
  return afterAnswer(afterCut(mode, now_ms), false, now_ms);
}

test('[RT-3] one cut is an accident, two are a proxy', () => {
  const once = cutOnce(LONG_POLLING, 0);
  expect(mayWait(once, 0)).toBe(true);
  expect(mayWait(cutOnce(once, 0), 0)).toBe(false);
});

test('[RT-3] after a cut a plain request shows whether the server answers at all', () => {
  const cut = afterCut(LONG_POLLING, 0);
  expect(mayWait(cut, 0)).toBe(false);
  expect(afterOutage(cut)).toEqual(LONG_POLLING);
});

test('[RT-3] an answer that was waited for clears the suspicion', () => {
  expect(afterAnswer(cutOnce(LONG_POLLING, 0), true, 0)).toEqual(LONG_POLLING);
});

test('[RT-3] long requests are tried again, ever more seldom, and stay when they work', () => {
  let mode = cutOnce(cutOnce(LONG_POLLING, 0), 0);
  const periods_s: number[] = [];
  for (let now_ms = 0; periods_s.length < 7;) {
    if (mode.kind !== 'plain') throw new Error('a cut does not lead out of plain intervals');
    periods_s.push((mode.longAgainAt_ms - now_ms) / 1_000);
    now_ms = mode.longAgainAt_ms;
    expect([mayWait(mode, now_ms - 1), mayWait(mode, now_ms)]).toEqual([false, true]);
    mode = afterCut(mode, now_ms);
  }
  expect(periods_s).toEqual([30, 60, 120, 240, 480, 600, 600]);
  expect(afterAnswer(mode, true, 0)).toEqual(LONG_POLLING);
});

test('[RT-3] an outage changes nothing about a proxy that cuts', () => {
  const plain = cutOnce(cutOnce(LONG_POLLING, 0), 0);
  expect(afterOutage(plain)).toBe(plain);
});
