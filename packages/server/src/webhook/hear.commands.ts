// What other features' transactions say of their changes, so that webhooks hear of them.
import type { WebhookEvent } from '@parley/protocol';
import { all, run, together, type Sql } from '../database/database.ts';
import { enqueue } from '../job/job.commands.ts';
import { selectJobBeyond } from '../job/job.queries.ts';
import { insertDelivery, moveDeliveriesAbout, removeDeliveriesAbout } from './delivery.store.ts';
import { eventsOf, payloadText } from './webhook.ts';
import { selectListening } from './webhook.store.ts';

/** Of a delivery that is to be tried for the first time, in its turn, or that somebody asked for. */
export const WEBHOOK = 'webhook';
/**
 * Of one that is tried again, or whose receiver is far behind. Of a kind of its own: a receiver that hangs
 * would have all hands full with these, and those of other sites would wait.
 */
export const WEBHOOK_BESIDE = 'webhook:beside';

export interface WebhookJob {
  readonly deliveryId: number;
  /** How often it was tried before: what was tried since is not this job's business any more. */
  readonly attempts: number;
}

/** First attempts of one webhook are made one after another, in the order of what happened. */
export const hookQueue = (webhookId: number): string => `webhook:${webhookId}`;

/** One that is not tried in its turn holds up nothing that comes after it. */
export const besideQueue = (webhookId: number, deliveryId: number): string =>
  `webhook:${webhookId}:${deliveryId}`;

/** So many wait for their turn at most: looking for what is due passes by all that waits behind another. */
const IN_TURN_MAX = 500;

/** What happened, to whose visitor; null: it says nothing of anybody. */
export interface Heard {
  readonly event: WebhookEvent;
  readonly siteId: number;
  readonly visitorId: number | null;
  /** Asked for where somebody listens. */
  readonly data: () => object;
}

/** Part of the transaction of the change: both are committed, or neither. */
export function* hear(
  sql: Sql,
  { event, siteId, visitorId, data }: Heard,
  { hooked, now_ms }: { hooked: boolean; now_ms: number },
) {
  if (!hooked) return;
  const hooks = yield* all(selectListening(sql, { site_id: siteId }));
  const listening = hooks.filter((hook) => eventsOf(hook).includes(event));
  if (listening.length === 0) return;
  const payload = payloadText(event, data(), now_ms);
  const about = { site_id: siteId, visitor_id: visitorId, event, payload, created_at: now_ms };
  const rows = yield* together(
    ...listening.map(({ id }) => insertDelivery(sql, { ...about, webhook_id: id })),
  );
  const behind = yield* together(
    ...listening.map(({ id }) => selectJobBeyond(sql, hookQueue(id), IN_TURN_MAX - 1)),
  );
  const jobs = rows.flat().map(({ id, webhook_id }, index) => {
    const inTurn = behind[index]?.length === 0;
    return {
      kind: inTurn ? WEBHOOK : WEBHOOK_BESIDE,
      queueKey: inTurn ? hookQueue(webhook_id) : besideQueue(webhook_id, id),
      payload: { deliveryId: id, attempts: 0 } satisfies WebhookJob,
    };
  });
  yield* enqueue(sql, jobs, now_ms);
}

/** Within the transaction that erases a visitor: what was or is still to be said of it is gone. */
export function* forgetDeliveries(sql: Sql, visitorId: number) {
  yield* run(removeDeliveriesAbout(sql, { visitor_id: visitorId }));
}

/** Within the transaction that joins two visitors: what is said of one is said of the other. */
export function* moveDeliveries(sql: Sql, { fromId, toId }: { fromId: number; toId: number }) {
  yield* run(moveDeliveriesAbout(sql, { from_id: fromId, to_id: toId }));
}
