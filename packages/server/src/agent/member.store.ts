import { lock, prepared } from '../database/sql.ts';

/** Everybody of a site, disabled ones too. */
export const selectAllMembers = prepared((sql, values: { site_id: number }) =>
  sql.db
    .selectFrom('memberships')
    .innerJoin('agents', 'agents.id', 'memberships.agent_id')
    .select((of) => [
      'agents.id',
      'agents.name',
      'agents.email',
      'agents.disabled',
      'agents.totp_secret',
      'memberships.role',
      of
        .selectFrom('sessions')
        .select((session) => session.fn.max('sessions.last_seen_at').as('seen'))
        .whereRef('sessions.agent_id', '=', 'agents.id')
        .as('last_seen_at'),
    ])
    .where('memberships.site_id', '=', values.site_id)
    .orderBy('agents.name')
    .orderBy('agents.id'),
);

/** Of every site: what others see of who works there. */
export const selectAllStaff = prepared((sql) =>
  sql.db
    .selectFrom('memberships')
    .innerJoin('agents', 'agents.id', 'memberships.agent_id')
    .select(['memberships.site_id', 'memberships.role'])
    .select(['agents.id', 'agents.name', 'agents.disabled', 'agents.away'])
    .orderBy('memberships.site_id')
    .orderBy('agents.id'),
);

/** Held until the transaction ends: two who take each other's ownership do it one after the other. */
export const lockMemberships = prepared((sql, values: { site_id: number }) =>
  lock(
    sql,
    sql.db
      .selectFrom('memberships')
      .select(['agent_id', 'role'])
      .where('site_id', '=', values.site_id)
      .orderBy('agent_id'),
  ),
);

/** The sites of an agent, each with how many others own it and can sign in. */
export const selectOwnership = prepared((sql, values: { agent_id: number }) =>
  sql.db
    .selectFrom('memberships as own')
    .select((of) => [
      'own.site_id',
      'own.role',
      of
        .selectFrom('memberships as other')
        .innerJoin('agents', 'agents.id', 'other.agent_id')
        .select((others) => others.fn.countAll<number>().as('count'))
        .whereRef('other.site_id', '=', 'own.site_id')
        .where('other.role', '=', 'owner')
        .where('other.agent_id', '!=', values.agent_id)
        .where('agents.disabled', '=', 0)
        .as('other_owners'),
    ])
    .where('own.agent_id', '=', values.agent_id),
);

export const updateRole = prepared(
  (sql, values: { site_id: number; agent_id: number; role: string }) =>
    sql.db
      .updateTable('memberships')
      .set({ role: values.role })
      .where('site_id', '=', values.site_id)
      .where('agent_id', '=', values.agent_id),
);

export const removeMembership = prepared((sql, values: { site_id: number; agent_id: number }) =>
  sql.db
    .deleteFrom('memberships')
    .where('site_id', '=', values.site_id)
    .where('agent_id', '=', values.agent_id),
);

export const updateDisabled = prepared((sql, values: { id: number; disabled: number }) =>
  sql.db.updateTable('agents').set({ disabled: values.disabled }).where('id', '=', values.id),
);
