import type { Attachment, SenderType } from '@parley/protocol';
import type { Selectable } from 'kysely';
import type { Audience } from '../actor.ts';
import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import type { MessageTable } from '../database/tables/conversations.ts';
import type { MessageState } from './message.ts';

type MessageRow = Selectable<MessageTable>;

export const insertMessage = prepared((sql, values: Omit<MessageRow, 'id'>) =>
  sql.db
    .insertInto('messages')
    .values({
      site_id: values.site_id,
      conversation_id: values.conversation_id,
      v_seq: values.v_seq,
      v_changed_seq: values.v_changed_seq,
      a_seq: values.a_seq,
      a_changed_seq: values.a_changed_seq,
      sender_type: values.sender_type,
      sender_id: values.sender_id,
      sender_name: values.sender_name,
      client_message_id: values.client_message_id,
      request_hash: values.request_hash,
      private: values.private,
      text: values.text,
      created_at: values.created_at,
      edited_at: values.edited_at,
      deleted_at: values.deleted_at,
    })
    .returning('id'),
);

/** The only columns that ever change. */
export const updateMessage = prepared(
  (
    sql,
    values: Pick<
      MessageRow,
      'id' | 'site_id' | 'v_changed_seq' | 'a_changed_seq' | 'text' | 'edited_at' | 'deleted_at'
    >,
  ) =>
    sql.db
      .updateTable('messages')
      .set({
        v_changed_seq: values.v_changed_seq,
        a_changed_seq: values.a_changed_seq,
        text: values.text,
        edited_at: values.edited_at,
        deleted_at: values.deleted_at,
      })
      .where('id', '=', values.id)
      .where('site_id', '=', values.site_id),
);

export const selectMessage = prepared((sql, values: { id: number; site_id: number }) =>
  sql.db
    .selectFrom('messages')
    .selectAll()
    .where('id', '=', values.id)
    .where('site_id', '=', values.site_id),
);

export const selectByClientMessageId = prepared(
  (
    sql,
    values: { site_id: number; sender_type: string; sender_id: number; client_message_id: string },
  ) =>
    sql.db
      .selectFrom('messages')
      .selectAll()
      .where('site_id', '=', values.site_id)
      .where('sender_type', '=', values.sender_type)
      .where('sender_id', '=', values.sender_id)
      .where('client_message_id', '=', values.client_message_id),
);

/** The agent's own, in the site of a conversation: before more of the conversation is known. */
export const selectByClientMessageIdAt = prepared(
  (sql, values: { conversation_id: number; sender_id: number; client_message_id: string }) =>
    sql.db
      .selectFrom('messages')
      .selectAll()
      .where('site_id', '=', (of) =>
        of
          .selectFrom('conversations')
          .select('conversations.site_id')
          .where('conversations.id', '=', values.conversation_id),
      )
      .where('sender_type', '=', 'agent')
      .where('sender_id', '=', values.sender_id)
      .where('client_message_id', '=', values.client_message_id),
);

/** Where a visitor's message stands; null where it is not of this visitor's conversations, or a note. */
export const selectPlaceForVisitor = prepared(
  (sql, values: { id: number; site_id: number; visitor_id: number }) =>
    sql.db
      .selectFrom('messages')
      .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
      .select('messages.conversation_id')
      .where('messages.id', '=', values.id)
      .where('messages.site_id', '=', values.site_id)
      .where('messages.v_seq', 'is not', null)
      .where('conversations.visitor_id', '=', values.visitor_id),
);

const COLUMNS = {
  visitor: { seq: 'v_seq', changed: 'v_changed_seq' },
  agent: { seq: 'a_seq', changed: 'a_changed_seq' },
} as const;

interface PageValues {
  site_id: number;
  conversation_id: number;
  limit: number;
}

/**
 * By audience. What a stream does not show has no place in it (null), so it is never compared. Two
 * indexes answer it: new messages by their own place, changed ones by that of their last change.
 *
 * Messages are walked by their place in the agents' stream, for visitors too: that one has all that the
 * other has, in the same order, so its places are never lower.
 */
export const selectChanged = forAudiences((audience) =>
  prepared((sql, values: PageValues & { after: number }) => {
    const { seq, changed } = COLUMNS[audience];
    const ofConversation = sql.db
      .selectFrom('messages')
      .selectAll()
      .where('site_id', '=', values.site_id)
      .where('conversation_id', '=', values.conversation_id);
    const unchanged = ofConversation
      .whereRef(changed, '=', seq)
      .where(seq, '>', values.after)
      .where('a_seq', '>', values.after)
      .orderBy('a_seq')
      .limit(values.limit);
    const edited = ofConversation
      .whereRef(changed, '!=', seq)
      .where(changed, '>', values.after)
      .orderBy(changed)
      .limit(values.limit);
    return sql.db
      .selectFrom(unchanged.as('unchanged'))
      .selectAll()
      .unionAll(sql.db.selectFrom(edited.as('edited')).selectAll())
      .orderBy(changed)
      .limit(values.limit);
  }),
);

/** The newest first. */
export const selectBefore = forAudiences((audience) =>
  prepared((sql, values: PageValues & { before: number }) =>
    sql.db
      .selectFrom('messages')
      .selectAll()
      .where('site_id', '=', values.site_id)
      .where('conversation_id', '=', values.conversation_id)
      .where(COLUMNS[audience].seq, '<', values.before)
      .orderBy('a_seq', 'desc')
      .limit(values.limit),
  ),
);

/** Of the other side, up to a place in the reader's stream: what a read mark comes to stand on. */
export const selectNewestCovered = {
  visitor: prepared((sql, values: { site_id: number; conversation_id: number; up_to: number }) =>
    sql.db
      .selectFrom('messages')
      .select(['v_seq', 'a_seq'])
      .where('site_id', '=', values.site_id)
      .where('conversation_id', '=', values.conversation_id)
      .where('v_seq', '<=', values.up_to)
      .where('sender_type', 'in', ['agent', 'bot'])
      .where('deleted_at', 'is', null)
      .orderBy('a_seq', 'desc')
      .limit(1),
  ),
  agent: prepared((sql, values: { site_id: number; conversation_id: number; up_to: number }) =>
    sql.db
      .selectFrom('messages')
      .select(['v_seq', 'a_seq'])
      .where('site_id', '=', values.site_id)
      .where('conversation_id', '=', values.conversation_id)
      .where('a_seq', '<=', values.up_to)
      .where('sender_type', '=', 'visitor')
      .where('deleted_at', 'is', null)
      .orderBy('a_seq', 'desc')
      .limit(1),
  ),
} as const;

export function messageFromRow(row: MessageRow, attachments: readonly Attachment[]): MessageState {
  return {
    id: row.id,
    siteId: row.site_id,
    conversationId: row.conversation_id,
    place: { visitor: row.v_seq, agent: row.a_seq },
    changedPlace: { visitor: row.v_changed_seq, agent: row.a_changed_seq },
    senderType: row.sender_type as SenderType,
    senderId: row.sender_id,
    senderName: row.sender_name,
    clientMessageId: row.client_message_id,
    requestHash: row.request_hash,
    private: row.private === 1,
    text: row.text,
    attachments,
    createdAt_ms: row.created_at,
    editedAt_ms: row.edited_at,
    deletedAt_ms: row.deleted_at,
  };
}

export function messageColumns(message: Omit<MessageState, 'id'>): Omit<MessageRow, 'id'> {
  return {
    site_id: message.siteId,
    conversation_id: message.conversationId,
    v_seq: message.place.visitor,
    v_changed_seq: message.changedPlace.visitor,
    a_seq: message.place.agent,
    a_changed_seq: message.changedPlace.agent,
    sender_type: message.senderType,
    sender_id: message.senderId,
    sender_name: message.senderName,
    client_message_id: message.clientMessageId,
    request_hash: message.requestHash,
    private: message.private ? 1 : 0,
    text: message.text,
    created_at: message.createdAt_ms,
    edited_at: message.editedAt_ms,
    deleted_at: message.deletedAt_ms,
  };
}

function forAudiences<T>(make: (audience: Audience) => T): Record<Audience, T> {
  return { visitor: make('visitor'), agent: make('agent') };
}

/**
 * Messages of one visitor become another's. Should both have used one `client_message_id`, the
 * moved message forgets it: it is acknowledged, and nobody repeats it under the new name.
 */
export const forgetSharedIds = prepared(
  (sql, values: { site_id: number; from_id: number; to_id: number }) =>
    sql.db
      .updateTable('messages')
      .set({ client_message_id: null })
      .where('site_id', '=', values.site_id)
      .where('sender_type', '=', 'visitor')
      .where('sender_id', '=', values.from_id)
      .where(
        'client_message_id',
        'in',
        sql.db
          .selectFrom('messages as other')
          .select('other.client_message_id')
          .where('other.site_id', '=', values.site_id)
          .where('other.sender_type', '=', 'visitor')
          .where('other.sender_id', '=', values.to_id)
          .where('other.client_message_id', 'is not', null),
      ),
);

export const moveSender = prepared(
  (sql, values: { site_id: number; from_id: number; to_id: number }) =>
    sql.db
      .updateTable('messages')
      .set({ sender_id: values.to_id })
      .where('site_id', '=', values.site_id)
      .where('sender_type', '=', 'visitor')
      .where('sender_id', '=', values.from_id),
);

export function deleteOfConversations(sql: Sql, conversationIds: readonly number[]) {
  return sql.db.deleteFrom('messages').where('conversation_id', 'in', conversationIds).compile();
}
