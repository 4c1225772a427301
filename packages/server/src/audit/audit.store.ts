import type { Insertable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import type { AuditTable } from '../database/tables/installation.ts';

export const insertAudit = prepared((sql, values: Omit<Insertable<AuditTable>, 'id'>) =>
  sql.db.insertInto('audit').values({
    site_id: values.site_id,
    agent_id: values.agent_id,
    agent_name: values.agent_name,
    action: values.action,
    target: values.target,
    address: values.address,
    created_at: values.created_at,
  }),
);

/** Newest first; of these sites, and what `agent_id` did in none. */
export const selectAudit = (
  sql: Sql,
  values: {
    siteIds: readonly number[];
    agentId: number;
    before: number | undefined;
    limit: number;
  },
) => {
  let query = sql.db
    .selectFrom('audit')
    .selectAll()
    .where((of) => {
      const own = of.and([of('site_id', 'is', null), of('agent_id', '=', values.agentId)]);
      return values.siteIds.length === 0 ? own : of.or([of('site_id', 'in', values.siteIds), own]);
    });
  if (values.before !== undefined) query = query.where('id', '<', values.before);
  return query.orderBy('id', 'desc').limit(values.limit).compile();
};
