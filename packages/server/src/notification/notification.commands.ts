import {
  NotificationPatch,
  type NotificationSettings,
  type PushSubscriptionRequest,
} from '@parley/protocol';
import { z } from 'zod/mini';
import type { AgentActor } from '../actor.ts';
import { holdSession } from '../agent/agent.queries.ts';
import { AppError } from '../app-error.ts';
import type { Context } from '../context.ts';
import { all, first, plain, run, runOne, type Sql } from '../database/database.ts';
import type { NewJob } from '../job/job.ts';
import { enqueue } from '../job/job.commands.ts';
import { DEFAULT_NOTIFICATIONS, isPushService } from './notification.ts';
import {
  moveSubscriptions,
  removeSubscription,
  removeSubscriptionOf,
  selectSettings,
  selectSubscriptionsOf,
  upsertSettings,
  upsertSubscription,
  upsertWaitMailed,
} from './notification.store.ts';

export interface NotificationCommands {
  change(agent: AgentActor, patch: NotificationPatch): Promise<NotificationSettings>;
  /**
   * Until the login ends, in whatever way: nobody signed out is shown what visitors write (SEC-5).
   * @throws AppError `invalid_request` for an address that is no push service
   */
  subscribe(login: PushLogin, subscription: PushSubscriptionRequest): Promise<void>;
  /** One session takes the place of another, in the same browser. */
  keepRinging(from_hash: string, to_hash: string): Promise<void>;
  /** Nothing where there is none. */
  unsubscribe(agent: AgentActor, endpoint: string): Promise<void>;
}

/** In which an agent has a browser ring. */
export interface PushLogin {
  readonly actor: AgentActor;
  readonly tokenHash: string;
}

/** An agent has some browsers and phones; what is more are forgotten ones, the oldest first. */
const SUBSCRIPTIONS_MAX = 20;

export function createNotificationCommands(
  { database, clock }: Pick<Context, 'database' | 'clock'>,
  own: readonly string[],
): NotificationCommands {
  return {
    change: ({ agentId }, patch) =>
      database.write(keepNotificationSettings, { agentId, patch, now_ms: clock.now_ms() }),
    subscribe: async ({ actor, tokenHash }, { endpoint, keys }) => {
      if (!isPushService(endpoint, own)) {
        throw new AppError(
          'invalid_request',
          'This is no push service that is known here; PUSH_SERVICES allows others.',
        );
      }
      await database.write(keepSubscription, {
        agent_id: actor.agentId,
        endpoint,
        ...keys,
        created_at: clock.now_ms(),
        session_hash: tokenHash,
      });
    },
    keepRinging: async (from_hash, to_hash) => {
      await database.write(runOne, plain(moveSubscriptions(database.sql, { from_hash, to_hash })));
    },
    unsubscribe: async ({ agentId }, endpoint) => {
      const removal = removeSubscriptionOf(database.sql, { agent_id: agentId, endpoint });
      await database.write(runOne, plain(removal));
    },
  };
}

/** A transaction. */
export function* keepNotificationSettings(
  sql: Sql,
  input: { agentId: number; patch: NotificationPatch; now_ms: number },
) {
  const row = yield* first(selectSettings(sql, { agent_id: input.agentId }));
  const settings = settingsFrom(row?.settings ?? null, input.patch);
  yield* run(
    upsertSettings(sql, {
      agent_id: input.agentId,
      settings: JSON.stringify(settings),
      updated_at: input.now_ms,
    }),
  );
  return settings;
}

/** What was kept, with what is new. What an older version kept otherwise is the default again. */
export function settingsFrom(
  kept: string | null,
  patch: NotificationPatch = {},
): NotificationSettings {
  const given: unknown = kept === null ? {} : JSON.parse(kept);
  const before = z.safeParse(NotificationPatch, given).data ?? {};
  const {
    push = before.push ?? DEFAULT_NOTIFICATIONS.push,
    email_after_minutes = before.email_after_minutes ?? DEFAULT_NOTIFICATIONS.email_after_minutes,
    quiet = before.quiet ?? DEFAULT_NOTIFICATIONS.quiet,
  } = patch;
  return { push, email_after_minutes, quiet };
}

/** A transaction. */
export function* keepSubscription(
  sql: Sql,
  subscription: Parameters<typeof upsertSubscription>[1] & { session_hash: string },
) {
  const session = yield* first(holdSession(sql, subscription.session_hash));
  if (session === undefined) throw new AppError('unauthenticated', 'Sign in first.');
  yield* run(upsertSubscription(sql, subscription));
  const rows = yield* all(selectSubscriptionsOf(sql, subscription));
  const others = rows.filter(({ endpoint }) => endpoint !== subscription.endpoint);
  for (const { id } of others.slice(0, Math.max(0, rows.length - SUBSCRIPTIONS_MAX))) {
    yield* run(removeSubscription(sql, { id }));
  }
}

/** A transaction; false where the agent was told of this wait before. */
export function* claimMail(sql: Sql, wait: Parameters<typeof upsertWaitMailed>[1]) {
  return (yield* first(upsertWaitMailed(sql, wait))) !== undefined;
}

/** A transaction: jobs by which agents are told. */
export function* queueTelling(
  sql: Sql,
  { jobs, now_ms }: { jobs: readonly NewJob[]; now_ms: number },
) {
  yield* enqueue(sql, jobs, now_ms);
}
