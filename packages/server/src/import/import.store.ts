import type { Insertable } from 'kysely';
import type { Sql } from '../database/database.ts';
import type {
  ConversationTable,
  MessageTable,
  VisitorTable,
} from '../database/tables/conversations.ts';

/** What was brought over before, by the keys of the source. */
export const selectImported = (sql: Sql, site_id: number, keys: readonly string[]) =>
  sql.db
    .selectFrom('imports')
    .select(['key', 'target_id'])
    .where('site_id', '=', site_id)
    .where('key', 'in', keys)
    .compile();

export const insertImported = (
  sql: Sql,
  site_id: number,
  rows: readonly { key: string; target_id: number }[],
) =>
  sql.db
    .insertInto('imports')
    .values(rows.map((row) => ({ ...row, site_id })))
    .compile();

export const insertVisitor = (sql: Sql, row: Insertable<VisitorTable>) =>
  sql.db.insertInto('visitors').values(row).returning('id').compile();

export const insertConversation = (sql: Sql, row: Insertable<ConversationTable>) =>
  sql.db.insertInto('conversations').values(row).returning('id').compile();

export const selectUnresolvedOf = (sql: Sql, visitor_id: number) =>
  sql.db
    .selectFrom('conversations')
    .select('id')
    .where('visitor_id', '=', visitor_id)
    .where('status', '!=', 'resolved')
    .compile();

export const selectConversations = (sql: Sql, ids: readonly number[]) =>
  sql.db
    .selectFrom('conversations')
    .innerJoin('visitors', 'visitors.id', 'conversations.visitor_id')
    .select([
      'conversations.id',
      'conversations.visitor_id',
      'conversations.status',
      'v_head',
      'a_head',
      'last_activity_at',
      'visitors.name',
    ])
    .where('conversations.id', 'in', ids)
    .compile();

export const updateHeads = (
  sql: Sql,
  id: number,
  values: Pick<ConversationTable, 'v_head' | 'a_head' | 'a_last_message' | 'last_activity_at'> & {
    resolved_at: number | null;
    waiting_since: number | null;
    v_visitor_read: number;
    a_visitor_read: number;
    v_agent_read: number;
    a_agent_read: number;
  },
) => sql.db.updateTable('conversations').set(values).where('id', '=', id).compile();

export const insertMessages = (sql: Sql, rows: Insertable<MessageTable>[]) =>
  sql.db.insertInto('messages').values(rows).compile();

export const selectMessageIds = (sql: Sql, conversation_id: number, ids: readonly string[]) =>
  sql.db
    .selectFrom('messages')
    .select('client_message_id')
    .where('conversation_id', '=', conversation_id)
    .where('client_message_id', 'in', ids)
    .compile();
