import { LIMITS, type AgentTeam } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { managedSite } from '../agent/managed-site.ts';
import { AppError } from '../app-error.ts';
import type { Context } from '../context.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { lockSiteOf } from '../site/site.queries.ts';
import {
  insertMembers,
  insertTeam,
  removeMembers,
  removeTeam,
  selectTeam,
  selectTeams,
  selectTeamsOf,
  teamsFromRows,
  updateTeam,
} from './team.store.ts';

/** For owners and admins. Each throws AppError `not_found` for a foreign site, `forbidden`. */
export interface AgentTeamCommands {
  /** @throws AppError `name_taken`, `too_many` */
  createTeam(
    agent: AgentActor,
    team: { site_id: number; name: string; member_ids: readonly number[] },
  ): Promise<AgentTeam>;
  /** What is absent stays. @throws AppError `name_taken` */
  patchTeam(agent: AgentActor, id: number, patch: TeamPatch): Promise<AgentTeam>;
  /** Its conversations belong to no team then. @returns the site whose it was */
  deleteTeam(agent: AgentActor, id: number): Promise<number>;
}

interface TeamPatch {
  readonly name?: string | undefined;
  readonly member_ids?: readonly number[] | undefined;
}

export function createAgentTeamCommands({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): AgentTeamCommands {
  return {
    createTeam: async (agent, { site_id, name, member_ids }) =>
      database.write(addTeam, {
        site_id: managedSite(agent, site_id, 'teams.manage'),
        name: name.trim(),
        member_ids,
        now_ms: clock.now_ms(),
      }),
    patchTeam: (agent, id, patch) => database.write(changeTeam, { agent, id, patch }),
    deleteTeam: (agent, id) => database.write(dropTeam, { agent, id }),
  };
}

/** A transaction. */
export function* addTeam(
  sql: Sql,
  input: { site_id: number; name: string; member_ids: readonly number[]; now_ms: number },
) {
  const { site_id, name, member_ids, now_ms } = input;
  const others = yield* teamsUnderLock(sql, site_id, name, null);
  if (others.length >= LIMITS.teamsPerSite) {
    throw new AppError('too_many', `A site has at most ${LIMITS.teamsPerSite} teams.`);
  }
  const row = yield* first(insertTeam(sql, { site_id, name, created_at: now_ms }));
  if (row === undefined) throw new Error('The inserted team was not returned');
  const keys = { team_id: row.id, site_id };
  if (member_ids.length > 0) yield* run(insertMembers(sql, { ...keys, agentIds: member_ids }));
  return yield* teamOf(sql, site_id, row.id);
}

/** A transaction. */
export function* changeTeam(
  sql: Sql,
  { agent, id, patch }: { agent: AgentActor; id: number; patch: TeamPatch },
) {
  const site_id = yield* managedTeam(sql, agent, id);
  const { name, member_ids } = patch;
  if (name !== undefined) {
    yield* teamsUnderLock(sql, site_id, name.trim(), id);
    yield* run(updateTeam(sql, { id, site_id, name: name.trim() }));
  }
  if (member_ids !== undefined) {
    yield* run(removeMembers(sql, { team_id: id }));
    if (member_ids.length > 0) {
      yield* run(insertMembers(sql, { team_id: id, site_id, agentIds: member_ids }));
    }
  }
  return yield* teamOf(sql, site_id, id);
}

/** A transaction. */
export function* dropTeam(sql: Sql, { agent, id }: { agent: AgentActor; id: number }) {
  const site_id = yield* managedTeam(sql, agent, id);
  yield* run(removeTeam(sql, { id, site_id }));
  return site_id;
}

/** Two at once would both find the name free. */
function* teamsUnderLock(sql: Sql, site_id: number, name: string, except: number | null) {
  yield* first(lockSiteOf(sql, site_id));
  const teams = yield* all(selectTeamsOf(sql, { site_id }));
  if (teams.some((team) => team.name === name && team.id !== except)) {
    throw new AppError('name_taken', 'There is a team of this name.');
  }
  return teams;
}

function* managedTeam(sql: Sql, agent: AgentActor, id: number) {
  const row = yield* first(selectTeam(sql, { id }));
  if (row === undefined || !agent.siteIds.includes(row.site_id)) {
    throw new AppError('not_found', 'There is no such team.');
  }
  return managedSite(agent, row.site_id, 'teams.manage');
}

function* teamOf(sql: Sql, siteId: number, id: number) {
  const [team] = teamsFromRows(yield* all(selectTeams(sql, { siteIds: [siteId], id })));
  if (team === undefined) throw new Error('A team that was just written is not there');
  return team;
}
