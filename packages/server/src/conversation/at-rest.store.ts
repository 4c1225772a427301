import type { Sql } from '../database/database.ts';
import { lock, prepared } from '../database/sql.ts';

/** What another transaction changed meanwhile is not among them. */
export const lockAtRest = prepared(
  (sql, values: { site_id: number; before_ms: number; limit: number }) =>
    lock(
      sql,
      sql.db
        .selectFrom('conversations')
        .select(['id', 'visitor_id'])
        .where('site_id', '=', values.site_id)
        .where('status', '=', 'resolved')
        .where('last_activity_at', '<', values.before_ms)
        .orderBy('last_activity_at')
        .limit(values.limit),
    ),
);

export function removeConversations(sql: Sql, siteId: number, ids: readonly number[]) {
  return sql.db
    .deleteFrom('conversations')
    .where('id', 'in', ids)
    .where('site_id', '=', siteId)
    .compile();
}
