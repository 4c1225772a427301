import { sql as raw } from 'kysely';
import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import { ofAgent } from './conversation.store.ts';
import { selectViews } from './view.store.ts';

export const selectVisitorAddress = prepared(
  (sql, values: { site_id: number; visitor_id: number }) =>
    sql.db
      .selectFrom('visitors')
      .select(['email_key', 'email_verified'])
      .where('id', '=', values.visitor_id)
      .where('site_id', '=', values.site_id),
);

function chats(sql: Sql) {
  return sql.db
    .selectFrom('conversations')
    .innerJoin('visitors', 'visitors.id', 'conversations.visitor_id')
    .select(['conversations.id', 'conversations.status'])
    .orderBy('conversations.last_activity_at', 'desc')
    .orderBy('conversations.id', 'desc');
}

export const selectChatsOfVisitor = prepared(
  (sql, values: { site_id: number; visitor_id: number; limit: number }) =>
    chats(sql)
      .where('conversations.site_id', '=', values.site_id)
      .where('conversations.visitor_id', '=', values.visitor_id)
      .limit(values.limit),
);

export const selectChatsOfAddress = prepared(
  (sql, values: { site_id: number; email_key: string; limit: number }) =>
    chats(sql)
      .where('visitors.site_id', '=', values.site_id)
      .where('visitors.email_key', '=', values.email_key)
      .limit(values.limit),
);

export const selectChatsOfAgent = prepared(
  (sql, values: { agent_id: number; email_key: string; limit: number }) =>
    chats(sql)
      .where('visitors.site_id', 'in', ofAgent(sql, values.agent_id))
      .where('visitors.email_key', '=', values.email_key)
      .limit(values.limit),
);

/** The latest first. */
export const selectLatestViews = prepared(
  (sql, values: { site_id: number; visitor_id: number; limit: number }) =>
    selectViews(sql)
      .where('c.site_id', '=', values.site_id)
      .where('c.visitor_id', '=', values.visitor_id)
      .orderBy('c.last_activity_at', 'desc')
      .orderBy('c.id', 'desc')
      .limit(values.limit),
);

export const selectIdsOfVisitor = prepared((sql, values: { site_id: number; visitor_id: number }) =>
  sql.db
    .selectFrom('conversations')
    .select('id')
    .where('visitor_id', '=', values.visitor_id)
    .where('site_id', '=', values.site_id)
    .orderBy('id'),
);

/** The newest of each conversation, in the order of the log. */
export function selectChatMessages(sql: Sql, conversationIds: number[], each: number) {
  return sql.db
    .selectFrom(
      sql.db
        .selectFrom('messages')
        .select(['id', 'conversation_id', 'a_seq', 'sender_type', 'text', 'created_at'])
        .select(
          raw<number>`row_number() over (partition by conversation_id order by a_seq desc)`.as(
            'age',
          ),
        )
        .where('conversation_id', 'in', conversationIds)
        .where('private', '=', 0)
        .where('deleted_at', 'is', null)
        .as('newest'),
    )
    .selectAll()
    .where('age', '<=', each)
    .orderBy('conversation_id')
    .orderBy('a_seq')
    .compile();
}
