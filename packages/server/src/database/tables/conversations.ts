import type { Generated } from 'kysely';

/** Visitors, and what is said. */
export interface ConversationTables {
  visitors: VisitorTable;
  visitor_tokens: VisitorTokenTable;
  visitor_pages: VisitorPageTable;
  visitor_notes: VisitorNoteTable;
  conversations: ConversationTable;
  messages: MessageTable;
  attachments: AttachmentTable;
  loose_files: LooseFileTable;
  mentions: MentionTable;
  waits_mailed: WaitMailedTable;
  answers_mailed: AnswersMailedTable;
  mail_refusals: MailRefusalTable;
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
  /** The text that the visitor agreed to last, and when; null: never asked. */
  consent_version: number | null;
  consented_at: number | null;
}

/** One for each browser: several may lead to one person, once the identity is verified. */
export interface VisitorTokenTable {
  /** SHA-256 of the token. */
  token_hash: string;
  site_id: number;
  visitor_id: number;
  created_at: number;
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
  /** When its content was removed, which its message outlives. */
  removed_at: number | null;
}

/** A file that no message holds: it is removed then, unless a message takes it before. */
export interface LooseFileTable {
  storage_key: string;
  remove_at: number;
}

/** An agent who was named in a note and has not seen it yet. */
export interface MentionTable {
  agent_id: number;
  conversation_id: number;
  message_id: number;
  created_at: number;
}

/** Waits of visitors of which an agent was told by mail. */
export interface WaitMailedTable {
  agent_id: number;
  conversation_id: number;
  waiting_since: number;
}

/** Answers that a visitor who had not seen them was mailed. */
export interface AnswersMailedTable {
  conversation_id: number;
  /** Place of the newest in the visitor stream. */
  up_to: number;
}

/** Who wants no mails about answers of a site. */
export interface MailRefusalTable {
  site_id: number;
  /** SHA-256 of the address, in lower case. */
  address_key: string;
  created_at: number;
}
