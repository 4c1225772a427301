import type { Generated } from 'kysely';

/** Who works here, how they sign in, and what they chose. */
export interface AgentTables {
  agents: AgentTable;
  recovery_codes: RecoveryCodeTable;
  sessions: SessionTable;
  memberships: MembershipTable;
  invitations: InvitationTable;
  teams: TeamTable;
  team_members: TeamMemberTable;
  saved_views: SavedViewTable;
  push_subscriptions: PushSubscriptionTable;
  agent_notifications: AgentNotificationTable;
}

export interface AgentTable {
  id: Generated<number>;
  name: string;
  email: string;
  /** Lower case; unique. */
  email_key: string;
  password_hash: string;
  disabled: number;
  /** Of the second factor, in base32; null: none. */
  totp_secret: string | null;
  /** Given to an authenticator, not confirmed yet. */
  totp_pending: string | null;
  /** The last step whose code was used: each opens once. */
  totp_step: number | null;
  /** The language that was chosen; null: that of the browser. */
  locale: string | null;
  /** Takes no conversation in turn. */
  away: Generated<number>;
  created_at: number;
}

/** In place of a code of the second factor, once. */
export interface RecoveryCodeTable {
  agent_id: number;
  /** SHA-256 of the code. */
  code_hash: string;
}

export interface SessionTable {
  /** SHA-256 of the cookie. */
  token_hash: string;
  agent_id: number;
  csrf_token: string;
  user_agent: string;
  address: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
}

export interface MembershipTable {
  site_id: number;
  agent_id: number;
  role: string;
  created_at: number;
  /** The number of the last conversation that was given in turn; 0: none. */
  turn: Generated<number>;
}

/** Open ones alone: it goes with its use. */
export interface InvitationTable {
  id: Generated<number>;
  site_id: number;
  email: string;
  /** Lower case; unique within the site. */
  email_key: string;
  role: string;
  /** SHA-256 of the token. */
  token_hash: string;
  invited_by: string;
  created_at: number;
  expires_at: number;
}

export interface TeamTable {
  id: Generated<number>;
  site_id: number;
  /** Unique within the site. */
  name: string;
  created_at: number;
}

export interface TeamMemberTable {
  team_id: number;
  agent_id: number;
}

export interface SavedViewTable {
  id: Generated<number>;
  agent_id: number;
  name: string;
  /** JSON: filters and order, as they stand in the address of the inbox. */
  query: string;
  created_at: number;
}

/** A browser that rings for an agent. */
export interface PushSubscriptionTable {
  id: Generated<number>;
  agent_id: number;
  /** Unique: of one browser, which belongs to who signed in last. */
  endpoint: string;
  p256dh: string;
  auth: string;
  created_at: number;
  /** Goes with it. Null: made before that was known. */
  session_hash: string | null;
}

/** Only of those who changed something. */
export interface AgentNotificationTable {
  agent_id: number;
  /** JSON: what differs from the default. */
  settings: string;
  updated_at: number;
}
