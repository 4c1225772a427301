import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { attemptTimeout_ms, failuresAfter, reconnectDelay_ms } from './reconnect-policy.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('[RT-4] the first attempt comes within 2 s, each within 30 s, and none at once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), chance, (failures, random) => {
      const delay_ms = reconnectDelay_ms(failures, random);
      expect(delay_ms).toBeGreaterThanOrEqual(100);
      expect(delay_ms).toBeLessThanOrEqual(failures === 1 ? 2_000 : 30_000);
    }),
  );
});

test('[RT-4] the clients of a server that comes back are spread over time', () => {
  const spread = (failures: number) =>
    reconnectDelay_ms(failures, 0.999) - reconnectDelay_ms(failures, 0);
  expect([1, 2, 3, 9].map((failures) => Math.round(spread(failures) / 100) / 10)).toEqual([
    1.9, 2, 4, 15,
  ]);
});

test('[RT-4] a server that takes its clients and cuts them is come back to soon, but not at once', () => {
  const longest_s = (failures: number, held_ms: number | null) =>
    Math.ceil(reconnectDelay_ms(failuresAfter(failures, held_ms), 0.999) / 1_000);
  // Restarts one after the other, and one after a long outage.
  expect([0, 1, 2, 3, 20].map((failures) => longest_s(failures, 3_000))).toEqual([2, 4, 8, 8, 8]);
  expect(longest_s(20, 10_000)).toBe(2);
  expect([1, 3, 20].map((failures) => longest_s(failures, null))).toEqual([4, 16, 30]);
});

test('Retry-After is the least delay', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      chance,
      fc.nat(3_600),
      (failures, random, asked) => {
        const delay_ms = reconnectDelay_ms(failures, random, asked);
        expect(delay_ms).toBeGreaterThanOrEqual(asked * 1_000);
      },
    ),
  );
});

test('[RT-2] the first attempt is given 5 s, a slow network more each time', () => {
  expect([0, 1, 2, 3, 50].map(attemptTimeout_ms)).toEqual([5_000, 10_000, 15_000, 20_000, 20_000]);
});
