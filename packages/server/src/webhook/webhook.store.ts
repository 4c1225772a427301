import type { Insertable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { lock, prepared } from '../database/sql.ts';
import type { WebhookTable } from '../database/tables/sites.ts';

/** Those that hear of a site: its own, and those of all sites whose maker manages this one. */
export const selectListening = prepared((sql, values: { site_id: number }) =>
  sql.db
    .selectFrom('webhooks as w')
    .select(['w.id', 'w.events'])
    .where('w.site_id', '=', values.site_id)
    .where('w.off', 'is', null)
    .unionAll(
      sql.db
        .selectFrom('webhooks as w')
        .innerJoin('memberships as m', 'm.agent_id', 'w.agent_id')
        .innerJoin('agents as a', 'a.id', 'w.agent_id')
        .select(['w.id', 'w.events'])
        .where('w.site_id', 'is', null)
        .where('w.off', 'is', null)
        .where('m.site_id', '=', values.site_id)
        .where('m.role', 'in', ['owner', 'admin'])
        .where('a.disabled', '=', 0),
    ),
);

export const selectAnyWebhook = prepared((sql) =>
  sql.db.selectFrom('webhooks').select('id').where('off', 'is', null).limit(1),
);

/** Of these sites, and what the agent made for all of its own. */
export const selectWebhooks = (
  sql: Sql,
  { siteIds, agentId }: { siteIds: readonly number[]; agentId: number },
) =>
  sql.db
    .selectFrom('webhooks')
    .selectAll()
    .where((of) => {
      const own = of.and([of('site_id', 'is', null), of('agent_id', '=', agentId)]);
      return siteIds.length === 0 ? own : of.or([of('site_id', 'in', siteIds), own]);
    })
    .orderBy('id')
    .compile();

export const selectWebhook = prepared((sql, values: { id: number }) =>
  sql.db.selectFrom('webhooks').selectAll().where('id', '=', values.id),
);

export const lockWebhook = prepared((sql, values: { id: number }) =>
  lock(sql, sql.db.selectFrom('webhooks').selectAll().where('id', '=', values.id)),
);

export const countWebhooksOfSite = prepared((sql, values: { site_id: number }) =>
  sql.db
    .selectFrom('webhooks')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('site_id', '=', values.site_id),
);

export const countWebhooksOfAgent = prepared((sql, values: { agent_id: number }) =>
  sql.db
    .selectFrom('webhooks')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('site_id', 'is', null)
    .where('agent_id', '=', values.agent_id),
);

export const insertWebhook = prepared(
  (
    sql,
    values: Pick<
      Insertable<WebhookTable>,
      'site_id' | 'agent_id' | 'url' | 'events' | 'secret' | 'created_at'
    >,
  ) =>
    sql.db
      .insertInto('webhooks')
      .values({
        site_id: values.site_id,
        agent_id: values.agent_id,
        url: values.url,
        events: values.events,
        secret: values.secret,
        created_at: values.created_at,
      })
      .returningAll(),
);

export const updateWebhook = prepared(
  (
    sql,
    values: {
      id: number;
      url: string;
      events: string;
      off: string | null;
      off_at: number | null;
      failing_since: number | null;
    },
  ) =>
    sql.db
      .updateTable('webhooks')
      .set({
        url: values.url,
        events: values.events,
        off: values.off,
        off_at: values.off_at,
        failing_since: values.failing_since,
      })
      .where('id', '=', values.id)
      .returningAll(),
);

export const updateSecret = prepared(
  (sql, values: { id: number; secret: string; old_secret: string; old_secret_until: number }) =>
    sql.db
      .updateTable('webhooks')
      .set({
        secret: values.secret,
        old_secret: values.old_secret,
        old_secret_until: values.old_secret_until,
      })
      .where('id', '=', values.id)
      .returningAll(),
);

export const removeWebhook = prepared((sql, values: { id: number }) =>
  sql.db.deleteFrom('webhooks').where('id', '=', values.id),
);

/** Who manages a site, to be told. */
export const selectManagers = prepared((sql, values: { site_id: number }) =>
  sql.db
    .selectFrom('memberships as m')
    .innerJoin('agents as a', 'a.id', 'm.agent_id')
    .select(['a.id', 'a.email', 'a.locale'])
    .where('m.site_id', '=', values.site_id)
    .where('m.role', 'in', ['owner', 'admin'])
    .where('a.disabled', '=', 0),
);

export const selectMaker = prepared((sql, values: { agent_id: number }) =>
  sql.db
    .selectFrom('agents')
    .select(['id', 'email', 'locale'])
    .where('id', '=', values.agent_id)
    .where('disabled', '=', 0),
);
