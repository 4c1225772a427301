/*
 * In whose name a request waits, or a socket is connected: what ends with a login is found by this.
 */

const SESSION = 'session:';

export const visitorOwner = (visitorId: number): string => `visitor:${visitorId}`;
export const sessionOwner = (tokenHash: string): string => `${SESSION}${tokenHash}`;

/** The token's hash, or null where the owner is no session. */
export function sessionOf(owner: string): string | null {
  return owner.startsWith(SESSION) ? owner.slice(SESSION.length) : null;
}
