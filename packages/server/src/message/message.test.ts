import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Audience } from '../actor.ts';
import {
  deleteMessage,
  editMessage,
  messageText,
  presentMessage,
  presentUpdated,
  receivedText,
  requestHash,
  VISITOR_CHANGE_WINDOW_MS,
  type Changer,
  type MessageState,
} from './message.ts';

const message: MessageState = {
  id: 1,
  siteId: 1,
  conversationId: 1,
  place: { visitor: 3, agent: 5 },
  changedPlace: { visitor: 4, agent: 8 },
  senderType: 'visitor',
  senderId: 1,
  senderName: 'Vera',
  clientMessageId: 'c',
  requestHash: 'h',
  private: false,
  text: 'text',
  attachments: [],
  createdAt_ms: 0,
  editedAt_ms: null,
  deletedAt_ms: null,
};

const messageWith = (some: Partial<MessageState>): MessageState => ({ ...message, ...some });

const changer: fc.Arbitrary<Changer> = fc.oneof(
  fc.record({
    kind: fc.constant('visitor'),
    visitorId: fc.integer({ min: 1, max: 2 }),
  }) as fc.Arbitrary<Changer>,
  fc.record({
    kind: fc.constant('agent'),
    agentId: fc.integer({ min: 1, max: 2 }),
    role: fc.constantFrom('owner', 'admin', 'agent'),
  }) as fc.Arbitrary<Changer>,
);
const anyMessage: fc.Arbitrary<MessageState> = fc
  .record({
    senderType: fc.constantFrom('visitor', 'agent', 'bot'),
    senderId: fc.integer({ min: 1, max: 2 }),
    deletedAt_ms: fc.option(fc.constant(5)),
  })
  .map((some) => messageWith(some));

describe('message', () => {
  it('[SYNC-7] only one’s own, visitors within 15 minutes; admins any; the deleted stays deleted', () => {
    const now = fc.integer({
      min: VISITOR_CHANGE_WINDOW_MS - 1,
      max: VISITOR_CHANGE_WINDOW_MS + 1,
    });
    fc.assert(
      fc.property(anyMessage, changer, now, (before, by, now_ms) => {
        const edited = editMessage(before, by, 'new', now_ms);
        const deleted = deleteMessage(before, by, now_ms);
        const own =
          by.kind === 'visitor'
            ? before.senderType === 'visitor' && before.senderId === by.visitorId
            : before.senderType === 'agent' && before.senderId === by.agentId;
        const admin = by.kind === 'agent' && by.role !== 'agent';
        const late = by.kind === 'visitor' && now_ms > VISITOR_CHANGE_WINDOW_MS;
        if (!own && !admin) {
          expect(edited).toMatchObject({ kind: 'refused', code: 'forbidden' });
          expect(deleted).toMatchObject({ kind: 'refused', code: 'forbidden' });
        } else if (before.deletedAt_ms !== null) {
          expect(edited).toMatchObject({ kind: 'refused', code: 'message_deleted' });
          expect(deleted).toEqual({ kind: 'nothing' });
        } else if (late) {
          expect(edited).toMatchObject({ kind: 'refused', code: 'too_late' });
          expect(deleted).toMatchObject({ kind: 'refused', code: 'too_late' });
        } else {
          expect(edited).toMatchObject({ message: { text: 'new', editedAt_ms: now_ms } });
          expect(deleted).toMatchObject({ message: { text: '', deletedAt_ms: now_ms } });
        }
      }),
    );
  });

  it('[SYNC-2] a request is the same only with the same text, kind and conversation', () => {
    const request = fc.record({
      text: fc.string({ maxLength: 3 }),
      private: fc.boolean(),
      conversationId: fc.option(fc.nat(3)),
      filesHash: fc.option(fc.constantFrom('a', 'b')),
    });
    fc.assert(
      fc.property(request, request, (a, b) => {
        expect(requestHash(a) === requestHash(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('[SYNC-3] each audience sees the places of its own stream, and of a note the visitor nothing', () => {
    expect(presentMessage(message, 'visitor')).toMatchObject({ seq: 3, changed_seq: 4 });
    expect(presentMessage(message, 'agent')).toMatchObject({ seq: 5, changed_seq: 8 });
    const received = (of: MessageState, audience: Audience): unknown =>
      JSON.parse(receivedText(of, audience) ?? 'null');
    for (const of of [message, messageWith({ id: 2, text: '"}' })]) {
      for (const audience of ['visitor', 'agent'] as const) {
        const text = messageText(of, audience) ?? '';
        expect(JSON.parse(text)).toEqual(presentMessage(of, audience));
        expect(received(of, audience)).toMatchObject({ id: of.id, text: of.text });
      }
    }
    expect(presentUpdated(message, 'agent')).toMatchObject({ seq: 8, message_seq: 5 });
    expect(presentUpdated(message, 'agent')).not.toHaveProperty('changed_seq');
    expect(received(message, 'visitor')).toMatchObject({ seq: 3 });
    expect(received(message, 'visitor')).not.toHaveProperty('private');
    const note: MessageState = {
      ...message,
      private: true,
      place: { visitor: null, agent: 5 },
      changedPlace: { visitor: null, agent: 5 },
    };
    expect(presentMessage(note, 'visitor')).toBeNull();
    expect(received(note, 'visitor')).toBeNull();
    expect(presentUpdated(note, 'visitor')).toBeNull();
    expect(received(note, 'agent')).toMatchObject({ private: true });
  });
});
