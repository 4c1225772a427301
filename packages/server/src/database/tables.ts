import type { Generated } from 'kysely';

/**
 * Rows as both databases hold them. Times are Unix milliseconds, truth is 0 or 1, lists and objects
 * are JSON text; ids are positive integers that JavaScript holds exactly.
 */
export interface Tables {
  sites: SiteTable;
  agents: AgentTable;
  memberships: MembershipTable;
  sessions: SessionTable;
  visitors: VisitorTable;
  visitor_tokens: VisitorTokenTable;
  conversations: ConversationTable;
  messages: MessageTable;
  attachments: AttachmentTable;
  loose_files: LooseFileTable;
  jobs: JobTable;
  settings: SettingTable;
  mail_quotas: MailQuotaTable;
  labels: LabelTable;
  teams: TeamTable;
  team_members: TeamMemberTable;
  mentions: MentionTable;
  saved_views: SavedViewTable;
  visitor_pages: VisitorPageTable;
  visitor_notes: VisitorNoteTable;
  push_subscriptions: PushSubscriptionTable;
  agent_notifications: AgentNotificationTable;
  waits_mailed: WaitMailedTable;
  audit: AuditTable;
  imports: ImportTable;
  recovery_codes: RecoveryCodeTable;
  invitations: InvitationTable;
  canned_replies: CannedReplyTable;
  webhooks: WebhookTable;
  webhook_deliveries: WebhookDeliveryTable;
}

/** What was brought over from another product, by its key there. */
export interface ImportTable {
  site_id: number;
  key: string;
  /** A visitor or a conversation, as the key says; perhaps gone. */
  target_id: number;
}

export interface SiteTable {
  id: Generated<number>;
  /** Public: it stands in the embedding page. */
  token: string;
  name: string;
  /** JSON: origins. */
  allowed_origins: string;
  /** JSON: what differs from the default. */
  settings: string;
  /** How long a resolved conversation is reopened by its visitor's next message. */
  reopen_window_ms: number;
  /** Shared with the site's own backend, which signs identity tokens by it. */
  identity_secret: string;
  created_at: number;
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

export interface CannedReplyTable {
  id: Generated<number>;
  site_id: number;
  /** Whose own it is; null: everybody's on the site. */
  agent_id: number | null;
  shortcut: string;
  /** Lower case; unique among those of the site, and among those of each agent. */
  shortcut_key: string;
  text: string;
  created_at: number;
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

export interface MembershipTable {
  site_id: number;
  agent_id: number;
  role: string;
  created_at: number;
  /** The number of the last conversation that was given in turn; 0: none. */
  turn: Generated<number>;
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

export interface VisitorTable {
  id: Generated<number>;
  site_id: number;
  name: string | null;
  email: string | null;
  /** Lower case, for look-ups. */
  email_key: string | null;
  /** Who the site's backend says this is; unique within the site. Null: nobody vouched. */
  identity: string | null;
  /** Whether the backend vouched for `email`. */
  email_verified: number;
  locale: string | null;
  /** JSON: the page last seen on. */
  page: string | null;
  /** JSON: what the site says of its visitor; null: nothing. */
  attributes: string | null;
  created_at: number;
  last_seen_at: number;
  /** Of the browser last seen. */
  user_agent: string | null;
  time_zone: string | null;
  /** Null: what it writes is taken. */
  blocked_at: number | null;
}

/** Where a visitor was; the newest few are kept. */
export interface VisitorPageTable {
  id: Generated<number>;
  visitor_id: number;
  url: string;
  title: string | null;
  seen_at: number;
}

/** What agents note of a visitor. */
export interface VisitorNoteTable {
  id: Generated<number>;
  visitor_id: number;
  /** Null: that agent is gone. */
  agent_id: number | null;
  agent_name: string;
  text: string;
  created_at: number;
}

/** One for each browser: several may lead to one person, once the identity is verified. */
export interface VisitorTokenTable {
  /** SHA-256 of the token. */
  token_hash: string;
  site_id: number;
  visitor_id: number;
  created_at: number;
}

/** `v_` columns count in the visitor stream, `a_` columns in the agent stream. */
export interface ConversationTable {
  id: Generated<number>;
  site_id: number;
  visitor_id: number;
  status: string;
  category: string;
  assignee_id: number | null;
  /** JSON: names. */
  labels: string;
  /** The highest place given out. */
  v_head: number;
  a_head: number;
  /** The newest message of the agents' side that the visitor has read. */
  v_visitor_read: number;
  a_visitor_read: number;
  /** The newest message of the visitor that an agent has read. */
  v_agent_read: number;
  a_agent_read: number;
  /** Place of the newest message in the agent stream; 0: none. */
  a_last_message: number;
  created_at: number;
  last_activity_at: number;
  waiting_since: number | null;
  resolved_at: number | null;
  /** 1 to 5. */
  rating: number | null;
  rating_comment: string | null;
  rated_at: number | null;
  /** 0, none, to 4, urgent. */
  priority: Generated<number>;
  /** When a snoozed one wakes by itself; null: at the visitor's next message. */
  snoozed_until: number | null;
  team_id: number | null;
}

export interface MessageTable {
  id: Generated<number>;
  site_id: number;
  conversation_id: number;
  /** Null in both: a note, which has no place in the visitor stream. */
  v_seq: number | null;
  v_changed_seq: number | null;
  a_seq: number;
  a_changed_seq: number;
  sender_type: string;
  /** Id of a visitor or an agent; 0 for bots and the system. */
  sender_id: number;
  sender_name: string | null;
  client_message_id: string | null;
  /** Of the request that made it: tells a repeat from a conflict, also after edits (SYNC-2). */
  request_hash: string;
  private: number;
  text: string;
  created_at: number;
  edited_at: number | null;
  deleted_at: number | null;
}

export interface AttachmentTable {
  id: Generated<number>;
  site_id: number;
  conversation_id: number;
  message_id: number;
  /** Order within the message. */
  position: number;
  name: string;
  type: string;
  size_bytes: number;
  kind: string;
  /** JSON: duration, waveform, dimensions, thumbnail. */
  meta: string;
  /** Where the content lies. */
  storage_key: string;
  created_at: number;
}

/** A file that no message holds: it is removed then, unless a message takes it before. */
export interface LooseFileTable {
  storage_key: string;
  remove_at: number;
}

export interface JobTable {
  id: Generated<number>;
  kind: string;
  /** Jobs of one key are worked in the order of their ids. */
  queue_key: string;
  /** JSON. */
  payload: string;
  attempts: number;
  run_at: number;
  /** A worker holds it until then. */
  locked_until: number | null;
  last_error: string | null;
  created_at: number;
}

export interface MailQuotaTable {
  /** `address:` and the hash of it, or `site:` and its id. */
  key: string;
  count: number;
  /** Of the day that is counted. */
  began_at: number;
}

/** Names of then: what they name may be gone. */
export interface AuditTable {
  id: Generated<number>;
  site_id: number | null;
  agent_id: number | null;
  agent_name: string;
  action: string;
  target: string;
  address: string;
  created_at: number;
}

export interface SettingTable {
  key: string;
  value: string;
  updated_at: number;
}

/** What a site puts on its conversations, which carry the name itself. */
export interface LabelTable {
  id: Generated<number>;
  site_id: number;
  /** Unique within the site. */
  name: string;
  /** A name of the palette. */
  color: string;
  created_at: number;
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

/** An agent who was named in a note and has not seen it yet. */
export interface MentionTable {
  agent_id: number;
  conversation_id: number;
  message_id: number;
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
}

/** Only of those who changed something. */
export interface AgentNotificationTable {
  agent_id: number;
  /** JSON: what differs from the default. */
  settings: string;
  updated_at: number;
}

/** Waits of visitors of which an agent was told by mail. */
export interface WaitMailedTable {
  agent_id: number;
  conversation_id: number;
  waiting_since: number;
}

export interface SavedViewTable {
  id: Generated<number>;
  agent_id: number;
  name: string;
  /** JSON: filters and order, as they stand in the address of the inbox. */
  query: string;
  created_at: number;
}

export interface WebhookTable {
  id: Generated<number>;
  /** Null: all sites that its maker manages, as that is at each change. */
  site_id: number | null;
  /** Who made it. */
  agent_id: number;
  url: string;
  /** JSON: names of events. */
  events: string;
  /** `whsec_` and base64. */
  secret: string;
  /** The one before, and until when it signs as well. */
  old_secret: string | null;
  old_secret_until: number | null;
  /** Since when nothing was taken. */
  failing_since: number | null;
  /** Why and since when it is off; null: it is on. */
  off: string | null;
  off_at: number | null;
  created_at: number;
}

/** One event on its way to one webhook, or what became of it. */
export interface WebhookDeliveryTable {
  id: Generated<number>;
  webhook_id: number;
  /** Null: of a test. */
  site_id: number | null;
  /** Whom it is about, so that it goes when the visitor is erased; null: it says nothing of anybody. */
  visitor_id: number | null;
  event: string;
  /** JSON, as it is sent. */
  payload: string;
  /** `waiting`, `delivered` or `failed`. */
  state: string;
  /** All there were. */
  attempts: number;
  /** Those since it was queued, or queued again. */
  retries: number;
  created_at: number;
  next_at: number | null;
  tried_at: number | null;
  status: number | null;
  took_ms: number | null;
  error: string | null;
  answer: string | null;
}
