import { createHash } from 'node:crypto';

/** How tokens stand in the database: they are random, so one round of SHA-256 is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
