import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientKey } from './client-address.ts';
import { FailureWindow, TokenBuckets } from './rate.ts';

describe('token buckets', () => {
  test('a burst at once, then the steady rate; Retry-After is exact', () => {
    const buckets = new TokenBuckets({ burst: 3, perMinute: 60 });
    const taken = Array.from({ length: 4 }, () => buckets.take('a', 1_000));
    expect(taken).toEqual([0, 0, 0, 1]);
    expect(buckets.take('b', 1_000)).toBe(0);
    expect(buckets.take('a', 1_999)).toBe(1);
    expect(buckets.take('a', 2_000)).toBe(0);
  });

  test('whoever waits as long as was said is let in, and no run exceeds burst plus rate', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 80 }),
        fc.record({
          burst: fc.integer({ min: 1, max: 10 }),
          perMinute: fc.integer({ min: 1, max: 600 }),
        }),
        (pauses, rate) => {
          const buckets = new TokenBuckets(rate);
          let now_ms = 0;
          let allowed = 0;
          for (const pause of pauses) {
            now_ms += pause;
            const wait_s = buckets.take('a', now_ms);
            if (wait_s === 0) allowed += 1;
            else {
              now_ms += wait_s * 1_000;
              expect(buckets.take('a', now_ms)).toBe(0);
              allowed += 1;
            }
          }
          // Rounding of the clock may let one through a moment early.
          expect(allowed).toBeLessThanOrEqual(rate.burst + (now_ms / 60_000) * rate.perMinute + 1);
        },
      ),
    );
  });
});

describe('failures in a window', () => {
  test('the eleventh is refused until the oldest is out of the window', () => {
    const failures = new FailureWindow(10, 300_000);
    for (let i = 0; i < 10; i++) {
      expect(failures.retryAfter_s('a', i)).toBe(0);
      failures.begin('a', i);
    }
    expect(failures.retryAfter_s('a', 1_000)).toBe(299);
    expect(failures.retryAfter_s('b', 1_000)).toBe(0);
    expect(failures.retryAfter_s('a', 300_000)).toBe(0);
  });

  test('an attempt counts while it is under way, and no longer once it succeeded', () => {
    const failures = new FailureWindow(2, 300_000);
    failures.begin('a', 1);
    failures.begin('a', 2);
    expect(failures.retryAfter_s('a', 3)).toBeGreaterThan(0);
    failures.succeed('a', 2);
    expect(failures.retryAfter_s('a', 3)).toBe(0);
  });

  test('[SEC-4] made-up names fill no memory: the oldest are forgotten', () => {
    const failures = new FailureWindow(1, 300_000);
    for (let n = 0; n <= 50_000; n += 1) failures.begin(`name ${n}`, n);
    expect(failures.retryAfter_s('name 0', 50_001)).toBe(0);
    expect(failures.retryAfter_s('name 1', 50_001)).toBeGreaterThan(0);
    expect(failures.retryAfter_s('name 50000', 50_001)).toBeGreaterThan(0);
  });
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('one IPv6 customer is one client: %s is %s', (address, key) => {
  expect(clientKey(address)).toBe(key);
});
