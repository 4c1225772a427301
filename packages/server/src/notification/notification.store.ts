import type { Selectable } from 'kysely';
import { prepared } from '../database/sql.ts';
import type { PushSubscriptionTable } from '../database/tables/agents.ts';

export const upsertSubscription = prepared(
  (sql, values: Omit<Selectable<PushSubscriptionTable>, 'id'>) =>
    sql.db
      .insertInto('push_subscriptions')
      .values({
        agent_id: values.agent_id,
        endpoint: values.endpoint,
        p256dh: values.p256dh,
        auth: values.auth,
        created_at: values.created_at,
        session_hash: values.session_hash,
      })
      .onConflict((conflict) =>
        conflict.column('endpoint').doUpdateSet({
          agent_id: values.agent_id,
          p256dh: values.p256dh,
          auth: values.auth,
          created_at: values.created_at,
          session_hash: values.session_hash,
        }),
      ),
);

export const moveSubscriptions = prepared((sql, values: { from_hash: string; to_hash: string }) =>
  sql.db
    .updateTable('push_subscriptions')
    .set({ session_hash: values.to_hash })
    .where('session_hash', '=', values.from_hash),
);

export const selectSubscriptionsOf = prepared((sql, values: { agent_id: number }) =>
  sql.db
    .selectFrom('push_subscriptions')
    .selectAll()
    .where('agent_id', '=', values.agent_id)
    .orderBy('id'),
);

/** Of logins that are over nothing rings, though they were not deleted yet (SEC-5). */
export const selectRinging = prepared((sql, values: { agent_id: number; now_ms: number }) =>
  sql.db
    .selectFrom('push_subscriptions')
    .leftJoin('sessions', 'sessions.token_hash', 'push_subscriptions.session_hash')
    .selectAll('push_subscriptions')
    .where('push_subscriptions.agent_id', '=', values.agent_id)
    .where((of) =>
      of.or([
        of('push_subscriptions.session_hash', 'is', null),
        of('sessions.expires_at', '>', values.now_ms),
      ]),
    )
    .orderBy('push_subscriptions.id'),
);

/** Of logins that end in this time, unless somebody comes back. */
export const selectEnding = prepared((sql, values: { after_ms: number; until_ms: number }) =>
  sql.db
    .selectFrom('push_subscriptions')
    .innerJoin('sessions', 'sessions.token_hash', 'push_subscriptions.session_hash')
    .innerJoin('agents', 'agents.id', 'push_subscriptions.agent_id')
    .leftJoin('agent_notifications as n', 'n.agent_id', 'agents.id')
    .select(['push_subscriptions.id', 'sessions.expires_at', 'n.settings'])
    .where('sessions.expires_at', '>', values.after_ms)
    .where('sessions.expires_at', '<=', values.until_ms)
    .where('agents.disabled', '=', 0)
    .orderBy('push_subscriptions.id'),
);

/** Nothing where its login was used since, or is over. */
export const selectUnused = prepared((sql, values: { id: number; expires_at: number }) =>
  sql.db
    .selectFrom('push_subscriptions')
    .innerJoin('sessions', 'sessions.token_hash', 'push_subscriptions.session_hash')
    .innerJoin('agents', 'agents.id', 'push_subscriptions.agent_id')
    .selectAll('push_subscriptions')
    .select('agents.locale')
    .where('push_subscriptions.id', '=', values.id)
    .where('sessions.expires_at', '=', values.expires_at)
    .where('agents.disabled', '=', 0),
);

export const countSubscriptions = prepared((sql) =>
  sql.db
    .selectFrom('push_subscriptions')
    .select((of) => [
      of.fn.countAll<number>().as('browsers'),
      of.fn.count<number>('agent_id').distinct().as('agents'),
    ]),
);

export const removeSubscription = prepared((sql, values: { id: number }) =>
  sql.db.deleteFrom('push_subscriptions').where('id', '=', values.id),
);

export const removeSubscriptionOf = prepared(
  (sql, values: { agent_id: number; endpoint: string }) =>
    sql.db
      .deleteFrom('push_subscriptions')
      .where('agent_id', '=', values.agent_id)
      .where('endpoint', '=', values.endpoint),
);

export const upsertSettings = prepared(
  (sql, values: { agent_id: number; settings: string; updated_at: number }) =>
    sql.db
      .insertInto('agent_notifications')
      .values({
        agent_id: values.agent_id,
        settings: values.settings,
        updated_at: values.updated_at,
      })
      .onConflict((conflict) =>
        conflict
          .column('agent_id')
          .doUpdateSet({ settings: values.settings, updated_at: values.updated_at }),
      ),
);

export const selectSettings = prepared((sql, values: { agent_id: number }) =>
  sql.db.selectFrom('agent_notifications').selectAll().where('agent_id', '=', values.agent_id),
);

/** Agents of a site who are not disabled, with what they want to be told of. */
export const selectRecipients = prepared((sql, values: { site_id: number }) =>
  sql.db
    .selectFrom('memberships')
    .innerJoin('agents', 'agents.id', 'memberships.agent_id')
    .leftJoin('agent_notifications as n', 'n.agent_id', 'agents.id')
    .select(['agents.id', 'agents.name', 'agents.email', 'agents.locale', 'n.settings'])
    .where('memberships.site_id', '=', values.site_id)
    .where('agents.disabled', '=', 0)
    .orderBy('agents.id'),
);

/** Sites of which somebody has a browser that rings, or changed what to be told of. */
export const selectSitesToTell = prepared((sql) =>
  sql.db
    .selectFrom('memberships')
    .select('memberships.site_id')
    .distinct()
    .where((of) =>
      of.or([
        of(
          'memberships.agent_id',
          'in',
          of.selectFrom('push_subscriptions').select('push_subscriptions.agent_id'),
        ),
        of(
          'memberships.agent_id',
          'in',
          of.selectFrom('agent_notifications').select('agent_notifications.agent_id'),
        ),
      ]),
    ),
);

/** One that waits for an answer, with what its visitor wrote last that no agent has read. */
export const selectWaiting = prepared((sql, values: { id: number }) =>
  sql.db
    .selectFrom('conversations as c')
    .innerJoin('sites', 'sites.id', 'c.site_id')
    .innerJoin('visitors', 'visitors.id', 'c.visitor_id')
    .innerJoin('messages as m', 'm.conversation_id', 'c.id')
    .select([
      'c.id',
      'c.site_id',
      'c.assignee_id',
      'c.waiting_since',
      'c.visitor_id',
      'c.a_agent_read',
      'sites.name as site_name',
      'visitors.name as visitor_name',
      'm.text',
      'm.a_seq',
    ])
    .where('c.id', '=', values.id)
    .where('c.status', '=', 'open')
    .where('c.waiting_since', 'is not', null)
    .where('m.sender_type', '=', 'visitor')
    .orderBy('m.a_seq', 'desc')
    .limit(1),
);

/** Claims the mail of a wait; nothing is changed where it was claimed before. */
export const upsertWaitMailed = prepared(
  (sql, values: { agent_id: number; conversation_id: number; waiting_since: number }) =>
    sql.db
      .insertInto('waits_mailed')
      .values({
        agent_id: values.agent_id,
        conversation_id: values.conversation_id,
        waiting_since: values.waiting_since,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['agent_id', 'conversation_id'])
          .doUpdateSet({ waiting_since: values.waiting_since })
          .where('waits_mailed.waiting_since', '<>', values.waiting_since),
      )
      .returning('agent_id'),
);

export const removeWaitMailed = prepared(
  (sql, values: { agent_id: number; conversation_id: number; waiting_since: number }) =>
    sql.db
      .deleteFrom('waits_mailed')
      .where('agent_id', '=', values.agent_id)
      .where('conversation_id', '=', values.conversation_id)
      .where('waiting_since', '=', values.waiting_since),
);
