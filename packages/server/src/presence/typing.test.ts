import { expect, test } from 'vitest';
import { TypingThrottle } from './typing.ts';

test('[SEC-4] who types and stops and types is passed on at once, but no flood of it is', () => {
  const throttle = new TypingThrottle();
  const passed = (typing: boolean, at_ms: number) => throttle.allows('visitor 1 1', typing, at_ms);
  expect([passed(true, 0), passed(false, 500), passed(true, 1_000)]).toEqual([true, true, true]);
  expect([passed(true, 1_500), passed(false, 2_000), passed(false, 2_000)]).toEqual([
    false,
    true,
    false,
  ]);
  // A hundred times in each second of a minute: every one of them would go to all agents of the site.
  let count = 0;
  for (let at_ms = 60_000; at_ms < 120_000; at_ms += 10) {
    if (passed((at_ms / 10) % 2 === 0, at_ms)) count += 1;
  }
  expect(count).toBeLessThanOrEqual(2 * (5 + 24));
  // Whoever types on and on is seen all the time.
  const steady = Array.from({ length: 60 }, (_, n) => passed(true, 200_000 + n * 3_000));
  expect(new Set(steady)).toEqual(new Set([true]));
});
