import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoff_ms } from './job.ts';

it('[RT-7] a job waits from 1 s to 30 s, longer after each failure, never in step with others', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, share) => {
      const wait_ms = backoff_ms(failures, share);
      expect(wait_ms).toBeGreaterThanOrEqual(1_000);
      expect(wait_ms).toBeLessThanOrEqual(30_000);
      expect(backoff_ms(failures + 1, share)).toBeGreaterThanOrEqual(wait_ms);
      if (failures > 2) expect(backoff_ms(failures, 0.9)).toBeLessThan(backoff_ms(failures, 0.1));
    }),
  );
});
