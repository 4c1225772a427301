import type { Insertable } from 'kysely';
import { prepared } from '../database/sql.ts';
import type { InvitationTable } from '../database/tables/agents.ts';

/** A new one to the same address takes the place of the former, whose link ends. */
export const upsertInvitation = prepared((sql, values: Omit<Insertable<InvitationTable>, 'id'>) =>
  sql.db
    .insertInto('invitations')
    .values({
      site_id: values.site_id,
      email: values.email,
      email_key: values.email_key,
      role: values.role,
      token_hash: values.token_hash,
      invited_by: values.invited_by,
      created_at: values.created_at,
      expires_at: values.expires_at,
    })
    .onConflict((conflict) =>
      conflict.columns(['site_id', 'email_key']).doUpdateSet({
        role: values.role,
        token_hash: values.token_hash,
        invited_by: values.invited_by,
        expires_at: values.expires_at,
      }),
    )
    .returningAll(),
);

export const selectInvitations = prepared((sql, values: { site_id: number; now_ms: number }) =>
  sql.db
    .selectFrom('invitations')
    .selectAll()
    .where('site_id', '=', values.site_id)
    .where('expires_at', '>', values.now_ms)
    .orderBy('id', 'desc')
    .limit(200),
);

export const selectInvitationByToken = prepared(
  (sql, values: { token_hash: string; now_ms: number }) =>
    sql.db
      .selectFrom('invitations')
      .innerJoin('sites', 'sites.id', 'invitations.site_id')
      .selectAll('invitations')
      .select('sites.name as site_name')
      .where('token_hash', '=', values.token_hash)
      .where('expires_at', '>', values.now_ms),
);

export const removeInvitation = prepared((sql, values: { id: number; site_id: number }) =>
  sql.db
    .deleteFrom('invitations')
    .where('id', '=', values.id)
    .where('site_id', '=', values.site_id)
    .returningAll(),
);

export const removeExpired = prepared((sql, values: { site_id: number; now_ms: number }) =>
  sql.db
    .deleteFrom('invitations')
    .where('site_id', '=', values.site_id)
    .where('expires_at', '<=', values.now_ms),
);
