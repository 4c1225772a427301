import { prepared } from '../database/sql.ts';

/** All who could be given a conversation of the site, if they are there. */
export const selectTurns = prepared((sql, values: { site_id: number }) =>
  sql.db
    .selectFrom('memberships')
    .innerJoin('agents', 'agents.id', 'memberships.agent_id')
    .select(['agents.id', 'agents.away', 'memberships.turn'])
    .where('memberships.site_id', '=', values.site_id)
    .where('agents.disabled', '=', 0),
);

export const updateTurn = prepared(
  (sql, values: { site_id: number; agent_id: number; turn: number }) =>
    sql.db
      .updateTable('memberships')
      .set({ turn: values.turn })
      .where('site_id', '=', values.site_id)
      .where('agent_id', '=', values.agent_id),
);

/** Changes nothing where it is so already. */
export const updateAway = prepared((sql, values: { id: number; away: number }) =>
  sql.db
    .updateTable('agents')
    .set({ away: values.away })
    .where('id', '=', values.id)
    .where('away', '!=', values.away),
);
