import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacHex } from './hmac.ts';

test('[PP-3][PP-8] a signature is the HMAC-SHA256 of the platform, for any secret and text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.nat(5000).map((length) => 'ä'.repeat(length)),
  );
  const secrets = fc.string({ unit: 'binary', minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(secrets, texts, texts, (secret, one, two) => {
      for (const text of [one, two, one]) {
        const expected = createHmac('sha256', secret).update(text, 'utf8').digest('hex');
        expect(hmacHex(secret, text)).toBe(expected);
      }
    }),
  );
});
