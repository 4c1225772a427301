import type { Selectable } from 'kysely';
import { lock, prepared } from '../database/sql.ts';
import type { VisitorTable } from '../database/tables/conversations.ts';
import type { VisitorProfile } from './visitor.ts';

export type VisitorRow = Selectable<VisitorTable>;
type Agreement = Pick<VisitorRow, 'consent_version' | 'consented_at'>;

export const lockVisitor = prepared((sql, values: { site_id: number; id: number }) =>
  lock(
    sql,
    sql.db
      .selectFrom('visitors')
      .selectAll()
      .where('id', '=', values.id)
      .where('site_id', '=', values.site_id),
  ),
);

export const selectVisitor = prepared((sql, values: { site_id: number; id: number }) =>
  sql.db
    .selectFrom('visitors')
    .selectAll()
    .where('id', '=', values.id)
    .where('site_id', '=', values.site_id),
);

export const selectVisitorByIdentity = prepared(
  (sql, values: { site_id: number; identity: string }) =>
    sql.db
      .selectFrom('visitors')
      .selectAll()
      .where('site_id', '=', values.site_id)
      .where('identity', '=', values.identity),
);

export const selectToken = prepared((sql, values: { token_hash: string }) =>
  sql.db
    .selectFrom('visitor_tokens')
    .select(['visitor_id', 'site_id'])
    .where('token_hash', '=', values.token_hash),
);

export const selectTokenHolder = prepared((sql, values: { token_hash: string }) =>
  sql.db
    .selectFrom('visitor_tokens')
    .innerJoin('visitors', 'visitors.id', 'visitor_tokens.visitor_id')
    .select([
      'visitor_id',
      'visitor_tokens.site_id',
      'visitors.blocked_at',
      'visitors.consent_version',
    ])
    .where('token_hash', '=', values.token_hash),
);

export const insertVisitor = prepared(
  (sql, values: Omit<VisitorRow, 'id' | 'blocked_at' | keyof Agreement>) =>
    sql.db
      .insertInto('visitors')
      .values({
        site_id: values.site_id,
        name: values.name,
        email: values.email,
        email_key: values.email_key,
        identity: values.identity,
        email_verified: values.email_verified,
        locale: values.locale,
        page: values.page,
        attributes: values.attributes,
        created_at: values.created_at,
        last_seen_at: values.last_seen_at,
        user_agent: values.user_agent,
        time_zone: values.time_zone,
      })
      .returningAll(),
);

export const updateVisitor = prepared((sql, values: VisitorRow) =>
  sql.db
    .updateTable('visitors')
    .set({
      name: values.name,
      email: values.email,
      email_key: values.email_key,
      identity: values.identity,
      email_verified: values.email_verified,
      locale: values.locale,
      page: values.page,
      attributes: values.attributes,
      last_seen_at: values.last_seen_at,
      user_agent: values.user_agent,
      time_zone: values.time_zone,
      blocked_at: values.blocked_at,
    })
    .where('id', '=', values.id)
    .where('site_id', '=', values.site_id),
);

export const updateAgreement = prepared(
  (sql, values: Agreement & { site_id: number; id: number }) =>
    sql.db
      .updateTable('visitors')
      .set({ consent_version: values.consent_version, consented_at: values.consented_at })
      .where('id', '=', values.id)
      .where('site_id', '=', values.site_id),
);

export const insertToken = prepared(
  (sql, values: { token_hash: string; site_id: number; visitor_id: number; created_at: number }) =>
    sql.db.insertInto('visitor_tokens').values({
      token_hash: values.token_hash,
      site_id: values.site_id,
      visitor_id: values.visitor_id,
      created_at: values.created_at,
    }),
);

export const removeTokens = prepared((sql, values: { site_id: number; visitor_id: number }) =>
  sql.db
    .deleteFrom('visitor_tokens')
    .where('visitor_id', '=', values.visitor_id)
    .where('site_id', '=', values.site_id),
);

export const removeVisitor = prepared((sql, values: { site_id: number; id: number }) =>
  sql.db.deleteFrom('visitors').where('id', '=', values.id).where('site_id', '=', values.site_id),
);

export function profileFromRow(row: VisitorRow): VisitorProfile {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    identity: row.identity,
    emailVerified: row.email_verified === 1,
  };
}

export function agreementFromRow(row: Agreement | null): {
  readonly version: number;
  readonly at_ms: number;
} | null {
  if (row === null || row.consent_version === null || row.consented_at === null) return null;
  return { version: row.consent_version, at_ms: row.consented_at };
}

export function profileColumns(profile: Omit<VisitorProfile, 'id'>) {
  return {
    name: profile.name,
    email: profile.email,
    email_key: profile.email?.toLowerCase() ?? null,
    identity: profile.identity,
    email_verified: profile.emailVerified ? 1 : 0,
  };
}

/** A visitor of a site of which the agent is a member now. */
export const selectVisitorOfAgent = prepared((sql, values: { id: number; agent_id: number }) =>
  sql.db
    .selectFrom('visitors')
    .innerJoin('memberships', 'memberships.site_id', 'visitors.site_id')
    .innerJoin('agents', 'agents.id', 'memberships.agent_id')
    .select(['visitors.site_id', 'agents.name as agent_name'])
    .where('visitors.id', '=', values.id)
    .where('memberships.agent_id', '=', values.agent_id)
    .where('agents.disabled', '=', 0),
);
