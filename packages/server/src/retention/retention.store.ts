import { lockForRemoval, prepared } from '../database/sql.ts';
import type { Sql } from '../database/database.ts';

/** Perhaps to be removed; nobody begins a conversation for one of them before the transaction ends. */
export const lockLeftVisitors = prepared(
  (sql, values: { site_id: number; before_ms: number; limit: number }) =>
    lockForRemoval(
      sql,
      sql.db
        .selectFrom('visitors as v')
        .select('v.id')
        .where('v.site_id', '=', values.site_id)
        .where('v.last_seen_at', '<', values.before_ms)
        // Who is blocked is remembered, or would not be.
        .where('v.blocked_at', 'is', null)
        .where((build) =>
          build.not(
            build.exists(
              build
                .selectFrom('conversations as c')
                .select('c.id')
                .whereRef('c.visitor_id', '=', 'v.id'),
            ),
          ),
        )
        .orderBy('v.last_seen_at')
        .limit(values.limit),
    ),
);

/** The oldest files that are there still, by their messages. */
export const selectOldFiles = prepared(
  (sql, values: { site_id: number; before_ms: number; limit: number }) =>
    sql.db
      .selectFrom('attachments')
      .select(['conversation_id', 'message_id'])
      .where('site_id', '=', values.site_id)
      .where('removed_at', 'is', null)
      .where('created_at', '<', values.before_ms)
      .orderBy('created_at')
      .orderBy('id')
      .limit(values.limit),
);

/** Their tokens, pages and notes go with them; who has a conversation by now stays. */
export function removeLeftVisitors(sql: Sql, ids: readonly number[]) {
  return sql.db
    .deleteFrom('visitors')
    .where('id', 'in', ids)
    .where((build) =>
      build.not(
        build.exists(
          build
            .selectFrom('conversations as c')
            .select('c.id')
            .whereRef('c.visitor_id', '=', 'visitors.id'),
        ),
      ),
    )
    .returning('id')
    .compile();
}
