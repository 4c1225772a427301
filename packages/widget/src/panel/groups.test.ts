import type { LogMessage } from '@parley/client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUP_PAUSE_MS, groupMessages, tellsState, type Group } from './groups.ts';

function message(key: number, fields: Partial<LogMessage>): LogMessage {
  return {
    key: String(key),
    id: key,
    seq: key,
    state: 'sent',
    mine: false,
    sender_type: 'agent',
    sender_name: 'Ann',
    text: 'text',
    attachments: [],
    created_at_ms: 0,
    edited: false,
    deleted: false,
    private: false,
    client_message_id: null,
    error: null,
    enclosure: null,
    progress: null,
    ...fields,
  };
}

const dayOf = (at_ms: number): string => String(Math.floor(at_ms / 86_400_000));

const log = fc
  .array(
    fc.record({
      pause_ms: fc.oneof(
        fc.integer({ min: 0, max: 600_000 }),
        fc.integer({ max: 200_000_000, min: 0 }),
      ),
      mine: fc.boolean(),
      sender_name: fc.constantFrom('Ann', 'Bo', null),
      sender_type: fc.constantFrom('agent' as const, 'bot' as const, 'system' as const),
    }),
    { maxLength: 40 },
  )
  .map((entries) => {
    let at_ms = 0;
    return entries.map(({ pause_ms, ...fields }, index) => {
      at_ms += pause_ms;
      return message(index + 1, { ...fields, created_at_ms: at_ms });
    });
  });

describe('groups of the log', () => {
  it('hold every message once, in order', () => {
    fc.assert(
      fc.property(log, (messages) => {
        const shown = groupMessages(messages, dayOf).flatMap((item) =>
          item.kind === 'group' ? item.messages : [],
        );
        expect(shown).toEqual(messages);
      }),
    );
  });

  it('never mix senders, days or moments far apart; each day has one line', () => {
    fc.assert(
      fc.property(log, (messages) => {
        const items = groupMessages(messages, dayOf);
        const lines = items.flatMap((item) => (item.kind === 'day' ? [dayOf(item.at_ms)] : []));
        expect(new Set(lines).size).toBe(lines.length);
        expect(new Set(items.map((item) => item.key + item.kind)).size).toBe(items.length);
        for (const item of items) {
          if (item.kind === 'day') continue;
          const times = item.messages.map((entry) => entry.created_at_ms);
          expect(new Set(times.map(dayOf)).size).toBe(1);
          expect(
            new Set(item.messages.map((entry) => `${entry.mine}${entry.sender_name}`)).size,
          ).toBe(1);
          times.reduce((earlier, later) => {
            expect(later - earlier).toBeLessThan(GROUP_PAUSE_MS);
            return later;
          });
        }
      }),
    );
  });

  it('tell a state once, and every state that differs', () => {
    const states = ['read', 'read', 'sent', 'failed', 'sending', 'sending'] as const;
    const [day, group] = groupMessages(
      states.map((state, index) => message(index, { state, mine: true })),
      dayOf,
    );
    expect(day?.kind).toBe('day');
    expect(states.map((_, index) => tellsState(group as Group, index))).toEqual([
      false,
      true,
      true,
      true,
      false,
      true,
    ]);
  });
});
