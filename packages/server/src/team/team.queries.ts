import type { AgentTeam } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../database/database.ts';
import { selectAllTeams, selectTeam, selectTeams, teamsFromRows } from './team.store.ts';

export interface AgentTeamQueries {
  /** Of all sites of the agent, by name. */
  teamsOf(agent: AgentActor): Promise<AgentTeam[]>;
}

export function createAgentTeamQueries({ database }: Pick<Context, 'database'>): AgentTeamQueries {
  return {
    teamsOf: async ({ siteIds }) => {
      if (siteIds.length === 0) return [];
      return teamsFromRows(await database.query(selectTeams(database.sql, { siteIds })));
    },
  };
}

/** Within a transaction: a statement that reads a team, whosever site it is. */
export function selectTeamById(sql: Sql, id: number) {
  return selectTeam(sql, { id });
}

/** Within a transaction: a statement that reads the teams of every site, with their members. */
export function selectTeamsEverywhere(sql: Sql) {
  return selectAllTeams(sql, {});
}
