import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';

/** Whose conversations of a site were active last; a visitor once for each of them. */
export const selectActiveVisitors = prepared((sql, values: { site_id: number; limit: number }) =>
  sql.db
    .selectFrom('conversations')
    .select(['visitor_id', 'last_activity_at'])
    .where('site_id', '=', values.site_id)
    .orderBy('last_activity_at', 'desc')
    .orderBy('id', 'desc')
    .limit(values.limit),
);

export function selectVisitors(sql: Sql, ids: readonly number[]) {
  return sql.db
    .selectFrom('visitors')
    .select(['id', 'site_id', 'name', 'email'])
    .where('id', 'in', ids)
    .compile();
}

/** The most recently active first, of all of them together. */
export function selectConversationsOf(sql: Sql, visitorIds: readonly number[], limit: number) {
  return sql.db
    .selectFrom('conversations')
    .select(['id', 'site_id', 'visitor_id', 'status', 'category', 'a_head'])
    .where('visitor_id', 'in', visitorIds)
    .orderBy('last_activity_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .compile();
}

/** Who has owned a site for longest comes first. */
export function selectOwners(sql: Sql, siteIds: readonly number[]) {
  return sql.db
    .selectFrom('memberships')
    .select(['site_id', 'agent_id'])
    .where('site_id', 'in', siteIds)
    .where('role', '=', 'owner')
    .orderBy('created_at')
    .orderBy('agent_id')
    .compile();
}

/** What a visitor sees of them, the newest first. */
export const selectNewestMessages = prepared(
  (sql, values: { conversation_id: number; limit: number }) =>
    sql.db
      .selectFrom('messages')
      .select(['id', 'sender_type', 'text', 'created_at'])
      .where('conversation_id', '=', values.conversation_id)
      .where('private', '=', 0)
      .where('deleted_at', 'is', null)
      .orderBy('a_seq', 'desc')
      .limit(values.limit),
);
