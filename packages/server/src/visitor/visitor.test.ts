import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describe as describeProfile, recognize, type Claims } from './visitor.ts';

const text = fc.option(fc.constantFrom('a', 'b'));
const claims: fc.Arbitrary<Claims> = fc.record({
  subject: fc.constant('p'),
  name: text,
  email: text,
});
const typed = fc.record({ name: text, email: text });
const verified = (some: { name: string | null; email: string | null; identity: string }) => ({
  ...some,
  emailVerified: some.email !== null,
});
const profile = fc.oneof(
  fc.record({
    name: text,
    email: text,
    identity: fc.constant(null),
    emailVerified: fc.constant(false),
  }),
  fc.record({ name: text, email: text, identity: fc.constant('p') }).map(verified),
);

describe('visitor', () => {
  it('[SEC-2] an address is called verified only if the backend said it', () => {
    fc.assert(
      fc.property(profile, fc.option(claims), typed, (before, said, by) => {
        const after = describeProfile(before, said, by);
        expect(after.emailVerified).toBe(after.identity !== null && after.email !== null);
        const vouched = said?.email ?? (before.emailVerified ? before.email : null);
        if (after.emailVerified) expect(after.email).toBe(vouched);
        // Nobody loses an identity, and typing gives none.
        expect(after.identity).toBe(said?.subject ?? before.identity);
      }),
    );
  });

  it('[SYNC-13] only an unnamed visitor is joined; another person’s browser is switched', () => {
    const who = { subject: 'p', name: null, email: null };
    const unnamed = { id: 1, identity: null };
    const other = { id: 2, identity: 'q' };
    const person = { id: 3, identity: 'p' };
    const kind = (...of: Parameters<typeof recognize>) => recognize(...of).kind;
    expect(kind(null, null, null)).toBe('create');
    expect(kind(unnamed, null, null)).toBe('keep');
    expect(kind(person, null, null)).toBe('keep');
    expect(kind(unnamed, null, who)).toBe('keep');
    expect(kind(unnamed, person, who)).toBe('join');
    expect(kind(person, person, who)).toBe('keep');
    expect(kind(other, person, who)).toBe('switch');
    expect(kind(other, null, who)).toBe('create');
    expect(kind(null, person, who)).toBe('switch');
    expect(kind(null, null, who)).toBe('create');
  });
});
