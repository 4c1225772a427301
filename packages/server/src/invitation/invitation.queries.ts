import type { AgentRole, Invitation } from '@parley/protocol';
import type { Context } from '../context.ts';
import { hashToken } from '../token.ts';
import { selectInvitationByToken, selectInvitations } from './invitation.store.ts';

/** An invitation as who holds its link sees it. */
export interface HeldInvitation {
  readonly siteId: number;
  readonly siteName: string;
  readonly email: string;
  readonly role: AgentRole;
  readonly invitedBy: string;
}

export interface InvitationQueries {
  openOf(siteId: number): Promise<Invitation[]>;
  /** Null where it was used, withdrawn, or is too old. */
  held(token: string): Promise<HeldInvitation | null>;
}

export function createInvitationQueries({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): InvitationQueries {
  const { sql } = database;
  return {
    openOf: async (site_id) => {
      const now_ms = clock.now_ms();
      const rows = await database.query(selectInvitations(sql, { site_id, now_ms }));
      return rows.map(invitationFrom);
    },
    held: async (token) => {
      const find = { token_hash: hashToken(token), now_ms: clock.now_ms() };
      const [row] = await database.query(selectInvitationByToken(sql, find));
      if (row === undefined) return null;
      return {
        siteId: row.site_id,
        siteName: row.site_name,
        email: row.email,
        role: row.role as AgentRole,
        invitedBy: row.invited_by,
      };
    },
  };
}

export function invitationFrom(row: {
  id: number;
  email: string;
  role: string;
  invited_by: string;
  expires_at: number;
}): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role as AgentRole,
    invited_by: row.invited_by,
    expires_at: Math.floor(row.expires_at / 1_000),
  };
}
