import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AgentAccount } from './agent.ts';

/** How long the link of a mail is good. */
export const RESET_LIFETIME_S = 30 * 60;

/** Whose password a token lets one change, and until when; who says so is not checked yet. */
export interface ResetClaim {
  readonly agentId: number;
  /** Unix seconds. */
  readonly expires_s: number;
  readonly signature: string;
}

type Holder = Pick<AgentAccount, 'id' | 'email' | 'passwordHash'>;

/** From the key of the installation: the same on all nodes, and good for nothing else. */
export function resetKeyFrom(appKey: string): string {
  return createHmac('sha256', appKey).update('parley password reset').digest('base64url');
}

/**
 * Nothing of it is stored. It is signed over the password of now, so that it ends with that password:
 * by being used, by another reset, by a change in the profile.
 */
export function resetToken(account: Holder, now_ms: number, key: string): string {
  const expires_s = Math.floor(now_ms / 1_000) + RESET_LIFETIME_S;
  return `${account.id}.${expires_s}.${sign(account, expires_s, key)}`;
}

/** Null where it has not the form of a token. */
export function parseResetToken(token: string): ResetClaim | null {
  const [, id, expires, signature] = /^([1-9]\d{0,14})\.(\d{1,12})\.([\w-]{43})$/.exec(token) ?? [];
  if (id === undefined || expires === undefined || signature === undefined) return null;
  return { agentId: Number(id), expires_s: Number(expires), signature };
}

/** @param keys the present one, and former ones that are still believed */
export function isResetValid(
  { expires_s, signature }: ResetClaim,
  account: Holder,
  now_ms: number,
  keys: readonly string[],
): boolean {
  if (now_ms / 1_000 >= expires_s) return false;
  const given = Buffer.from(signature);
  return keys.some((key) => {
    const expected = Buffer.from(sign(account, expires_s, key));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function sign({ id, email, passwordHash }: Holder, expires_s: number, key: string): string {
  const said = JSON.stringify([id, expires_s, email, passwordHash]);
  return createHmac('sha256', key).update(said).digest('base64url');
}
