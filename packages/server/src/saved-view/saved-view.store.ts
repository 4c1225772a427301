import { prepared } from '../database/sql.ts';

export const selectViewsOfAgent = prepared((sql, values: { agent_id: number }) =>
  sql.db
    .selectFrom('saved_views')
    .select(['id', 'name', 'query as search'])
    .where('agent_id', '=', values.agent_id)
    .orderBy('id'),
);

export const insertView = prepared(
  (sql, values: { agent_id: number; name: string; query: string; created_at: number }) =>
    sql.db
      .insertInto('saved_views')
      .values({
        agent_id: values.agent_id,
        name: values.name,
        query: values.query,
        created_at: values.created_at,
      })
      .returning('id'),
);

export const removeView = prepared((sql, values: { agent_id: number; id: number }) =>
  sql.db
    .deleteFrom('saved_views')
    .where('id', '=', values.id)
    .where('agent_id', '=', values.agent_id),
);
