/** Whose messages the outbox keeps. What another one left there is neither sent nor shown. */

/** @param baseUrl of the server: there may be several behind one page */
export function agentOwner(baseUrl: string, agentId: number): string {
  return `agent:${baseUrl}:${agentId}`;
}

/** @param token null: who that will be is not known yet, but it is this browser's visitor. */
export function visitorOwner(siteToken: string, token: string | null): string {
  return `visitor:${siteToken}:${token === null ? '' : fingerprint(token)}`;
}

/**
 * Whether a message that was kept for `kept` is one of `owner`: a visitor's are, too, those that
 * were written in this browser before it was known who that is.
 */
export function isOf(owner: string, kept: string): boolean {
  const isNobodys = kept.startsWith('visitor:') && kept.endsWith(':');
  return kept === owner || (isNobodys && owner.startsWith(kept));
}

/**
 * Tells tokens apart without telling them (FNV-1a, twice with other beginnings). Not a secret's
 * only guard: the token stands in the same browser's storage; and `crypto.subtle` is missing on
 * pages that are not served over TLS.
 */
function fingerprint(token: string): string {
  return [0x811c9dc5, 0x050c5d1f].map((seed) => fnv1a(token, seed)).join('');
}

function fnv1a(text: string, seed: number): string {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
