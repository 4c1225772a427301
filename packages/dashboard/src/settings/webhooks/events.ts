import type { WebhookEvent } from '@parley/protocol';

/** In the order in which they are offered; typed so that none is missing. */
const ORDER: Readonly<Record<WebhookEvent, true>> = {
  'message.created': true,
  'message.updated': true,
  'conversation.created': true,
  'conversation.updated': true,
  'conversation.resolved': true,
  'conversation.rated': true,
  'visitor.updated': true,
  'visitor.erased': true,
};
export const EVENTS = Object.keys(ORDER) as readonly WebhookEvent[];

/** Of queries. */
export const LIST = 'webhooks';
export const LOG = 'webhook-deliveries';
