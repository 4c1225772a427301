import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../limits.ts';
import { parseChannelData, Roster, type Member } from './presence.ts';

function member(userId: string): Member {
  return { userId, userInfoJson: 'null' };
}

interface Snapshot {
  presence: { count: number; ids: string[]; hash: Record<string, unknown> };
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('join' as const, 'leave' as const),
    socket: fc.integer({ min: 0, max: 9 }),
    user: fc.constantFrom('ann', 'bob', '__proto__', '7'),
  }),
);

describe('a roster', () => {
  test('[PP-4] each user arrives with their first socket and leaves with their last', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const roster = new Roster();
        const here = new Map<string, string>();
        const isHere = (user: string): boolean => [...here.values()].includes(user);
        for (const { kind, socket, user } of all) {
          const id = `1.${socket}`;
          if (kind === 'join') {
            const arrives = !here.has(id) && !isHere(user);
            expect(roster.join(id, member(user))).toBe(arrives ? 'arrived' : 'present');
            if (!here.has(id)) here.set(id, user);
          } else {
            const known = here.get(id);
            here.delete(id);
            const left = known !== undefined && !isHere(known) ? known : null;
            expect(roster.leave(id)).toBe(left);
          }
          const users = new Set(here.values());
          const { presence } = JSON.parse(roster.snapshotJson()) as Snapshot;
          expect(presence.count).toBe(users.size);
          expect(new Set(presence.ids)).toEqual(users);
          expect(new Set(Object.keys(presence.hash))).toEqual(users);
        }
      }),
    );
  });

  test('[PP-3] a number and its text are one user', () => {
    const parsed = [7, '7'].map((user_id) =>
      parseChannelData(JSON.stringify({ user_id }), DEFAULT_LIMITS),
    );
    expect(parsed[0]).toEqual(parsed[1]);
    expect(parsed[0]).toEqual({ ok: true, member: member('7') });
  });

  test.each([
    ['not JSON', '{'],
    ['an array', '[]'],
    ['no user', '{}'],
    ['an empty user', '{"user_id":""}'],
    ['a user that is null', '{"user_id":null}'],
    ['a user that is a list', '{"user_id":["7"]}'],
    ['a user beyond all numbers', '{"user_id":1e999}'],
    ['a user with a long name', JSON.stringify({ user_id: 'x'.repeat(129) })],
    ['too much about a user', JSON.stringify({ user_id: '7', user_info: 'ä'.repeat(512) })],
  ])('[PP-3] refused: %s', (_what, text) => {
    expect(parseChannelData(text, DEFAULT_LIMITS).ok).toBe(false);
  });

  test('[PP-10] a kilobyte about a user is accepted', () => {
    const text = JSON.stringify({ user_id: '7', user_info: 'x'.repeat(1022) });
    expect(parseChannelData(text, DEFAULT_LIMITS).ok).toBe(true);
  });
});
