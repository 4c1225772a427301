import { z } from 'zod/mini';
import { success } from './api-visitor.ts';
import { Conversation } from './conversation.ts';
import { LIMITS } from './limit.ts';
import { Message } from './message.ts';
import { DateTime, Id, Timestamp } from './primitive.ts';
import { Attributes, Visitor } from './visitor.ts';

/** What a webhook may hear of. One change is one event: what is resolved is not also updated. */
export const WebhookEvent = z.enum([
  'conversation.created',
  'conversation.updated',
  'conversation.resolved',
  'conversation.rated',
  'message.created',
  'message.updated',
  'visitor.updated',
  'visitor.erased',
]);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

const about = { site_id: Id, conversation: Conversation };

const payload = <const T extends string, D extends z.core.$ZodType>(type: T, data: D) =>
  z.object({
    type: z.literal(type),
    /** When it happened, in ISO 8601. */
    timestamp: z.string(),
    data,
  });

/** What is sent, by its `type`: conversations and messages as agents see them, notes included. */
export const WEBHOOK_PAYLOADS = {
  'conversation.created': payload('conversation.created', z.object(about)),
  'conversation.updated': payload('conversation.updated', z.object(about)),
  'conversation.resolved': payload('conversation.resolved', z.object(about)),
  'conversation.rated': payload('conversation.rated', z.object(about)),
  'message.created': payload('message.created', z.object({ ...about, message: Message })),
  'message.updated': payload('message.updated', z.object({ ...about, message: Message })),
  'visitor.updated': payload(
    'visitor.updated',
    z.object({ site_id: Id, visitor: Visitor, attributes: Attributes, blocked: z.boolean() }),
  ),
  'visitor.erased': payload(
    'visitor.erased',
    z.object({ site_id: Id, visitor: z.object({ id: Id }) }),
  ),
  'webhook.test': payload('webhook.test', z.object({ message: z.string() })),
} as const;

/** With neither a name nor a password before the host, and no `#`. */
const WebhookUrl = z
  .url({
    protocol: /^https?$/,
    error: 'must be an address that begins with https:// or http://',
  })
  .check(
    z.maxLength(LIMITS.pageUrl_chars),
    z.regex(/^https?:\/\/[^/?#@\\\s]+(?:[/?][^#]*)?$/i, {
      error: 'must have no name, password or # in it',
    }),
  );

const Events = z
  .array(WebhookEvent)
  .check(z.minLength(1), z.maxLength(WebhookEvent.options.length));

/** Why a webhook hears of nothing. */
export const WebhookOff = z.enum([
  /** Somebody switched it off. */
  'by_hand',
  /** Nothing was taken for three days. */
  'failing',
  /** The other side answered 410 Gone. */
  'gone',
]);
export type WebhookOff = z.infer<typeof WebhookOff>;

export const Webhook = z.object({
  id: Id,
  /** Null: of all sites that its maker manages. */
  site_id: z.nullable(Id),
  url: z.string(),
  events: z.array(WebhookEvent),
  /** Null: it is on. */
  off: z.nullable(WebhookOff),
  off_at: z.nullable(Timestamp),
  /** Since when nothing was taken; null: the last delivery was. */
  failing_since: z.nullable(Timestamp),
  /** Until when what is sent is signed with the former secret as well; null: it is not. */
  old_secret_until: z.nullable(Timestamp),
  created_at: DateTime,
});
export type Webhook = z.infer<typeof Webhook>;

export const WebhookRequest = z.object({
  /** Absent or null: all sites that one manages. */
  site_id: z.optional(z.nullable(Id)),
  url: WebhookUrl,
  events: Events,
});
export type WebhookRequest = z.infer<typeof WebhookRequest>;

export const WebhookPatch = z.object({
  url: z.optional(WebhookUrl),
  events: z.optional(Events),
  on: z.optional(z.boolean()),
});
export type WebhookPatch = z.infer<typeof WebhookPatch>;

export const WebhooksAnswer = z.object({ ...success, webhooks: z.array(Webhook) });
export type WebhooksAnswer = z.infer<typeof WebhooksAnswer>;

export const WebhookAnswer = z.object({ ...success, webhook: Webhook });
export type WebhookAnswer = z.infer<typeof WebhookAnswer>;

/** The secret is told here alone: `whsec_` and base64. */
export const WebhookSecretAnswer = z.object({ ...success, webhook: Webhook, secret: z.string() });
export type WebhookSecretAnswer = z.infer<typeof WebhookSecretAnswer>;

export const DeliveryState = z.enum(['waiting', 'delivered', 'failed']);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** One event on its way to one webhook, with what came of the last attempt. */
export const WebhookDelivery = z.object({
  id: Id,
  /** The `webhook-id`: the same at each attempt. */
  webhook_id: z.string(),
  event: z.string(),
  state: DeliveryState,
  attempts: z.int(),
  created_at: Timestamp,
  /** Null: not yet. */
  tried_at: z.nullable(Timestamp),
  /** When it is tried again; null: it is not. */
  next_at: z.nullable(Timestamp),
  /** Null: there was no answer. */
  status: z.nullable(z.int()),
  took_ms: z.nullable(z.int()),
  /** Why there was none. */
  error: z.nullable(z.string()),
  /** The beginning of it. */
  answer: z.nullable(z.string()),
  /** JSON, as it is sent. */
  payload: z.string(),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const WebhookDeliveriesQuery = z.object({
  state: z.optional(DeliveryState),
  before: z.optional(z.coerce.number().check(z.int(), z.positive())),
});
export type WebhookDeliveriesQuery = z.infer<typeof WebhookDeliveriesQuery>;

/** Newest first; ask on with the last one's id as `before`. */
export const WebhookDeliveriesAnswer = z.object({
  ...success,
  deliveries: z.array(WebhookDelivery),
  has_more: z.boolean(),
});
export type WebhookDeliveriesAnswer = z.infer<typeof WebhookDeliveriesAnswer>;

/** How many go out again. */
export const WebhookReplayAnswer = z.object({ ...success, replayed: z.int() });
export type WebhookReplayAnswer = z.infer<typeof WebhookReplayAnswer>;
