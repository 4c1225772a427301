import { sql as raw } from 'kysely';
import { prepared } from '../database/sql.ts';

/** Who may answer on a site, those who were here last first. */
export const selectTeam = prepared((sql, values: { site_id: number; limit: number }) =>
  sql.db
    .selectFrom('memberships')
    .innerJoin('agents', 'agents.id', 'memberships.agent_id')
    .select((of) => [
      'agents.id',
      'agents.name',
      of.fn
        .coalesce(
          of
            .selectFrom('sessions')
            .select((session) => session.fn.max('sessions.last_seen_at').as('seen'))
            .whereRef('sessions.agent_id', '=', 'agents.id'),
          raw.lit(0),
        )
        .as('seen'),
    ])
    .where('memberships.site_id', '=', values.site_id)
    .where('agents.disabled', '=', 0)
    .orderBy('seen', 'desc')
    .orderBy('agents.id')
    .limit(values.limit),
);

/** How the latest conversations of a site began: when, and when an agent answered first. */
export const selectFirstReplies = prepared((sql, values: { site_id: number; limit: number }) =>
  sql.db
    .selectFrom('conversations as c')
    .select((of) => [
      'c.created_at',
      of
        .selectFrom('messages as m')
        .select('m.created_at')
        .whereRef('m.conversation_id', '=', 'c.id')
        .where('m.sender_type', '=', 'agent')
        .where('m.private', '=', 0)
        .where('m.deleted_at', 'is', null)
        .orderBy('m.a_seq')
        .limit(1)
        .as('answered_at'),
    ])
    .where('c.site_id', '=', values.site_id)
    .orderBy('c.last_activity_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(values.limit),
);
