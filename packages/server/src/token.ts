import { hash } from 'node:crypto';

/** How tokens stand in the database: they are random, so one round of SHA-256 is enough. */
export function hashToken(token: string): string {
  return hash('sha256', token);
}
