import {
  roleMay,
  type Webhook,
  type WebhookDeliveriesQuery,
  type WebhookDelivery,
} from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { selectDeliveries, selectDelivery } from './delivery.store.ts';
import { requireManaged } from './managed-webhook.ts';
import { type DeliveryRow, presentDelivery, presentWebhook, type WebhookRow } from './webhook.ts';
import { selectAnyWebhook, selectWebhook, selectWebhooks } from './webhook.store.ts';

export interface WebhookQueries {
  /** Of these sites, and those that the agent made for all of its own. */
  list(siteIds: readonly number[], agentId: number): Promise<Webhook[]>;
  /** Newest first. @throws AppError `not_found`, `forbidden` */
  deliveries(
    actor: AgentActor,
    id: number,
    of: WebhookDeliveriesQuery,
  ): Promise<{ deliveries: WebhookDelivery[]; has_more: boolean }>;
  /** A delivery with its webhook; null: it is gone. */
  delivery(id: number): Promise<{ delivery: DeliveryRow; hook: WebhookRow } | null>;
  /** Whether there is any that is on. */
  any(): Promise<boolean>;
}

const PAGE = 20;

export function createWebhookQueries({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): WebhookQueries {
  const { sql } = database;
  const find = async (id: number): Promise<WebhookRow | undefined> =>
    (await database.query(selectWebhook(sql, { id })))[0];
  return {
    async list(siteIds, agentId) {
      const rows = await database.query(selectWebhooks(sql, { siteIds, agentId }));
      return rows.map((row) => presentWebhook(row, clock.now_ms()));
    },
    async deliveries(actor, id, { state, before }) {
      requireManaged(actor, await find(id));
      // What one for all sites was told of a site is for who still manages that.
      const siteIds = actor.siteIds.filter((site) => {
        const role = actor.roles.get(site);
        return role !== undefined && roleMay(role, 'webhooks.manage');
      });
      const of = { webhookId: id, siteIds, state, before, limit: PAGE + 1 };
      const rows = await database.query(selectDeliveries(sql, of));
      return { deliveries: rows.slice(0, PAGE).map(presentDelivery), has_more: rows.length > PAGE };
    },
    async delivery(id) {
      const [delivery] = await database.query(selectDelivery(sql, { id }));
      const hook = delivery && (await find(delivery.webhook_id));
      return hook === undefined || delivery === undefined ? null : { delivery, hook };
    },
    async any() {
      return (await database.query(selectAnyWebhook(sql, {}))).length > 0;
    },
  };
}
