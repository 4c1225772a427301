import { LIMITS, type Attributes, type AttributesPatch, type Visitor } from '@parley/protocol';

/** What is known of a visitor. */
export interface VisitorProfile {
  readonly id: number;
  readonly name: string | null;
  readonly email: string | null;
  /** Who the site's backend says this is; null: nobody vouched. */
  readonly identity: string | null;
  /** Whether the backend vouched for `email`. */
  readonly emailVerified: boolean;
}

/** What the site's own backend vouches for (SEC-2). */
export interface Claims {
  /** Its own id of the person. */
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
}

/** What the visitor typed; null: nothing. */
export interface Typed {
  readonly name: string | null;
  readonly email: string | null;
}

export function presentVisitor(visitor: Omit<VisitorProfile, 'emailVerified'>): Visitor {
  return {
    id: visitor.id,
    name: visitor.name,
    email: visitor.email,
    verified: visitor.identity !== null,
  };
}

/**
 * Who a browser belongs to, from whom its token names and whom the identity token names.
 *
 * - `join`: an unnamed visitor turns out to be a known person, who gets its conversations (SYNC-13).
 * - `switch`: the browser was another person's; that person's conversations stay theirs, and the
 *   browser gets a new token.
 */
export type Recognition = { readonly kind: 'keep' | 'join' | 'switch' | 'create' };

export function recognize(
  current: Pick<VisitorProfile, 'id' | 'identity'> | null,
  person: Pick<VisitorProfile, 'id'> | null,
  claims: Claims | null,
): Recognition {
  if (claims === null) return { kind: current === null ? 'create' : 'keep' };
  if (current !== null && current.id === person?.id) return { kind: 'keep' };
  const unnamed = current !== null && current.identity === null;
  if (person !== null) return { kind: unnamed ? 'join' : 'switch' };
  return { kind: unnamed ? 'keep' : 'create' };
}

/** Which version of the site's text somebody agreed to, and when. */
export interface Agreement {
  readonly version: number;
  readonly at_ms: number;
}

/**
 * The latest of what somebody agreed to: just now, or before, here or as who they turned out to be.
 * @param asked the version that the site wants agreed to; null: it asks nobody
 * @returns null: none; `missing`: none to what is asked
 */
export function agreementOf(
  asked: number | null,
  agreements: readonly (Agreement | null)[],
): Agreement | null | 'missing' {
  const [latest = null] = agreements
    .filter((one) => one !== null)
    .sort((a, b) => b.version - a.version || a.at_ms - b.at_ms);
  return asked === null || latest?.version === asked ? latest : 'missing';
}

/** What is vouched for comes before what is typed, and is never overwritten by it. */
export function describe(
  profile: Omit<VisitorProfile, 'id'>,
  claims: Claims | null,
  typed: Typed,
): Omit<VisitorProfile, 'id'> {
  const identity = claims?.subject ?? profile.identity;
  const name =
    claims?.name ??
    (identity === null ? (typed.name ?? profile.name) : (profile.name ?? typed.name));
  if (claims !== null && claims.email !== null) {
    return { identity, name, email: claims.email, emailVerified: true };
  }
  if (identity === null) {
    return { identity, name, email: typed.email ?? profile.email, emailVerified: false };
  }
  // An address that was typed before somebody vouched for the person is nobody's word.
  const { emailVerified } = profile;
  return { identity, name, email: emailVerified ? profile.email : null, emailVerified };
}

/**
 * Attributes as they are after this patch: null where none is left. More than fit are not taken; what
 * was there before stays.
 * @param before JSON text, as stored
 */
export function patchAttributes(before: string | null, patch: AttributesPatch): string | null {
  const kept = new Map(Object.entries(parseAttributes(before)));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) kept.delete(name);
    else if (kept.has(name) || kept.size < LIMITS.attributes) kept.set(name, value);
  }
  return kept.size === 0 ? null : JSON.stringify(Object.fromEntries(kept));
}

/** @param stored JSON text; null: none */
export function parseAttributes(stored: string | null): Attributes {
  return stored === null ? {} : (JSON.parse(stored) as Attributes);
}

/** Whether agents and the visitor itself see a difference. */
export function looksDifferent(
  a: Omit<VisitorProfile, 'id'>,
  b: Omit<VisitorProfile, 'id'>,
): boolean {
  return (
    a.name !== b.name || a.email !== b.email || (a.identity === null) !== (b.identity === null)
  );
}
