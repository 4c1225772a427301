import { LIMITS } from '@parley/protocol';
import { AppError } from '../app-error.ts';
import type { Claims } from './visitor.ts';

/** Longer than this from its issue to its end is no short-lived token. */
const LIFETIME_MAX_S = 24 * 60 * 60;
const CLOCK_TOLERANCE_S = 30;
const SUBJECT_CHARS = 200;

/**
 * What a JWT from the site's own backend says: HS256 by the site's identity secret, with `sub` (the
 * backend's id of the person), `exp`, and optionally `name` and `email`.
 * @throws AppError `invalid_identity_token`
 */
export async function verifyIdentity(
  token: string,
  secret: string,
  now_ms: number,
): Promise<Claims> {
  const payload = await verified(token, secret, now_ms);
  const { sub, exp, iat } = payload;
  const start_s = iat ?? now_ms / 1000;
  if (exp === undefined || exp - start_s > LIFETIME_MAX_S) throw invalid('it lives too long');
  if (sub === undefined || !isText(sub, SUBJECT_CHARS)) throw invalid('sub is missing');
  return {
    subject: sub,
    name: optionalText(payload['name'], LIMITS.name_chars),
    email: optionalText(payload['email'], LIMITS.email_chars),
  };
}

async function verified(token: string, secret: string, now_ms: number) {
  try {
    const { jwtVerify } = await import('jose');
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now_ms),
    });
    return payload;
  } catch (error) {
    throw invalid('signature, form or time', error);
  }
}

function optionalText(value: unknown, max_chars: number): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value.length > max_chars) throw invalid('a claim is no text');
  const text = value.trim();
  if (text === '') return null;
  if (!isText(text, max_chars)) throw invalid('a claim is no text');
  return text;
}

function isText(value: string, max_chars: number): boolean {
  const filled = value.trim() !== '' && value.length <= max_chars;
  return filled && !value.includes('\u0000') && value.isWellFormed();
}

function invalid(reason: string, cause?: unknown): AppError {
  return new AppError('invalid_identity_token', `The identity token is not valid: ${reason}`, {
    cause,
  });
}
