/*
 * In whose name a request waits, or a socket is connected: what ends with a login is found by this.
 */

const SESSION = 'session:';
const VISITOR = 'visitor:';

export const visitorOwner = (visitorId: number): string => `${VISITOR}${visitorId}`;
export const sessionOwner = (tokenHash: string): string => `${SESSION}${tokenHash}`;

/** The visitor's id, or null where the owner is none. */
export function visitorOfOwner(owner: string): number | null {
  return owner.startsWith(VISITOR) ? Number(owner.slice(VISITOR.length)) : null;
}

/** The token's hash, or null where the owner is no session. */
export function sessionOf(owner: string): string | null {
  return owner.startsWith(SESSION) ? owner.slice(SESSION.length) : null;
}
