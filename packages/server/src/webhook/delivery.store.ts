import type { Insertable, Selectable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { lock, prepared } from '../database/sql.ts';
import type { WebhookDeliveryTable } from '../database/tables/sites.ts';

export const insertDelivery = prepared(
  (
    sql,
    values: Pick<
      Insertable<WebhookDeliveryTable>,
      'webhook_id' | 'site_id' | 'visitor_id' | 'event' | 'payload' | 'created_at'
    >,
  ) =>
    sql.db
      .insertInto('webhook_deliveries')
      .values({
        webhook_id: values.webhook_id,
        site_id: values.site_id,
        visitor_id: values.visitor_id,
        event: values.event,
        payload: values.payload,
        state: 'waiting',
        attempts: 0,
        retries: 0,
        created_at: values.created_at,
        next_at: values.created_at,
      })
      .returningAll(),
);

export const selectDelivery = prepared((sql, values: { id: number }) =>
  sql.db.selectFrom('webhook_deliveries').selectAll().where('id', '=', values.id),
);

export const lockDelivery = prepared((sql, values: { id: number }) =>
  lock(sql, sql.db.selectFrom('webhook_deliveries').selectAll().where('id', '=', values.id)),
);

export const updateDelivery = prepared(
  (
    sql,
    values: Pick<
      Selectable<WebhookDeliveryTable>,
      | 'id'
      | 'state'
      | 'attempts'
      | 'retries'
      | 'next_at'
      | 'tried_at'
      | 'status'
      | 'took_ms'
      | 'error'
      | 'answer'
    >,
  ) =>
    sql.db
      .updateTable('webhook_deliveries')
      .set({
        state: values.state,
        attempts: values.attempts,
        retries: values.retries,
        next_at: values.next_at,
        tried_at: values.tried_at,
        status: values.status,
        took_ms: values.took_ms,
        error: values.error,
        answer: values.answer,
      })
      .where('id', '=', values.id)
      .returningAll(),
);

/** Newest first; those about these sites, and tests. */
export const selectDeliveries = (
  sql: Sql,
  values: {
    webhookId: number;
    siteIds: readonly number[];
    state: string | undefined;
    before: number | undefined;
    limit: number;
  },
) => {
  let query = sql.db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', values.webhookId)
    .where((of) => {
      const none = of('site_id', 'is', null);
      return values.siteIds.length === 0
        ? none
        : of.or([none, of('site_id', 'in', values.siteIds)]);
    });
  if (values.state !== undefined) query = query.where('state', '=', values.state);
  if (values.before !== undefined) query = query.where('id', '<', values.before);
  return query.orderBy('id', 'desc').limit(values.limit).compile();
};

/** In the order in which they came. */
export const lockFailed = prepared((sql, values: { webhook_id: number }) =>
  lock(
    sql,
    sql.db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('webhook_id', '=', values.webhook_id)
      .where('state', '=', 'failed')
      .orderBy('id'),
  ),
);

/** All but the newest that came to an end. What is still to be delivered stays. */
export const pruneDeliveries = prepared((sql, values: { webhook_id: number; keep: number }) =>
  sql.db
    .deleteFrom('webhook_deliveries')
    .where('webhook_id', '=', values.webhook_id)
    .where('state', '!=', 'waiting')
    .where('id', '<=', (of) =>
      of
        .selectFrom('webhook_deliveries as kept')
        .select('kept.id')
        .where('kept.webhook_id', '=', values.webhook_id)
        .where('kept.state', '!=', 'waiting')
        .orderBy('kept.id', 'desc')
        .limit(1)
        .offset(values.keep),
    ),
);

export const removeOldDeliveries = prepared((sql, values: { before: number }) =>
  sql.db
    .deleteFrom('webhook_deliveries')
    .where('state', '!=', 'waiting')
    .where('created_at', '<', values.before),
);

export const removeDeliveriesAbout = prepared((sql, values: { visitor_id: number }) =>
  sql.db.deleteFrom('webhook_deliveries').where('visitor_id', '=', values.visitor_id),
);

export const moveDeliveriesAbout = prepared((sql, values: { from_id: number; to_id: number }) =>
  sql.db
    .updateTable('webhook_deliveries')
    .set({ visitor_id: values.to_id })
    .where('visitor_id', '=', values.from_id),
);
