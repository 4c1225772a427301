/** Whose messages the outbox keeps: an agent's, or a visitor's (`TokenStore`). What another one left there is neither sent nor shown. */

/** @param baseUrl of the server: there may be several behind one page */
export function agentOwner(baseUrl: string, agentId: number): string {
  return `agent:${baseUrl}:${agentId}`;
}

/**
 * Whether a message that was kept for `kept` is one of `owner`: a visitor's are, too, those that
 * were written in this browser before the server knew them, but nobody's of earlier times.
 */
export function isOf(owner: string, kept: string): boolean {
  return kept === owner || (kept.endsWith(':') && owner.startsWith(kept));
}
