import { createHash } from 'node:crypto';
import { all, first, run, type Sql } from '../database/database.ts';
import {
  insertConversation,
  insertImported,
  insertMessages,
  insertVisitor,
  selectConversations,
  selectImported,
  selectMessageIds,
  selectUnresolvedOf,
  updateHeads,
} from './import.store.ts';
import type { OldConversation, OldMessage, OldPerson } from './old-chat.ts';

/** Messages with the conversations that they are of, in the order of the file. */
export interface ImportBatch {
  readonly siteId: number;
  readonly source: string;
  readonly now_ms: number;
  readonly chats: readonly {
    readonly conversation: OldConversation;
    readonly messages: readonly OldMessage[];
  }[];
}

export interface Imported {
  readonly conversations: number;
  readonly messages: number;
  /** Of before. */
  readonly known: number;
  /** Keys of conversations that were open while another of the same person is: resolved here. */
  readonly resolved: readonly string[];
}

/** Brings over what is not here yet. A transaction. */
export function* importBatch(sql: Sql, batch: ImportBatch) {
  const { siteId, source, chats } = batch;
  const keys = chats.flatMap(({ conversation }) => [
    conversationKey(source, conversation.key),
    personKey(source, conversation.person.key),
  ]);
  const rows = yield* all(selectImported(sql, siteId, [...new Set(keys)]));
  const targets = new Map(rows.map((row) => [row.key, row.target_id]));
  const resolved: string[] = [];
  let conversations = 0;
  for (const { conversation, messages } of chats) {
    if (targets.has(conversationKey(source, conversation.key))) continue;
    const added = yield* addConversation(sql, batch, { conversation, messages, targets });
    conversations += 1;
    if (added.wasResolved) resolved.push(conversation.key);
  }
  const counts = yield* addMessages(sql, batch, targets);
  return { conversations, resolved, ...counts } satisfies Imported;
}

interface NewChat {
  readonly conversation: OldConversation;
  readonly messages: readonly OldMessage[];
  readonly targets: Map<string, number>;
}

function* addConversation(
  sql: Sql,
  { siteId, source, now_ms }: ImportBatch,
  { conversation, messages, targets }: NewChat,
) {
  const { person, key, category } = conversation;
  const begun_ms = messages[0]?.at_ms ?? now_ms;
  const visitorId =
    targets.get(personKey(source, person.key)) ??
    (yield* addPerson(sql, { siteId, source, person, begun_ms, targets }));
  // A visitor has at most one that is not resolved (SYNC-13).
  const wasResolved =
    conversation.status !== 'resolved' &&
    (yield* first(selectUnresolvedOf(sql, visitorId))) !== undefined;
  const status = wasResolved ? 'resolved' : conversation.status;
  const row = yield* first(
    insertConversation(sql, {
      site_id: siteId,
      visitor_id: visitorId,
      status,
      category,
      assignee_id: null,
      labels: '[]',
      v_head: 0,
      a_head: 0,
      v_visitor_read: 0,
      a_visitor_read: 0,
      v_agent_read: 0,
      a_agent_read: 0,
      a_last_message: 0,
      created_at: begun_ms,
      last_activity_at: begun_ms,
      waiting_since: null,
      resolved_at: status === 'resolved' ? begun_ms : null,
      rating: null,
      rating_comment: null,
      rated_at: null,
      snoozed_until: null,
      team_id: null,
    }),
  );
  const target_id = idOf(row);
  const own = conversationKey(source, key);
  yield* run(insertImported(sql, siteId, [{ key: own, target_id }]));
  targets.set(own, target_id);
  return { wasResolved };
}

/** Never one who is here already: a typed address proves nothing (SEC-2). */
function* addPerson(
  sql: Sql,
  of: {
    siteId: number;
    source: string;
    person: OldPerson;
    begun_ms: number;
    targets: Map<string, number>;
  },
) {
  const { siteId, person, begun_ms } = of;
  const row = yield* first(
    insertVisitor(sql, {
      site_id: siteId,
      name: person.name,
      email: person.email,
      email_key: person.email?.toLowerCase() ?? null,
      identity: null,
      email_verified: 0,
      locale: null,
      page: null,
      attributes: null,
      created_at: begun_ms,
      last_seen_at: begun_ms,
    }),
  );
  const target_id = idOf(row);
  const key = personKey(of.source, person.key);
  yield* run(insertImported(sql, siteId, [{ key, target_id }]));
  of.targets.set(key, target_id);
  return target_id;
}

function* addMessages(sql: Sql, batch: ImportBatch, targets: ReadonlyMap<string, number>) {
  const { source, chats } = batch;
  const ids = chats.map(({ conversation }) =>
    targets.get(conversationKey(source, conversation.key)),
  );
  const states = yield* all(
    selectConversations(sql, [...new Set(ids.filter((id) => id !== undefined))]),
  );
  const byId = new Map(states.map((state) => [state.id, state]));
  let messages = 0;
  let known = 0;
  for (const [index, chat] of chats.entries()) {
    const state = byId.get(ids[index] ?? 0);
    // Erased since it was brought over: it stays so.
    if (state === undefined) {
      known += chat.messages.length;
      continue;
    }
    const clientIds = chat.messages.map((message) => messageId(source, message.key));
    const here = yield* all(selectMessageIds(sql, state.id, clientIds));
    const before = new Set(here.map((row) => row.client_message_id));
    const added = chat.messages.filter((message) => !before.has(messageId(source, message.key)));
    known += chat.messages.length - added.length;
    messages += added.length;
    if (added.length > 0) yield* append(sql, batch, state, added);
  }
  return { messages, known };
}

interface State {
  readonly id: number;
  readonly visitor_id: number;
  readonly status: string;
  readonly v_head: number;
  readonly a_head: number;
  readonly last_activity_at: number;
  readonly name: string | null;
}

function* append(sql: Sql, batch: ImportBatch, state: State, messages: readonly OldMessage[]) {
  let { v_head, a_head } = state;
  const rows = messages.map((message) => {
    a_head += 1;
    if (!message.isPrivate) v_head += 1;
    const v_seq = message.isPrivate ? null : v_head;
    const isVisitor = message.sender === 'visitor';
    return {
      site_id: batch.siteId,
      conversation_id: state.id,
      v_seq,
      v_changed_seq: v_seq,
      a_seq: a_head,
      a_changed_seq: a_head,
      sender_type: message.sender,
      sender_id: isVisitor ? state.visitor_id : 0,
      sender_name: isVisitor ? state.name : message.senderName,
      client_message_id: messageId(batch.source, message.key),
      request_hash: '',
      private: message.isPrivate ? 1 : 0,
      text: message.text,
      created_at: message.at_ms,
      edited_at: null,
      deleted_at: null,
    };
  });
  yield* run(insertMessages(sql, rows));
  const last = rows.at(-1);
  const last_ms = Math.max(state.last_activity_at, ...messages.map((message) => message.at_ms));
  const waits = state.status !== 'resolved' && last?.sender_type === 'visitor';
  const unread = waits
    ? rows.findLastIndex((row) => row.sender_type !== 'visitor') + 1
    : rows.length;
  const read = rows[unread - 1];
  yield* run(
    updateHeads(sql, state.id, {
      v_head,
      a_head,
      a_last_message: a_head,
      last_activity_at: last_ms,
      resolved_at: state.status === 'resolved' ? last_ms : null,
      waiting_since: waits ? (rows[unread]?.created_at ?? null) : null,
      v_visitor_read: v_head,
      a_visitor_read: a_head,
      v_agent_read: waits ? (read?.v_seq ?? state.v_head) : v_head,
      a_agent_read: waits ? (read?.a_seq ?? state.a_head) : a_head,
    }),
  );
}

const conversationKey = (source: string, key: string): string => `${source} conversation ${key}`;
const personKey = (source: string, key: string): string => `${source} person ${key}`;

/** The same for the same message of the same source, however often. In the form of a UUID. */
function messageId(source: string, key: string): string {
  const hex = createHash('sha256').update(`${source} message ${key}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function idOf(row: { id: number } | undefined): number {
  if (row === undefined) throw new Error('The inserted row was not returned');
  return row.id;
}
