import { recordOfServer } from '../audit/audit.commands.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { enqueue, withdrawQueues } from '../job/job.commands.ts';
import {
  insertDelivery,
  lockDelivery,
  lockFailed,
  pruneDeliveries,
  updateDelivery,
} from './delivery.store.ts';
import {
  besideQueue,
  hookQueue,
  WEBHOOK,
  WEBHOOK_BESIDE,
  type WebhookJob,
} from './hear.commands.ts';
import {
  type DeliveryRow,
  FAILING_MAX_MS,
  isGone,
  isTaken,
  type Outcome,
  pause_ms,
  payloadText,
  TEST_EVENT,
  type WebhookRow,
} from './webhook.ts';
import { lockWebhook, selectMaker, selectManagers, updateWebhook } from './webhook.store.ts';

/** Somebody is told that a webhook was switched off. */
export const WEBHOOK_OFF = 'webhook:off';

export interface WebhookOffJob {
  readonly email: string;
  readonly url: string;
  readonly off: 'failing' | 'gone';
  /** What the agent chose; null: nothing. Absent in jobs of older servers, as is the site. */
  readonly locale?: string | null;
  /** Null: it is the agent's own, of all its sites. */
  readonly siteId?: number | null;
}

/** Of each webhook, of those that came to an end. */
const DELIVERIES_KEPT = 200;

const retryQueue = ({ id, webhook_id }: DeliveryRow): string => besideQueue(webhook_id, id);

/** A transaction: what came of an attempt, and what follows from it. */
export function* settleDelivery(
  sql: Sql,
  input: {
    job: WebhookJob;
    /** Null: it was not tried, since its webhook is off. */
    outcome: Outcome | null;
    now_ms: number;
    /** From 0 to 1. */
    random: number;
    /** Whether somebody can be told by mail. */
    mails: boolean;
  },
) {
  const { job, outcome, now_ms } = input;
  const before = yield* first(lockDelivery(sql, { id: job.deliveryId }));
  // Erased, or tried by somebody else meanwhile.
  if (before?.state !== 'waiting' || before.attempts !== job.attempts) return;
  const settled = settle(before, outcome, now_ms, input.random);
  const [row = before] = yield* all(updateDelivery(sql, settled));
  if (row.next_at !== null) {
    const payload = { deliveryId: row.id, attempts: row.attempts } satisfies WebhookJob;
    const queueKey = retryQueue(row);
    const again = { kind: WEBHOOK_BESIDE, queueKey, payload, runAt_ms: row.next_at };
    yield* enqueue(sql, [again], now_ms);
  }
  if (outcome !== null) yield* judge(sql, row, outcome, input);
  yield* run(pruneDeliveries(sql, { webhook_id: row.webhook_id, keep: DELIVERIES_KEPT }));
}

/** Pure. */
function settle(
  before: DeliveryRow,
  outcome: Outcome | null,
  now_ms: number,
  random: number,
): DeliveryRow {
  if (outcome === null) {
    return { ...before, state: 'failed', next_at: null, error: 'The webhook is off' };
  }
  const answered = outcome.state === 'answered' ? outcome : null;
  const retries = before.retries + 1;
  const isOver = isTaken(outcome) || isGone(outcome) || before.event === TEST_EVENT;
  const wait_ms = isOver ? null : pause_ms(retries, outcome, random);
  return {
    ...before,
    state: isTaken(outcome) ? 'delivered' : wait_ms === null ? 'failed' : 'waiting',
    attempts: before.attempts + 1,
    retries,
    next_at: wait_ms === null ? null : now_ms + wait_ms,
    tried_at: now_ms,
    status: answered?.status ?? null,
    took_ms: outcome.took_ms,
    error: outcome.state === 'failed' ? outcome.error : null,
    answer: answered?.answer ?? null,
  };
}

/** What an attempt says of the webhook itself. */
function* judge(
  sql: Sql,
  delivery: DeliveryRow,
  outcome: Outcome,
  { now_ms, mails }: { now_ms: number; mails: boolean },
) {
  const hook = yield* first(lockWebhook(sql, { id: delivery.webhook_id }));
  if (hook === undefined) return;
  if (isTaken(outcome)) {
    if (hook.failing_since !== null)
      yield* run(updateWebhook(sql, { ...hook, failing_since: null }));
    return;
  }
  // Somebody tries what may not be ready yet.
  if (delivery.event === TEST_EVENT) return;
  const failing_since = hook.failing_since ?? now_ms;
  const isLost = delivery.state === 'failed' && now_ms - failing_since >= FAILING_MAX_MS;
  const off = isGone(outcome) ? 'gone' : isLost ? 'failing' : null;
  if (off === null || hook.off !== null) {
    yield* run(updateWebhook(sql, { ...hook, failing_since }));
    return;
  }
  yield* run(updateWebhook(sql, { ...hook, failing_since, off, off_at: now_ms }));
  yield* tellOff(sql, hook, off, { now_ms, mails });
}

function* tellOff(
  sql: Sql,
  { id, site_id, agent_id, url }: WebhookRow,
  off: WebhookOffJob['off'],
  { now_ms, mails }: { now_ms: number; mails: boolean },
) {
  const deed = { siteId: site_id, action: 'webhook.disabled', target: url } as const;
  yield* recordOfServer(sql, deed, { agentId: site_id === null ? agent_id : null, at_ms: now_ms });
  if (!mails) return;
  const people = yield* all(
    site_id === null ? selectMaker(sql, { agent_id }) : selectManagers(sql, { site_id }),
  );
  const jobs = people.map(({ id: agent, email, locale }) => ({
    kind: WEBHOOK_OFF,
    // One whose mailbox is full holds up nobody.
    queueKey: `webhook:off:${id}:${agent}`,
    payload: { email, url, off, locale, siteId: site_id } satisfies WebhookOffJob,
  }));
  yield* enqueue(sql, jobs, now_ms);
}

/** Within a transaction that holds the webhook: something to try it with, told nobody else. */
export function* queueTest(sql: Sql, webhookId: number, now_ms: number) {
  const data = { message: 'This is a test of a webhook of Parley.' };
  const row = yield* first(
    insertDelivery(sql, {
      webhook_id: webhookId,
      site_id: null,
      visitor_id: null,
      event: TEST_EVENT,
      payload: payloadText(TEST_EVENT, data, now_ms),
      created_at: now_ms,
    }),
  );
  if (row === undefined) throw new Error('The inserted delivery was not returned');
  yield* queueNow(sql, row, retryQueue(row), now_ms);
  return row;
}

/** Within a transaction that holds the webhook: one goes out again, now; null: there is no such one. */
export function* queueAgain(sql: Sql, webhookId: number, deliveryId: number, now_ms: number) {
  const row = yield* first(lockDelivery(sql, { id: deliveryId }));
  if (row?.webhook_id !== webhookId) return null;
  // It is under way already, in its turn.
  if (row.state === 'waiting' && row.attempts === 0) return row;
  yield* withdrawQueues(sql, [retryQueue(row)]);
  return yield* requeue(sql, row, retryQueue(row), now_ms);
}

/** Within a transaction that holds the webhook: all that failed, in its order. How many there are. */
export function* queueFailed(sql: Sql, webhookId: number, now_ms: number) {
  const rows = yield* all(lockFailed(sql, { webhook_id: webhookId }));
  for (const row of rows) yield* requeue(sql, row, hookQueue(webhookId), now_ms);
  return rows.length;
}

function* requeue(sql: Sql, row: DeliveryRow, queueKey: string, now_ms: number) {
  const anew = { ...row, state: 'waiting', retries: 0, next_at: now_ms };
  const [queued = row] = yield* all(updateDelivery(sql, anew));
  yield* queueNow(sql, queued, queueKey, now_ms);
  return queued;
}

function* queueNow(sql: Sql, { id, attempts }: DeliveryRow, queueKey: string, now_ms: number) {
  const payload = { deliveryId: id, attempts } satisfies WebhookJob;
  yield* enqueue(sql, [{ kind: WEBHOOK, queueKey, payload }], now_ms);
}
