import { hash } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as OtpAuth from 'otpauth';
import { hashToken } from '../token.ts';

const require = createRequire(import.meta.url);
/** Not in a process in which nobody has a second factor. */
const library = (): typeof OtpAuth => require('otpauth') as typeof OtpAuth;

const STEP_S = 30;
/** Clocks differ: the code before and the one after the present one are good too. */
const WINDOW = 1;
const SECRET_BYTES = 20;
const CODES = 10;
const CODE_CHARS = 10;
/** Without those that are read as another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** @param random of 256 bits @returns base32, for an authenticator */
export function totpSecretFrom(random: string): string {
  const bytes = hash('sha256', random, 'buffer').subarray(0, SECRET_BYTES);
  const { Secret } = library();
  return new Secret({ buffer: new Uint8Array(bytes).buffer }).base32;
}

/** What an authenticator reads from a QR code. */
export function totpUri(secret: string, email: string): string {
  return totp(secret, email).toString();
}

/** The step of the clock to which a code belongs; null where it is none of now. */
export function totpStep(secret: string, code: string, now_ms: number): number | null {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totp(secret, '').validate({ token, timestamp: now_ms, window: WINDOW });
  return delta === null ? null : Math.floor(now_ms / 1_000 / STEP_S) + delta;
}

function totp(secret: string, label: string): OtpAuth.TOTP {
  const { Secret, TOTP } = library();
  return new TOTP({ issuer: 'Parley', label, secret: Secret.fromBase32(secret), period: STEP_S });
}

/** @param random gives 256 bits each time */
export function newRecoveryCodes(random: () => string): readonly string[] {
  return Array.from({ length: CODES }, () => {
    const bytes = hash('sha256', random(), 'buffer');
    const chars = Array.from(
      bytes.subarray(0, CODE_CHARS),
      (byte) => ALPHABET[byte % ALPHABET.length],
    ).join('');
    return `${chars.slice(0, CODE_CHARS / 2)}-${chars.slice(CODE_CHARS / 2)}`;
  });
}

/** However it was typed. */
export function recoveryCodeHash(code: string): string {
  return hashToken(code.toLowerCase().replaceAll(/[^a-z\d]/g, ''));
}
