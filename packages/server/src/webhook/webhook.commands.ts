import type { Webhook, WebhookDelivery, WebhookPatch, WebhookRequest } from '@parley/protocol';
import { LIMITS } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { managedSite } from '../agent/managed-site.ts';
import { AppError } from '../app-error.ts';
import { record } from '../audit/audit.commands.ts';
import type { By } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { first, run, type Sql } from '../database/database.ts';
import { managedSomewhere, requireManaged } from './managed-webhook.ts';
import { queueAgain, queueFailed, queueTest } from './delivery.commands.ts';
import { eventsOf, OLD_SECRET_MS, presentDelivery, presentWebhook } from './webhook.ts';
import {
  countWebhooksOfAgent,
  countWebhooksOfSite,
  insertWebhook,
  lockWebhook,
  removeWebhook,
  updateSecret,
  updateWebhook,
} from './webhook.store.ts';

/** Each throws AppError `not_found` where the agent has nothing to do with it, `forbidden` for a role. */
export interface WebhookCommands {
  /** @throws AppError `too_many` */
  create(actor: AgentActor, hook: WebhookRequest, by: By): Promise<WithSecret>;
  change(actor: AgentActor, id: number, patch: WebhookPatch, by: By): Promise<Webhook>;
  remove(actor: AgentActor, id: number, by: By): Promise<void>;
  /** The former one signs as well for a day. */
  renewSecret(actor: AgentActor, id: number, by: By): Promise<WithSecret>;
  test(actor: AgentActor, id: number, by: By): Promise<WebhookDelivery>;
  /** Of one, or of all that failed; how many they are. */
  replay(actor: AgentActor, id: number, deliveryId: number | null, by: By): Promise<number>;
}

interface WithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

export interface WebhookCommandsOptions extends Pick<Context, 'database'> {
  /** 256 bits as `whsec_` and base64. */
  readonly newSecret: () => string;
  /** There may be one that listens now. */
  readonly onChanged: () => void;
  /** There are jobs. */
  readonly onJob: () => void;
}

export function createWebhookCommands(options: WebhookCommandsOptions): WebhookCommands {
  const { database, newSecret, onChanged, onJob } = options;
  return {
    async create(actor, request, by) {
      const secret = newSecret();
      const webhook = await database.write(createWebhook, { actor, request, secret, by });
      onChanged();
      return { webhook, secret };
    },
    async change(actor, id, patch, by) {
      const webhook = await database.write(changeWebhook, { actor, id, patch, by });
      onChanged();
      return webhook;
    },
    remove: (actor, id, by) => database.write(dropWebhook, { actor, id, by }),
    async renewSecret(actor, id, by) {
      const secret = newSecret();
      const webhook = await database.write(renewWebhookSecret, { actor, id, secret, by });
      return { webhook, secret };
    },
    async test(actor, id, by) {
      const delivery = await database.write(testWebhook, { actor, id, by });
      onJob();
      return delivery;
    },
    async replay(actor, id, deliveryId, by) {
      const count = await database.write(replayDeliveries, { actor, id, deliveryId, by });
      onJob();
      return count;
    },
  };
}

/** A transaction. */
export function* createWebhook(
  sql: Sql,
  input: { actor: AgentActor; request: WebhookRequest; secret: string; by: By },
) {
  const { actor, request, secret, by } = input;
  const { site_id = null, url } = request;
  if (site_id === null) managedSomewhere(actor);
  else managedSite(actor, site_id, 'webhooks.manage');
  const { agentId: agent_id } = actor;
  const counted =
    site_id === null
      ? countWebhooksOfAgent(sql, { agent_id })
      : countWebhooksOfSite(sql, { site_id });
  const count = (yield* first(counted))?.count ?? 0;
  if (count >= LIMITS.webhooksPerSite) {
    throw new AppError('too_many', `There may be ${LIMITS.webhooksPerSite} webhooks.`);
  }
  const events = JSON.stringify([...new Set(request.events)]);
  const created_at = by.at_ms;
  const row = yield* first(
    insertWebhook(sql, { site_id, agent_id, url, events, secret, created_at }),
  );
  if (row === undefined) throw new Error('The inserted webhook was not returned');
  yield* record(sql, by, { siteId: site_id, action: 'webhook.created', target: url });
  return presentWebhook(row, by.at_ms);
}

/** A transaction. */
export function* changeWebhook(
  sql: Sql,
  input: { actor: AgentActor; id: number; patch: WebhookPatch; by: By },
) {
  const { actor, id, patch, by } = input;
  const row = yield* managed(sql, actor, id);
  const isOn = patch.on ?? row.off === null;
  const off = isOn ? null : (row.off ?? 'by_hand');
  const changed = yield* first(
    updateWebhook(sql, {
      id,
      url: patch.url ?? row.url,
      events: JSON.stringify([...new Set(patch.events ?? eventsOf(row))]),
      off,
      off_at: isOn ? null : (row.off_at ?? by.at_ms),
      // Whoever switches it on has mended something.
      failing_since: patch.on === true ? null : row.failing_since,
    }),
  );
  yield* record(sql, by, {
    siteId: row.site_id,
    action: 'webhook.changed',
    target: changed?.url ?? row.url,
  });
  return presentWebhook(changed ?? row, by.at_ms);
}

/** A transaction. What waits to be delivered goes with it. */
export function* dropWebhook(
  sql: Sql,
  { actor, id, by }: { actor: AgentActor; id: number; by: By },
) {
  const row = yield* managed(sql, actor, id);
  yield* run(removeWebhook(sql, { id }));
  yield* record(sql, by, { siteId: row.site_id, action: 'webhook.deleted', target: row.url });
}

/** A transaction. */
export function* renewWebhookSecret(
  sql: Sql,
  input: { actor: AgentActor; id: number; secret: string; by: By },
) {
  const { actor, id, secret, by } = input;
  const row = yield* managed(sql, actor, id);
  const old_secret_until = by.at_ms + OLD_SECRET_MS;
  const changed = yield* first(
    updateSecret(sql, { id, secret, old_secret: row.secret, old_secret_until }),
  );
  const { site_id: siteId, url: target } = row;
  yield* record(sql, by, { siteId, action: 'webhook.secret_renewed', target });
  return presentWebhook(changed ?? row, by.at_ms);
}

/** A transaction. */
export function* testWebhook(
  sql: Sql,
  { actor, id, by }: { actor: AgentActor; id: number; by: By },
) {
  yield* managed(sql, actor, id);
  return presentDelivery(yield* queueTest(sql, id, by.at_ms));
}

/** A transaction. */
export function* replayDeliveries(
  sql: Sql,
  input: { actor: AgentActor; id: number; deliveryId: number | null; by: By },
) {
  const { actor, id, deliveryId, by } = input;
  yield* managed(sql, actor, id);
  if (deliveryId === null) return yield* queueFailed(sql, id, by.at_ms);
  const row = yield* queueAgain(sql, id, deliveryId, by.at_ms);
  if (row === null) throw new AppError('not_found', 'There is no such delivery.');
  return 1;
}

/** Held. One for all sites is its maker's alone: nobody else manages the same ones. */
function* managed(sql: Sql, actor: AgentActor, id: number) {
  return requireManaged(actor, yield* first(lockWebhook(sql, { id })));
}
