import type { Insertable, Selectable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { lock, prepared } from '../database/sql.ts';
import type { AgentTable, MembershipTable, SessionTable } from '../database/tables/agents.ts';
import type { AgentAccount } from './agent.ts';
import type { Session } from './session.ts';

export const selectAgent = prepared((sql, values: { id: number }) =>
  sql.db.selectFrom('agents').selectAll().where('id', '=', values.id),
);

/** Its password stays until the transaction ends, and so does whether it may sign in. */
export const lockAgent = prepared((sql, values: { id: number }) =>
  lock(
    sql,
    sql.db.selectFrom('agents').select(['password_hash', 'disabled']).where('id', '=', values.id),
  ),
);

export const selectAgentByEmail = prepared((sql, values: { email_key: string }) =>
  sql.db.selectFrom('agents').selectAll().where('email_key', '=', values.email_key),
);

export const selectFirstAgent = prepared((sql) =>
  sql.db.selectFrom('agents').selectAll().orderBy('id').limit(1),
);

type NewAgentRow = Omit<
  Insertable<AgentTable>,
  'id' | 'totp_secret' | 'totp_pending' | 'totp_step' | 'locale' | 'away'
>;

export const insertAgent = prepared((sql, values: NewAgentRow) =>
  sql.db
    .insertInto('agents')
    .values({
      name: values.name,
      email: values.email,
      email_key: values.email_key,
      password_hash: values.password_hash,
      disabled: values.disabled,
      created_at: values.created_at,
    })
    .returningAll(),
);

export const updatePassword = prepared((sql, values: { id: number; password_hash: string }) =>
  sql.db
    .updateTable('agents')
    .set({ password_hash: values.password_hash })
    .where('id', '=', values.id)
    .returningAll(),
);

/** Nothing where the password is another one by now. */
export const exchangePassword = prepared(
  (sql, values: { id: number; former_hash: string; password_hash: string }) =>
    sql.db
      .updateTable('agents')
      .set({ password_hash: values.password_hash })
      .where('id', '=', values.id)
      .where('password_hash', '=', values.former_hash)
      .returningAll(),
);

export const updateName = prepared((sql, values: { id: number; name: string }) =>
  sql.db.updateTable('agents').set({ name: values.name }).where('id', '=', values.id),
);

export const updateLocale = prepared((sql, values: { id: number; locale: string | null }) =>
  sql.db.updateTable('agents').set({ locale: values.locale }).where('id', '=', values.id),
);

export const selectMemberships = prepared((sql, values: { agent_id: number }) =>
  sql.db
    .selectFrom('memberships')
    .innerJoin('sites', 'sites.id', 'memberships.site_id')
    .select(['sites.id', 'sites.name', 'sites.token', 'sites.allowed_origins', 'memberships.role'])
    .where('memberships.agent_id', '=', values.agent_id)
    .orderBy('sites.id'),
);

export const upsertMembership = prepared((sql, values: Omit<Insertable<MembershipTable>, 'turn'>) =>
  sql.db
    .insertInto('memberships')
    .values({
      site_id: values.site_id,
      agent_id: values.agent_id,
      role: values.role,
      created_at: values.created_at,
    })
    .onConflict((conflict) =>
      conflict.columns(['agent_id', 'site_id']).doUpdateSet({ role: values.role }),
    ),
);

/**
 * Sessions that are good, each with its agent, once for each site of that agent; the site's columns are
 * null for an agent of none.
 */
export const selectLogins = (
  sql: Sql,
  { hashes, now_ms }: { hashes: readonly string[]; now_ms: number },
) =>
  sql.db
    .selectFrom('sessions')
    .innerJoin('agents', 'agents.id', 'sessions.agent_id')
    .leftJoin('memberships', 'memberships.agent_id', 'agents.id')
    .leftJoin('sites', 'sites.id', 'memberships.site_id')
    .selectAll('sessions')
    .select(['agents.name', 'agents.email', 'agents.locale', 'memberships.role'])
    .select([
      'sites.id as site_id',
      'sites.name as site_name',
      'sites.token as site_token',
      'sites.allowed_origins',
    ])
    .where('sessions.token_hash', 'in', hashes)
    .where('sessions.expires_at', '>', now_ms)
    .where('agents.disabled', '=', 0)
    .orderBy('sites.id')
    .compile();

export const insertSession = prepared((sql, values: Insertable<SessionTable>) =>
  sql.db.insertInto('sessions').values({
    token_hash: values.token_hash,
    agent_id: values.agent_id,
    csrf_token: values.csrf_token,
    user_agent: values.user_agent,
    address: values.address,
    created_at: values.created_at,
    last_seen_at: values.last_seen_at,
    expires_at: values.expires_at,
  }),
);

/** An expired session does not come back to life. */
export const updateSession = prepared(
  (sql, values: { token_hash: string; now_ms: number; expires_at: number }) =>
    sql.db
      .updateTable('sessions')
      .set({ last_seen_at: values.now_ms, expires_at: values.expires_at })
      .where('token_hash', '=', values.token_hash)
      .where('expires_at', '>', values.now_ms),
);

export const lockSession = prepared((sql, values: { token_hash: string }) =>
  lock(
    sql,
    sql.db.selectFrom('sessions').select('agent_id').where('token_hash', '=', values.token_hash),
  ),
);

export const removeSession = prepared((sql, values: { token_hash: string }) =>
  sql.db.deleteFrom('sessions').where('token_hash', '=', values.token_hash),
);

export const removeSessionsOf = prepared((sql, values: { agent_id: number }) =>
  sql.db.deleteFrom('sessions').where('agent_id', '=', values.agent_id),
);

export const removeOtherSessions = prepared(
  (sql, values: { agent_id: number; token_hash: string }) =>
    sql.db
      .deleteFrom('sessions')
      .where('agent_id', '=', values.agent_id)
      .where('token_hash', '!=', values.token_hash),
);

/** Those that were used least lately, beyond so many beside this one. */
export const removeSurplusSessions = prepared(
  (sql, values: { agent_id: number; token_hash: string; others: number }) =>
    sql.db
      .deleteFrom('sessions')
      .where('token_hash', 'in', (of) =>
        of
          .selectFrom('sessions as s')
          .select('s.token_hash')
          .where('s.agent_id', '=', values.agent_id)
          .where('s.token_hash', '!=', values.token_hash)
          .orderBy('s.last_seen_at', 'desc')
          .orderBy('s.token_hash')
          .offset(values.others)
          .limit(1_000),
      ),
);

/** The latest used first. */
export const selectSessionsOf = prepared((sql, values: { agent_id: number; now_ms: number }) =>
  sql.db
    .selectFrom('sessions')
    .selectAll()
    .where('agent_id', '=', values.agent_id)
    .where('expires_at', '>', values.now_ms)
    .orderBy('last_seen_at', 'desc')
    .limit(100),
);

export const removeExpiredSessions = prepared((sql, values: { now_ms: number }) =>
  sql.db.deleteFrom('sessions').where('expires_at', '<=', values.now_ms),
);

export function agentFromRow(row: Selectable<AgentTable>): AgentAccount {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    passwordHash: row.password_hash,
    disabled: row.disabled === 1,
    totpSecret: row.totp_secret,
    locale: row.locale,
  };
}

export function sessionFromRow(row: Selectable<SessionTable>): Session {
  return {
    agentId: row.agent_id,
    csrfToken: row.csrf_token,
    createdAt_ms: row.created_at,
    lastSeenAt_ms: row.last_seen_at,
    expiresAt_ms: row.expires_at,
  };
}

/** Who may work on the conversation, and under which name. */
export const selectMemberAt = prepared(
  (sql, values: { conversation_id: number; agent_id: number }) =>
    sql.db
      .selectFrom('memberships')
      .innerJoin('agents', 'agents.id', 'memberships.agent_id')
      .innerJoin('conversations', 'conversations.site_id', 'memberships.site_id')
      .select(['agents.id', 'agents.name', 'memberships.role'])
      .where('conversations.id', '=', values.conversation_id)
      .where('memberships.agent_id', '=', values.agent_id)
      .where('agents.disabled', '=', 0),
);

export const selectMember = prepared((sql, values: { site_id: number; agent_id: number }) =>
  sql.db
    .selectFrom('memberships')
    .innerJoin('agents', 'agents.id', 'memberships.agent_id')
    .select(['agents.id', 'agents.name', 'memberships.role'])
    .where('memberships.agent_id', '=', values.agent_id)
    .where('memberships.site_id', '=', values.site_id)
    .where('agents.disabled', '=', 0),
);

/** By name. */
export const selectMembers = prepared((sql, values: { site_id: number }) =>
  sql.db
    .selectFrom('memberships')
    .innerJoin('agents', 'agents.id', 'memberships.agent_id')
    .select(['agents.id', 'agents.name'])
    .where('memberships.site_id', '=', values.site_id)
    .where('agents.disabled', '=', 0)
    .orderBy('agents.name')
    .orderBy('agents.id'),
);

/** Once for each of the sites that they share with the agent. */
export const selectColleagues = prepared((sql, values: { agent_id: number }) =>
  sql.db
    .selectFrom('memberships as own')
    .innerJoin('memberships as other', 'other.site_id', 'own.site_id')
    .innerJoin('agents', 'agents.id', 'other.agent_id')
    .select(['agents.id', 'agents.name', 'agents.away', 'other.site_id'])
    .where('own.agent_id', '=', values.agent_id)
    .where('agents.disabled', '=', 0)
    .orderBy('agents.name')
    .orderBy('agents.id')
    .orderBy('other.site_id'),
);
