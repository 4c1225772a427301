import type { Config } from '../config/config.ts';
import type { Context } from '../context.ts';
import type { DatabaseLogger } from '../database/database.ts';
import type { JobHandler } from '../job/job.worker.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { ReplyTo } from '../mail/reply-address.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import { queueEnding } from './ending.commands.ts';
import { createNotificationCommands, type NotificationCommands } from './notification.commands.ts';
import { createNotifyJobHandlers } from './notification.job.ts';
import { createNotificationQueries, type NotificationQueries } from './notification.queries.ts';
import { createNotifier, type Notifier } from './notifier.ts';
import { createPusher, type PushOutcome } from './push.ts';

/** All by which agents who are away hear of who waits; `wiring.ts` makes it once. */
export interface Notifications {
  readonly queries: NotificationQueries;
  readonly commands: NotificationCommands;
  readonly notifier: Notifier;
  /** Browsers subscribe with it. */
  readonly publicKey: string;
  /** Tells browsers whose login ends soon; to be called now and then. */
  readonly tellEnding: () => Promise<void>;
  readonly handlers: Readonly<Record<string, JobHandler>>;
}

export function createNotifications(parts: {
  readonly context: Pick<Context, 'database' | 'clock'>;
  readonly config: Pick<Config, 'appUrl' | 'pushServices' | 'mail'>;
  /** As `newPushKeys` makes them, kept for good. */
  readonly keys: string;
  readonly mailer: Mailer | null;
  readonly replyTo: ReplyTo;
  readonly siteQueries: Pick<SiteQueries, 'findSite'>;
  readonly onJob: () => void;
  /** A browser's push service took a notification, or not. */
  readonly onPush: (state: PushOutcome['state']) => void;
  readonly logger: DatabaseLogger;
}): Notifications {
  const { context, config, keys, mailer, replyTo, siteQueries, onJob, logger } = parts;
  const { appUrl, pushServices: own } = config;
  const queries = createNotificationQueries(context);
  const pusher = createPusher({ keys, subject: contactOf(config), own, onPush: parts.onPush });
  return {
    queries,
    commands: createNotificationCommands(context, own),
    notifier: createNotifier({ ...context, queries, onJob, logger }),
    publicKey: pusher.publicKey,
    async tellEnding() {
      const now_ms = context.clock.now_ms();
      if ((await context.database.write(queueEnding, { now_ms })) > 0) onJob();
    },
    handlers: createNotifyJobHandlers({
      ...context,
      queries,
      pusher,
      mailer,
      replyTo,
      siteQueries,
      appUrl,
      logger,
    }),
  };
}

/** Apple refuses keys without an address that could be somebody's. */
function contactOf({ appUrl, mail }: Pick<Config, 'appUrl' | 'mail'>): string {
  if (mail !== null) return `mailto:${mail.from.address}`;
  return appUrl?.startsWith('https:') === true ? appUrl : 'mailto:nobody@example.com';
}
