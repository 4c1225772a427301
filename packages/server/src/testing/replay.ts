import assert from 'node:assert/strict';
import type { Conversation, InboxEntry, Message, StreamEvent } from '@parley/protocol';
import type { Actor, Audience } from '../actor.ts';
import type { Published, World } from './world.ts';

/** A conversation with all its messages, as one reader holds it. */
export interface Held {
  readonly conversation: Conversation | InboxEntry;
  /** By place. */
  readonly messages: readonly Message[];
}

/** A fresh load of everything. */
export async function load(world: World, actor: Actor, id: number): Promise<Held> {
  const all: Message[] = [];
  let before: number | undefined;
  for (;;) {
    const page =
      actor.kind === 'visitor'
        ? await world.conversations.messagesOfVisitor(actor, id, { before, limit: 3 })
        : await world.conversations.messagesOfAgent(actor, id, { before, limit: 3 });
    assert(page !== null, `conversation ${id} is not there for its reader`);
    all.unshift(...page.messages);
    if (!page.has_more) return { conversation: page.conversation, messages: all };
    before = page.messages[0]?.seq;
  }
}

/** What changed after what is held, in small pages. */
export async function catchUp(world: World, actor: Actor, id: number, held: Held): Promise<Held> {
  const messages = new Map(held.messages.map((message) => [message.seq, message]));
  let after = held.conversation.head;
  for (;;) {
    const page =
      actor.kind === 'visitor'
        ? await world.conversations.messagesOfVisitor(actor, id, { after, limit: 2 })
        : await world.conversations.messagesOfAgent(actor, id, { after, limit: 2 });
    assert(page !== null);
    assert(page.cursor >= after, 'a cursor never goes back');
    for (const message of page.messages) messages.set(message.seq, message);
    if (!page.has_more) {
      assert.equal(page.cursor, page.head);
      return { conversation: page.conversation, messages: inOrder(messages) };
    }
    after = page.cursor;
  }
}

/** The events of one stream among what was published. */
export function streamOf(
  publications: readonly Published[],
  id: number,
  audience: Audience,
): StreamEvent[] {
  const channel = `private-chat.conversation.${id}${audience === 'agent' ? '.agents' : ''}`;
  return publications
    .filter((publication) => publication.channel === channel)
    .map(({ event, data }) => structuredClone({ event, data }) as StreamEvent);
}

/** Held state and events, as any client does it: each event is the next one (SYNC-3, SYNC-4). */
export function replay(held: Held, events: readonly StreamEvent[], audience: Audience): Held {
  return events.reduce((before, event) => step(before, event, audience), held);
}

function step(held: Held, { event, data }: StreamEvent, audience: Audience): Held {
  assert.equal(data.seq, held.conversation.head + 1, `${event} is not the next in its stream`);
  const messages = new Map(held.messages.map((message) => [message.seq, message]));
  const conversation = { ...held.conversation, head: data.seq };
  switch (event) {
    case 'ChatMessageReceived':
      messages.set(data.seq, {
        ...data,
        private: data.private ?? false,
        changed_seq: data.seq,
        edited_at: null,
        deleted_at: null,
      });
      break;
    case 'ChatMessageUpdated': {
      const { message_seq, seq, ...fields } = data;
      messages.set(message_seq, { ...fields, seq: message_seq, changed_seq: seq });
      break;
    }
    case 'ChatMessagesRead': {
      const mark = data.reader === 'visitor' ? 'visitor_read_up_to' : 'agent_read_up_to';
      assert(data.up_to > conversation[mark], 'a mark never goes back');
      conversation[mark] = data.up_to;
      break;
    }
    case 'ChatConversationUpdated': {
      const { conversation_id: _, seq: __, ...fields } = data;
      Object.assign(conversation, fields);
      break;
    }
  }
  conversation.unread = countUnread(conversation, messages, audience);
  if (event === 'ChatConversationUpdated') assert.equal(conversation.unread, data.unread);
  return { conversation, messages: inOrder(messages) };
}

/** Without what only the inbox shows, which its own events bring. */
export function asInStream({ conversation, messages }: Held): Held {
  const {
    site_id: _,
    last_message: __,
    last_activity_ms: ___,
    waiting_since: ____,
    ...stream
  } = conversation as InboxEntry;
  return { conversation: stream, messages };
}

/** Unread is what the other side wrote above one's mark: no notes, nothing deleted (SYNC-12). */
function countUnread(
  conversation: Conversation,
  messages: ReadonlyMap<number, Message>,
  audience: Audience,
): number {
  const visitor = audience === 'visitor';
  const mark = visitor ? conversation.visitor_read_up_to : conversation.agent_read_up_to;
  return [...messages.values()].filter(
    (message) =>
      message.seq > mark &&
      message.deleted_at === null &&
      !message.private &&
      (message.sender_type === 'visitor') !== visitor,
  ).length;
}

function inOrder(messages: ReadonlyMap<number, Message>): Message[] {
  return [...messages.values()].toSorted((a, b) => a.seq - b.seq);
}
