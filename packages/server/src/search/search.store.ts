import { sql as raw } from 'kysely';
import type { Sql } from '../database/database.ts';
import { commitLag_ms, isNotIndexed } from '../database/search-index.ts';

const POSITION = 'search_position';

/** Up to which message surely all are indexed. */
export function selectPosition(sql: Sql) {
  return sql.db.selectFrom('settings').select('value').where('key', '=', POSITION).compile();
}

export function savePosition(sql: Sql, { position, now_ms }: { position: number; now_ms: number }) {
  const row = { key: POSITION, value: String(position), updated_at: now_ms };
  return sql.db
    .insertInto('settings')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({ value: row.value, updated_at: now_ms }),
    )
    .compile();
}

/** The messages after a place that have words and are not indexed, with their visitors. */
export function selectUnindexed(sql: Sql, { after, limit }: { after: number; limit: number }) {
  return sql.db
    .selectFrom('messages as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
    .innerJoin('visitors as v', 'v.id', 'c.visitor_id')
    .select(['m.id', 'm.site_id', 'm.text', 'm.created_at', 'c.visitor_id', 'v.name', 'v.email'])
    .where('m.id', '>', after)
    .where('m.deleted_at', 'is', null)
    .where('m.text', '!=', '')
    .where(isNotIndexed(sql, 'message', 'm.id'))
    .orderBy('m.id')
    .limit(limit)
    .compile();
}

/** The newest message before which nothing can be committed any more. */
export function selectSettled(sql: Sql, { after, now_ms }: { after: number; now_ms: number }) {
  return sql.db
    .selectFrom('messages')
    .select((of) => of.fn.max('id').as('id'))
    .where('id', '>', after)
    .where('created_at', '<=', now_ms - commitLag_ms(sql))
    .compile();
}

/** Of those that the agent may see: the row says what is there now, the index what was. */
export function selectFound(
  sql: Sql,
  { agentId, ids }: { agentId: number; ids: readonly number[] },
) {
  return sql.db
    .selectFrom('messages')
    .select(['id', 'conversation_id', 'a_seq', 'sender_type', 'sender_name', 'private', 'text'])
    .select('created_at')
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .where('site_id', 'in', (of) =>
      of
        .selectFrom('memberships')
        .select('memberships.site_id')
        .where('memberships.agent_id', '=', agentId),
    )
    .orderBy('id', 'desc')
    .compile();
}

/** Conversations of messages, with the text of each, and those of visitors, with none. */
export function selectConversationsOf(
  sql: Sql,
  of: {
    agentId: number;
    messageIds: readonly number[];
    visitorIds: readonly number[];
  },
) {
  const sites = sql.db
    .selectFrom('memberships')
    .select('memberships.site_id')
    .where('memberships.agent_id', '=', of.agentId);
  return sql.db
    .selectFrom('messages')
    .select(['conversation_id as id', raw<string | null>`text`.as('text')])
    .where('messages.id', 'in', orNone(of.messageIds))
    .where('deleted_at', 'is', null)
    .where('site_id', 'in', sites)
    .unionAll(
      sql.db
        .selectFrom('conversations')
        .select(['id', raw<string | null>`null`.as('text')])
        .where('visitor_id', 'in', orNone(of.visitorIds))
        .where('site_id', 'in', sites),
    )
    .compile();
}

/** No id is 0. */
function orNone(ids: readonly number[]): readonly number[] {
  return ids.length === 0 ? [0] : ids;
}
