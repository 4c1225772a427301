import { type AgentRole, rolesGivenBy } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { insertNewSite, type NewSite } from '../site/site.commands.ts';
import type { Site } from '../site/site.ts';
import {
  removeSessionsOf,
  selectAgent,
  selectMemberships,
  upsertMembership,
} from './agent.store.ts';
import {
  lockMemberships,
  removeMembership,
  selectOwnership,
  updateDisabled,
  updateRole,
} from './member.store.ts';

export interface MemberCommands {
  /**
   * A new site with the agent as its owner.
   * @throws AppError `too_many`
   */
  openSite(name: string, by: By): Promise<Site>;
  /** @throws AppError `not_found`, `forbidden`, `last_owner` */
  changeRole(of: Membership, role: AgentRole, by: By): Promise<void>;
  /** @throws AppError `not_found`, `forbidden`, `last_owner` */
  removeMember(of: Membership, by: By): Promise<void>;
  /**
   * On all sites; for who manages every one of them. Its sessions end with it.
   * @throws AppError `not_found`, `forbidden`, `last_owner`
   */
  setDisabled(actor: AgentActor, agentId: number, disabled: boolean, by: By): Promise<void>;
}

/** Somebody's place in a site, and the role of who changes it. */
export interface Membership {
  readonly siteId: number;
  readonly agentId: number;
  readonly actorRole: AgentRole;
}

const SITES_MAX = 100;

export function createMemberCommands({
  database,
  clock,
  random,
}: Pick<Context, 'database' | 'clock' | 'random'>): MemberCommands {
  return {
    openSite: (name, by) =>
      database.write(openSite, {
        by,
        site: {
          name,
          token: random.token(),
          identity_secret: random.token(),
          now_ms: clock.now_ms(),
        },
      }),
    changeRole: (of, role, by) => database.write(changeMember, { of, role, by }),
    removeMember: (of, by) => database.write(changeMember, { of, role: null, by }),
    setDisabled: (actor, agentId, disabled, by) =>
      database.write(disableAgent, { actor, agentId, disabled, by }),
  };
}

/** A transaction. */
export function* openSite(sql: Sql, { by, site }: { by: By; site: NewSite }) {
  const memberships = yield* all(selectMemberships(sql, { agent_id: by.agentId }));
  if (memberships.length >= SITES_MAX) {
    throw new AppError('too_many', `An agent may be a member of ${SITES_MAX} sites.`);
  }
  const opened = yield* insertNewSite(sql, site);
  yield* run(
    upsertMembership(sql, {
      site_id: opened.id,
      agent_id: by.agentId,
      role: 'owner',
      created_at: site.now_ms,
    }),
  );
  yield* record(sql, by, { siteId: opened.id, action: 'site.created', target: opened.name });
  return opened;
}

/** Part of a transaction: somebody belongs to a site, from now on with this role. */
export function* join(
  sql: Sql,
  membership: { site_id: number; agent_id: number; role: AgentRole; created_at: number },
) {
  yield* run(upsertMembership(sql, membership));
}

/** A transaction. @param role null: no more any */
export function* changeMember(
  sql: Sql,
  { of, role, by }: { of: Membership; role: AgentRole | null; by: By },
) {
  const { siteId, agentId, actorRole } = of;
  const members = yield* all(lockMemberships(sql, { site_id: siteId }));
  const member = members.find(({ agent_id }) => agent_id === agentId);
  const agent = yield* first(selectAgent(sql, { id: agentId }));
  if (member === undefined || agent === undefined) throw noMember();
  const given = rolesGivenBy(actorRole);
  const former = member.role as AgentRole;
  if (!given.includes(former) || (role !== null && !given.includes(role))) {
    throw new AppError('forbidden', 'Only an owner decides about owners.');
  }
  if (former === role) return;
  if (former === 'owner') yield* requireOtherOwner(sql, agentId, [siteId]);
  const membership = { site_id: siteId, agent_id: agentId };
  yield* run(
    role === null ? removeMembership(sql, membership) : updateRole(sql, { ...membership, role }),
  );
  const action = role === null ? 'member.removed' : 'member.role_changed';
  const target = role === null ? agent.name : `${agent.name} → ${role}`;
  yield* record(sql, by, { siteId, action, target });
}

/** A transaction. */
export function* disableAgent(
  sql: Sql,
  input: { actor: AgentActor; agentId: number; disabled: boolean; by: By },
) {
  const { actor, agentId, disabled, by } = input;
  const agent = yield* first(selectAgent(sql, { id: agentId }));
  const sites = yield* all(selectMemberships(sql, { agent_id: agentId }));
  // Whoever shares no site with them does not learn that they exist.
  if (agent === undefined || !sites.some(({ id }) => actor.roles.has(id))) throw noMember();
  const may = sites.every(({ id, role }) => {
    const own = actor.roles.get(id);
    return own !== undefined && rolesGivenBy(own).includes(role as AgentRole);
  });
  if (!may || agentId === actor.agentId) {
    throw new AppError(
      'forbidden',
      'Only who manages all sites of an agent may do this, and nobody to themselves.',
    );
  }
  for (const { id } of sites) yield* all(lockMemberships(sql, { site_id: id }));
  const owned = sites.filter(({ role }) => role === 'owner').map(({ id }) => id);
  if (disabled) yield* requireOtherOwner(sql, agentId, owned);
  yield* run(updateDisabled(sql, { id: agentId, disabled: disabled ? 1 : 0 }));
  if (disabled) yield* run(removeSessionsOf(sql, { agent_id: agentId }));
  const action = disabled ? 'agent.disabled' : 'agent.enabled';
  for (const { id } of sites) yield* record(sql, by, { siteId: id, action, target: agent.name });
}

/** A site without an owner could never be managed again. */
function* requireOtherOwner(sql: Sql, agentId: number, siteIds: readonly number[]) {
  const ownerships = yield* all(selectOwnership(sql, { agent_id: agentId }));
  const isLast = ownerships.some(
    ({ site_id, other_owners }) => siteIds.includes(site_id) && Number(other_owners) === 0,
  );
  if (isLast) throw new AppError('last_owner', 'A site needs an owner. Make somebody else one.');
}

function noMember(): AppError {
  return new AppError('not_found', 'There is no such agent.');
}
