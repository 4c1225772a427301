import { sql as raw } from 'kysely';
import type { Sql } from '../database/database.ts';

/** What began on a site within the time (the end excluded), oldest first, after a place. */
export function selectBegun(
  sql: Sql,
  of: {
    siteId: number;
    from_ms: number;
    to_ms: number;
    after: { readonly begun_ms: number; readonly id: number } | null;
    limit: number;
  },
) {
  let query = sql.db
    .selectFrom('conversations')
    .select(['id', 'site_id', 'assignee_id', 'created_at', 'status', 'resolved_at', 'rating'])
    .select('a_head')
    .where('site_id', '=', of.siteId)
    .where('created_at', '>=', of.after?.begun_ms ?? of.from_ms)
    .where('created_at', '<', of.to_ms);
  if (of.after !== null) {
    const { begun_ms, id } = of.after;
    query = query.where((is) =>
      is.or([
        is('created_at', '>', begun_ms),
        is.and([is('created_at', '=', begun_ms), is('id', '>', id)]),
      ]),
    );
  }
  return query.orderBy('created_at').orderBy('id').limit(of.limit).compile();
}

/**
 * Of what visitors and agents said to each other, the messages at which another one begins to speak.
 * What was deleted since was said all the same.
 */
export function selectTurns(sql: Sql, conversationIds: readonly number[]) {
  return sql.db
    .selectFrom((of) =>
      of
        .selectFrom('messages')
        .select(['conversation_id', 'a_seq', 'sender_type', 'sender_id', 'created_at'])
        .select([
          raw<
            string | null
          >`lag(sender_type) over (partition by conversation_id order by a_seq)`.as('type_before'),
          raw<number | null>`lag(sender_id) over (partition by conversation_id order by a_seq)`.as(
            'id_before',
          ),
        ])
        .where('conversation_id', 'in', conversationIds)
        .where('sender_type', 'in', ['visitor', 'agent'])
        .where('private', '=', 0)
        .as('said'),
    )
    .select(['conversation_id', 'sender_type', 'sender_id', 'created_at'])
    .where((is) =>
      is.or([
        is('type_before', 'is', null),
        is('type_before', '!=', is.ref('sender_type')),
        is('id_before', '!=', is.ref('sender_id')),
      ]),
    )
    .orderBy('conversation_id')
    .orderBy('a_seq')
    .compile();
}

export function selectNames(sql: Sql, table: 'sites' | 'agents', ids: readonly number[]) {
  return sql.db
    .selectFrom(table)
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .orderBy('name')
    .orderBy('id')
    .compile();
}
