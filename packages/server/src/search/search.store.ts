import { sql as raw, type CompiledQuery, type RawBuilder } from 'kysely';
import type { Sql } from '../database/database.ts';
import { isNotIndexed } from '../database/search-index.ts';

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

export interface UnindexedRow {
  readonly id: number;
  readonly site_id: number;
  readonly text: string;
  readonly visitor_id: number;
  readonly name: string | null;
  readonly email: string | null;
}

/** The messages after a place that have words and are not indexed, with their visitors. */
export function selectUnindexed(
  sql: Sql,
  { after, upTo, limit }: { after: number; upTo: number | null; limit: number },
): CompiledQuery<UnindexedRow> {
  const rows = sql.db
    .selectFrom('messages as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
    .innerJoin('visitors as v', 'v.id', 'c.visitor_id')
    .select(['m.id', 'm.site_id', 'm.text', 'c.visitor_id', 'v.name', 'v.email'])
    .where('m.id', '>', after)
    .where('m.deleted_at', 'is', null)
    .where('m.text', '!=', '')
    .where(isNotIndexed(sql, 'message', 'm.id'))
    .orderBy('m.id')
    .limit(limit);
  return (upTo === null ? rows : rows.where('m.id', '<=', upTo)).compile();
}

/** The newest message before which nothing can be committed any more. */
export function selectSettled(
  sql: Sql,
  { after, upTo, before_ms }: { after: number; upTo: number; before_ms: number },
) {
  return sql.db
    .selectFrom('messages')
    .select((of) => of.fn.max('id').as('id'))
    .where('id', '>', after)
    .where('id', '<=', upTo)
    .where('created_at', '<=', before_ms)
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
    .where(mayBeSeen('messages.site_id', agentId))
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
  return sql.db
    .selectFrom('messages')
    .select(['conversation_id as id', raw<string | null>`text`.as('text')])
    .where('messages.id', 'in', orNone(of.messageIds))
    .where('deleted_at', 'is', null)
    .where(mayBeSeen('messages.site_id', of.agentId))
    .unionAll(
      sql.db
        .selectFrom('conversations')
        .select(['id', raw<string | null>`null`.as('text')])
        .where('visitor_id', 'in', orNone(of.visitorIds))
        .where(mayBeSeen('conversations.site_id', of.agentId)),
    )
    .compile();
}

/**
 * A condition: that the agent is a member of the row's site. Not as a list of sites, by which the
 * planner would rather find all that there is in them than the few rows that are asked for by id.
 */
function mayBeSeen(site: string, agentId: number): RawBuilder<boolean> {
  return raw`exists (select 1 from memberships
    where memberships.agent_id = ${agentId} and memberships.site_id = ${raw.ref(site)})`;
}

/** No id is 0. */
function orNone(ids: readonly number[]): readonly number[] {
  return ids.length === 0 ? [0] : ids;
}
