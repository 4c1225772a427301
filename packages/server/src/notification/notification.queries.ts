import type { NotificationSettings } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { settingsFrom } from './notification.commands.ts';
import type { Waiting } from './notification.ts';
import {
  countSubscriptions,
  selectRecipients,
  selectSettings,
  selectRinging,
  selectSitesToTell,
  selectUnused,
  selectWaiting,
} from './notification.store.ts';

export interface Recipient {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  /** Chosen in the profile; null: nothing was. */
  readonly locale: string | null;
  readonly settings: NotificationSettings;
}

export interface Subscription {
  readonly id: number;
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** Of a browser in which its agent was not for long. */
export interface UnusedSubscription extends Subscription {
  readonly agentId: number;
  /** Chosen in the profile; null: nothing was. */
  readonly locale: string | null;
}

export interface NotificationQueries {
  settingsOf(agent: AgentActor): Promise<NotificationSettings>;
  /** Sites of which somebody may have to be told of anything. */
  sitesToTell(): Promise<ReadonlySet<number>>;
  recipientsOf(siteId: number): Promise<readonly Recipient[]>;
  /** Of the browsers in which the agent is signed in. */
  subscriptionsOf(agentId: number): Promise<readonly Subscription[]>;
  /** Null where the login, which was to end then, was used since, or is over. */
  unused(id: number, expiresAt_ms: number): Promise<UnusedSubscription | null>;
  /** How many browsers are rung, of how many agents. */
  subscribed(): Promise<{ browsers: number; agents: number }>;
  /** Null where nobody waits. `unread`: no agent has read what was written last. */
  waiting(conversationId: number): Promise<(Waiting & { readonly unread: boolean }) | null>;
}

export function createNotificationQueries({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): NotificationQueries {
  const { sql } = database;
  return {
    async settingsOf({ agentId }) {
      const [row] = await database.query(selectSettings(sql, { agent_id: agentId }));
      return settingsFrom(row?.settings ?? null);
    },
    async sitesToTell() {
      const rows = await database.query(selectSitesToTell(sql, {}));
      return new Set(rows.map((row) => row.site_id));
    },
    async recipientsOf(siteId) {
      const rows = await database.query(selectRecipients(sql, { site_id: siteId }));
      return rows.map(({ id, name, email, locale, settings }) => ({
        id,
        name,
        email,
        locale,
        settings: settingsFrom(settings),
      }));
    },
    async subscriptionsOf(agentId) {
      const now = { agent_id: agentId, now_ms: clock.now_ms() };
      const rows = await database.query(selectRinging(sql, now));
      return rows.map(subscriptionFrom);
    },
    async unused(id, expiresAt_ms) {
      if (expiresAt_ms <= clock.now_ms()) return null;
      const [row] = await database.query(selectUnused(sql, { id, expires_at: expiresAt_ms }));
      if (row === undefined) return null;
      return { ...subscriptionFrom(row), agentId: row.agent_id, locale: row.locale };
    },
    async subscribed() {
      const [row] = await database.query(countSubscriptions(sql, {}));
      return { browsers: row?.browsers ?? 0, agents: row?.agents ?? 0 };
    },
    async waiting(conversationId) {
      const [row] = await database.query(selectWaiting(sql, { id: conversationId }));
      if (row === undefined || row.waiting_since === null) return null;
      return {
        id: row.id,
        siteId: row.site_id,
        siteName: row.site_name,
        assigneeId: row.assignee_id,
        visitorId: row.visitor_id,
        visitorName: row.visitor_name,
        waitingSince_ms: row.waiting_since,
        text: row.text,
        unread: row.a_seq > row.a_agent_read,
      };
    },
  };
}

function subscriptionFrom(row: {
  readonly id: number;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}): Subscription {
  const { id, endpoint, p256dh, auth } = row;
  return { id, endpoint, keys: { p256dh, auth } };
}
