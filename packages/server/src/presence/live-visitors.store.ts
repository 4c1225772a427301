import { sql as raw } from 'kysely';
import type { Sql } from '../database/database.ts';

/** The conversations that are not resolved, of which a visitor has at most one. */
export const selectUnresolvedOf = (
  sql: Sql,
  { siteIds, visitorIds }: { siteIds: readonly number[]; visitorIds: readonly number[] },
) =>
  sql.db
    .selectFrom('conversations')
    .select(['id', 'visitor_id'])
    .where('site_id', 'in', siteIds)
    .where('visitor_id', 'in', visitorIds)
    // As a literal, or neither planner would use the index of the unresolved ones.
    .where('status', '!=', raw.lit('resolved'))
    .compile();
