import type { Generated } from 'kysely';

/** What belongs to a site, and what it is set up with. */
export interface SiteTables {
  sites: SiteTable;
  consent_texts: ConsentTextTable;
  labels: LabelTable;
  canned_replies: CannedReplyTable;
  webhooks: WebhookTable;
  webhook_deliveries: WebhookDeliveryTable;
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
  /** Of the text that visitors agree to, or were last asked to; 0: never asked. */
  consent_version: Generated<number>;
}

/** Each text that visitors of a site were asked to agree to. */
export interface ConsentTextTable {
  site_id: number;
  /** From 1. */
  version: number;
  /** JSON: see `consentContent`. */
  content: string;
  created_at: number;
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
