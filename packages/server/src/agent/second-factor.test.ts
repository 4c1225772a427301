import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import {
  newRecoveryCodes,
  recoveryCodeHash,
  totpSecretFrom,
  totpStep,
  totpUri,
} from './second-factor.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);

test('[SEC-4] a code is good for its own half minute and those beside it, as authenticators make it', () => {
  const secret = totpSecretFrom('some random text');
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  const step = NOW_MS / 30_000;
  for (const offset of [-1, 0, 1]) {
    const code = app.generate({ timestamp: NOW_MS + offset * 30_000 });
    expect(totpStep(secret, `${code.slice(0, 3)} ${code.slice(3)}`, NOW_MS)).toBe(step + offset);
  }
  for (const offset of [-2, 2]) {
    const code = app.generate({ timestamp: NOW_MS + offset * 30_000 });
    expect(totpStep(secret, code, NOW_MS)).toBeNull();
  }
  for (const none of ['', '12345', 'abcdef', '1234567']) {
    expect(totpStep(secret, none, NOW_MS)).toBeNull();
  }
  expect(totpUri(secret, 'ada@example.com')).toContain(`secret=${secret}`);
});

test('recovery codes are ten, all different, and known however they are typed', () => {
  let made = 0;
  const codes = newRecoveryCodes(() => `random ${(made += 1)}`);
  expect(new Set(codes).size).toBe(10);
  const [code = ''] = codes;
  expect(code).toMatch(/^[a-z2-9]{5}-[a-z2-9]{5}$/);
  expect(recoveryCodeHash(` ${code.toUpperCase().replace('-', ' ')} `)).toBe(
    recoveryCodeHash(code),
  );
});
