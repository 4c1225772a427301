import { expect, test } from 'vitest';
import { configFrom } from '../config/config.ts';
import { RequestLimits } from './request-limits.ts';

test('[SPEC-9] uploads are bounded by bytes an hour and by how many run at once', () => {
  let now_ms = 0;
  const { limits } = configFrom({ LIMIT_UPLOAD_BYTES_PER_HOUR: '3600' });
  const requests = new RequestLimits(limits, { now_ms: () => now_ms });
  const begin = (visitor: number, bytes: number) => () =>
    requests.beginUpload(visitor, '192.0.2.1', bytes);
  const refused = (retryAfter_s: number) =>
    expect.objectContaining({ code: 'rate_limited', retryAfter_s }) as unknown;

  begin(1, 4_500)().end();
  // 900 too many, at one a second, and one to begin with.
  expect(begin(1, 1)).toThrow(refused(901));
  now_ms = 901_000;
  begin(1, 1)().end();

  const running = Array.from({ length: 4 }, begin(2, 1));
  expect(begin(2, 1)).toThrow(refused(5));
  running[0]?.end();
  begin(2, 1)().end();

  // Whoever begins as ever another visitor shares the address.
  begin(3, 14_000)().end();
  expect(begin(4, 1)).toThrow(expect.objectContaining({ code: 'rate_limited' }) as unknown);
});
