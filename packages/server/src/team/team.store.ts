import type { AgentTeam } from '@parley/protocol';
import type { Selectable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import type { TeamTable } from '../database/tables/agents.ts';

export const insertTeam = prepared((sql, values: Omit<Selectable<TeamTable>, 'id'>) =>
  sql.db
    .insertInto('teams')
    .values({ site_id: values.site_id, name: values.name, created_at: values.created_at })
    .returning('id'),
);

export const selectTeamsOf = prepared((sql, values: { site_id: number }) =>
  sql.db.selectFrom('teams').selectAll().where('site_id', '=', values.site_id),
);

export const selectTeam = prepared((sql, values: { id: number }) =>
  sql.db.selectFrom('teams').selectAll().where('id', '=', values.id),
);

/** Of every site, with each member once. */
export const selectAllTeams = prepared((sql) =>
  sql.db
    .selectFrom('teams')
    .leftJoin('team_members', 'team_members.team_id', 'teams.id')
    .select(['teams.site_id', 'teams.id', 'teams.name', 'team_members.agent_id'])
    .orderBy('teams.id')
    .orderBy('team_members.agent_id'),
);

export const updateTeam = prepared((sql, values: { id: number; site_id: number; name: string }) =>
  sql.db
    .updateTable('teams')
    .set({ name: values.name })
    .where('id', '=', values.id)
    .where('site_id', '=', values.site_id),
);

export const removeTeam = prepared((sql, values: { id: number; site_id: number }) =>
  sql.db.deleteFrom('teams').where('id', '=', values.id).where('site_id', '=', values.site_id),
);

export const removeMembers = prepared((sql, values: { team_id: number }) =>
  sql.db.deleteFrom('team_members').where('team_id', '=', values.team_id),
);

/** Those of the agents who work on the site; the others are left out. */
export const insertMembers = (
  sql: Sql,
  { team_id, site_id, agentIds }: { team_id: number; site_id: number; agentIds: readonly number[] },
) =>
  sql.db
    .insertInto('team_members')
    .columns(['team_id', 'agent_id'])
    .expression((of) =>
      of
        .selectFrom('memberships')
        .innerJoin('teams', 'teams.site_id', 'memberships.site_id')
        .select(['teams.id', 'memberships.agent_id'])
        .where('teams.id', '=', team_id)
        .where('memberships.site_id', '=', site_id)
        .where('memberships.agent_id', 'in', agentIds),
    )
    .compile();

/** With each member once; a team without members has one row, of null. */
export const selectTeams = (
  sql: Sql,
  { siteIds, id }: { siteIds: readonly number[]; id?: number },
) => {
  const teams = sql.db
    .selectFrom('teams')
    .leftJoin('team_members', 'team_members.team_id', 'teams.id')
    .leftJoin('memberships', (join) =>
      // Who left the site is in none of its teams.
      join
        .onRef('memberships.agent_id', '=', 'team_members.agent_id')
        .onRef('memberships.site_id', '=', 'teams.site_id'),
    )
    .leftJoin('agents', (join) =>
      join.onRef('agents.id', '=', 'memberships.agent_id').on('agents.disabled', '=', 0),
    )
    .select(['teams.id', 'teams.site_id', 'teams.name'])
    .select(['agents.id as agent_id', 'agents.name as agent_name'])
    .where('teams.site_id', 'in', siteIds);
  return (id === undefined ? teams : teams.where('teams.id', '=', id))
    .orderBy('teams.name')
    .orderBy('teams.id')
    .orderBy('agents.name')
    .orderBy('agents.id')
    .compile();
};

export interface TeamRow {
  readonly id: number;
  readonly site_id: number;
  readonly name: string;
  readonly agent_id: number | null;
  readonly agent_name: string | null;
}

export function teamsFromRows(rows: readonly TeamRow[]): AgentTeam[] {
  const teams = new Map<number, AgentTeam>();
  for (const { id, site_id, name, agent_id, agent_name } of rows) {
    const team = teams.get(id) ?? { id, site_id, name, members: [] };
    teams.set(id, team);
    if (agent_id !== null && agent_name !== null) {
      team.members.push({ id: agent_id, name: agent_name });
    }
  }
  return [...teams.values()];
}
