import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  formatDateTime,
  type Webhook,
  type WebhookDelivery,
  WebhookEvent,
  type WebhookOff,
} from '@parley/protocol';
import type { Selectable } from 'kysely';
import { z } from 'zod/mini';
import type { WebhookDeliveryTable, WebhookTable } from '../database/tables/sites.ts';

export type WebhookRow = Selectable<WebhookTable>;
export type DeliveryRow = Selectable<WebhookDeliveryTable>;

/** What is sent when somebody tries a webhook; nobody subscribes to it. */
export const TEST_EVENT = 'webhook.test';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses before each further attempt: three days together. */
const PAUSES_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  18 * HOUR_MS,
  22.5 * HOUR_MS,
];

/** A webhook that takes nothing for so long is switched off, when a delivery has come to its end. */
export const FAILING_MAX_MS = 72 * HOUR_MS;
/** How long what is sent is signed with the former secret as well. */
export const OLD_SECRET_MS = 24 * HOUR_MS;
/** What the other side may ask for at most by `Retry-After`. */
const ASKED_MAX_MS = 24 * HOUR_MS;

/** What came of one attempt. */
export type Outcome =
  | {
      readonly state: 'answered';
      readonly status: number;
      /** The beginning of it. */
      readonly answer: string;
      readonly took_ms: number;
      /** What the other side asked for; null: nothing. */
      readonly retryAfter_ms: number | null;
    }
  | { readonly state: 'failed'; readonly error: string; readonly took_ms: number };

export function isTaken(outcome: Outcome): boolean {
  return outcome.state === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

/** The other side wants no more, ever. */
export function isGone(outcome: Outcome): boolean {
  return outcome.state === 'answered' && outcome.status === 410;
}

/**
 * How long to wait before the next attempt; null: there is none.
 * @param retries those that were made, the first one included
 * @param random from 0 to 1: what failed together does not come back together
 */
export function pause_ms(retries: number, outcome: Outcome, random: number): number | null {
  const pause_ms = PAUSES_MS[retries - 1];
  if (pause_ms === undefined) return null;
  const asked_ms = outcome.state === 'answered' ? (outcome.retryAfter_ms ?? 0) : 0;
  const wait_ms = Math.max(pause_ms, Math.min(asked_ms, ASKED_MAX_MS));
  return Math.round(wait_ms * (1 + random / 10));
}

/** The `webhook-id`: the same at each attempt, and another one after a restored backup. */
function messageId({ id, created_at }: Pick<DeliveryRow, 'id' | 'created_at'>): string {
  return `msg_${id}_${created_at.toString(36)}`;
}

/** The headers by which a receiver knows that it is us (standardwebhooks.com). */
export function signedHeaders(
  delivery: Pick<DeliveryRow, 'id' | 'created_at' | 'payload'>,
  secrets: readonly string[],
  now_ms: number,
): Readonly<Record<string, string>> {
  const id = messageId(delivery);
  const timestamp = String(Math.floor(now_ms / 1_000));
  const signed = `${id}.${timestamp}.${delivery.payload}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => `v1,${signature(secret, signed)}`).join(' '),
  };
}

function signature(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(text).digest('base64');
}

/** How far the clocks of both sides may be apart, and how late a signature may come. */
const SIGNED_WITHIN_MS = 5 * 60_000;

/** Whether what somebody sends us is signed in the same way. */
export function isSigned(
  headers: Readonly<Record<string, unknown>>,
  body: string,
  secrets: readonly string[],
  now_ms: number,
): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const given = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof given !== 'string') {
    return false;
  }
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now_ms - Number(timestamp) * 1_000) > SIGNED_WITHIN_MS) return false;
  const expected = secrets.map((secret) =>
    Buffer.from(`v1,${signature(secret, `${id}.${timestamp}.${body}`)}`),
  );
  return given
    .split(' ')
    .map((part) => Buffer.from(part))
    .some((part) =>
      expected.some((right) => right.length === part.length && timingSafeEqual(right, part)),
    );
}

/** Those that sign now: after a renewal both, so that receivers can change theirs in peace. */
export function secretsOf(
  hook: Pick<WebhookRow, 'secret' | 'old_secret' | 'old_secret_until'>,
  now_ms: number,
): readonly string[] {
  const { secret, old_secret, old_secret_until } = hook;
  return old_secret !== null && (old_secret_until ?? 0) > now_ms ? [secret, old_secret] : [secret];
}

/** JSON of what is sent. */
export function payloadText(type: string, data: object, now_ms: number): string {
  return JSON.stringify({ type, timestamp: new Date(now_ms).toISOString(), data });
}

export function eventsOf({ events }: Pick<WebhookRow, 'events'>): WebhookEvent[] {
  return z.parse(z.array(WebhookEvent), JSON.parse(events));
}

export function presentWebhook(row: WebhookRow, now_ms: number): Webhook {
  const { old_secret_until } = row;
  return {
    id: row.id,
    site_id: row.site_id,
    url: row.url,
    events: eventsOf(row),
    off: row.off as WebhookOff | null,
    off_at: seconds(row.off_at),
    failing_since: seconds(row.failing_since),
    old_secret_until:
      old_secret_until !== null && old_secret_until > now_ms ? seconds(old_secret_until) : null,
    created_at: formatDateTime(row.created_at),
  };
}

export function presentDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    webhook_id: messageId(row),
    event: row.event,
    state: row.state as WebhookDelivery['state'],
    attempts: row.attempts,
    created_at: Math.floor(row.created_at / 1_000),
    tried_at: seconds(row.tried_at),
    next_at: seconds(row.next_at),
    status: row.status,
    took_ms: row.took_ms,
    error: row.error,
    answer: row.answer,
    payload: row.payload,
  };
}

function seconds(unix_ms: number | null): number | null {
  return unix_ms === null ? null : Math.floor(unix_ms / 1_000);
}
