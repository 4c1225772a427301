import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseConversation,
  describeVisitor,
  markRead,
  newConversation,
  patchConversation,
  receive,
  takesNextMessage,
  touch,
  wake,
  type Change,
  type ConversationState,
} from './conversation.ts';

const HOUR_MS = 3_600_000;
const start: ConversationState = {
  id: 1,
  ...newConversation({ siteId: 1, visitorId: 1, now_ms: 0 }),
};

type Rule = (state: ConversationState, now_ms: number) => Change | null;

const status = fc.constantFrom('open', 'pending', 'snoozed', 'resolved');
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.constant<Rule>((state) => wake(state)),
  fc.constant<Rule>((state) => describeVisitor(state, 2)),
  fc
    .record({ senderType: fc.constantFrom('visitor', 'agent', 'bot'), private: fc.boolean() })
    .map(({ senderType, ...rest }): Rule => {
      const message = { senderType, private: rest.private && senderType !== 'visitor' };
      return (state, now_ms) => receive(state, message, now_ms);
    }),
  fc.boolean().map(
    (isNote): Rule =>
      (state) =>
        touch(state, { private: isNote }),
  ),
  fc
    .record({ reader: fc.constantFrom('visitor', 'agent'), back: fc.nat(5) })
    .map(({ reader, back }): Rule => (state) => {
      const place = (head: number) => Math.max(0, head - back);
      return markRead(state, reader, {
        visitor: place(state.head.visitor),
        agent: place(state.head.agent),
      });
    }),
  fc
    .record(
      {
        status,
        labels: fc.subarray(['a', 'b']),
        assignee_id: fc.option(fc.nat(3)),
        category: fc.constantFrom('human-chats', 'ai-chats'),
      },
      { requiredKeys: [] },
    )
    .map(
      (patch): Rule =>
        (state, now_ms) =>
          patchConversation(state, patch, now_ms),
    ),
);

describe('conversation', () => {
  it('[SYNC-3] every change takes the next place, whatever came before; what changes nothing takes none', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(rule, fc.nat(HOUR_MS)), { maxLength: 60 }), (steps) => {
        let state = start;
        let now_ms = 0;
        for (const [apply, wait_ms] of steps) {
          now_ms += wait_ms;
          const change = apply(state, now_ms);
          if (change === null) continue;
          expect(change.place.agent).toBe(state.head.agent + 1);
          expect(change.state.head.agent).toBe(change.place.agent);
          const visible = change.place.visitor !== null;
          expect(change.state.head.visitor).toBe(state.head.visitor + (visible ? 1 : 0));
          if (visible) expect(change.place.visitor).toBe(change.state.head.visitor);
          // Whatever the visitor's page shows of a conversation changes only with a place of its own.
          if (!visible) expect(seenByVisitor(change.state)).toEqual(seenByVisitor(state));
          expect(change.state.resolvedAt_ms === null).toBe(change.state.status !== 'resolved');
          expect(change.state.lastActivityAt_ms).toBeGreaterThanOrEqual(state.lastActivityAt_ms);
          state = change.state;
        }
      }),
    );
  });

  it('[SYNC-12] a mark never goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (places) => {
        let state = start;
        for (const place of places) {
          const change = markRead(state, 'visitor', { visitor: place, agent: place });
          expect(change === null).toBe(place <= state.visitorRead.agent);
          state = change?.state ?? state;
        }
        expect(state.visitorRead.agent).toBe(Math.max(0, ...places));
        expect(state.agentRead).toEqual(start.agentRead);
        expect(markRead(state, 'agent', null)).toBeNull();
      }),
    );
  });

  it('[SYNC-13] within the window a resolved conversation takes the next message, after it no more', () => {
    const resolved = { status: 'resolved', resolvedAt_ms: 1_000 } as const;
    expect(takesNextMessage(resolved, 1_000 + 72 * HOUR_MS, 72 * HOUR_MS)).toBe(true);
    expect(takesNextMessage(resolved, 1_001 + 72 * HOUR_MS, 72 * HOUR_MS)).toBe(false);
    for (const status of ['open', 'pending', 'snoozed'] as const) {
      expect(takesNextMessage({ status, resolvedAt_ms: null }, Number.MAX_SAFE_INTEGER, 0)).toBe(
        true,
      );
    }
  });

  it('[SYNC-13] the unresolved one comes before the named one, that before the newest', () => {
    const resolved = (at: number) => ({ status: 'resolved', resolvedAt_ms: at }) as const;
    const unresolved = { status: 'snoozed', resolvedAt_ms: null } as const;
    const [named, newest, old] = [resolved(8), resolved(9), resolved(0)];
    const choose = (candidates: Parameters<typeof chooseConversation>[0]) =>
      chooseConversation(candidates, 10, 5);
    expect(choose({ unresolved, named, newestResolved: newest })).toBe(unresolved);
    expect(choose({ unresolved: null, named, newestResolved: newest })).toBe(named);
    expect(choose({ unresolved: null, named: old, newestResolved: newest })).toBe(newest);
    expect(choose({ unresolved: null, named: null, newestResolved: old })).toBeNull();
  });

  it('waits from the first unanswered message; a note answers nobody, resolving ends it', () => {
    const say = (state: ConversationState, now_ms: number) =>
      receive(state, { senderType: 'visitor', private: false }, now_ms).state;
    const reply = (state: ConversationState, isNote: boolean) =>
      receive(state, { senderType: 'agent', private: isNote }, 50).state;
    const waiting = say(say(start, 10), 20);
    expect(waiting.waitingSince_ms).toBe(10);
    expect(reply(waiting, true).waitingSince_ms).toBe(10);
    expect(reply(waiting, false).waitingSince_ms).toBeNull();
    const resolved = patchConversation(waiting, { status: 'resolved' }, 60)?.state;
    expect(resolved).toMatchObject({ waitingSince_ms: null, resolvedAt_ms: 60 });
  });

  it('labels are the agents’ own, each once, in the given order', () => {
    const change = patchConversation(start, { labels: ['b', 'a', 'b'] }, 1);
    expect(change).toMatchObject({
      place: { agent: 1, visitor: null },
      state: { labels: ['b', 'a'] },
    });
    expect(change && patchConversation(change.state, { labels: ['b', 'a'] }, 2)).toBeNull();
  });
});

function seenByVisitor({
  status,
  category,
  assigneeId,
  visitorId,
  visitorRead,
  agentRead,
}: ConversationState) {
  return { status, category, assigneeId, visitorId, visitorRead, agentRead };
}
