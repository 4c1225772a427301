import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { Context, Hooked } from '../context.ts';
import { plain, runOne, type DatabaseLogger } from '../database/database.ts';
import type { JobHandler } from '../job/job.worker.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import { removeOldDeliveries } from './delivery.store.ts';
import { createWebhookCommands, type WebhookCommands } from './webhook.commands.ts';
import type { Outcome } from './webhook.ts';
import { createWebhookJobHandlers } from './webhook.job.ts';
import { createWebhookQueries, type WebhookQueries } from './webhook.queries.ts';

/** All by which others are told of changes over HTTP; `wiring.ts` makes it once. */
export interface Webhooks {
  readonly queries: WebhookQueries;
  readonly commands: WebhookCommands;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  /** For the transactions that change something. */
  readonly hooked: Hooked;
  /** Looks again whether anybody listens: another node may have said so, or may not have been heard. */
  look(): Promise<void>;
  /** What came to its end a month ago is deleted. Never rejects. */
  prune(): Promise<void>;
}

const KEPT_MS = 30 * 24 * 60 * 60_000;

export async function createWebhooks(parts: {
  readonly context: Pick<Context, 'database' | 'clock'>;
  readonly config: Pick<Config, 'appUrl' | 'webhookAllowPrivate'>;
  readonly mailer: Mailer | null;
  readonly siteQueries: Pick<SiteQueries, 'findSite'>;
  /** From 0 to 1. */
  readonly chance: () => number;
  /** There are jobs. */
  readonly onJob: () => void;
  /** For the other nodes: there may be somebody who listens now. */
  readonly onChanged: () => void;
  /** Somebody was asked to take one. */
  readonly onPosted: (outcome: Outcome) => void;
  readonly logger: DatabaseLogger;
}): Promise<Webhooks> {
  const { context, config, mailer, siteQueries, chance, onJob, onChanged, onPosted, logger } =
    parts;
  const { database, clock } = context;
  const queries = createWebhookQueries(context);
  let any = await queries.any();
  return {
    queries,
    commands: createWebhookCommands({
      database,
      newSecret: () => `whsec_${randomBytes(32).toString('base64')}`,
      onChanged: () => {
        // Nobody's change misses it from now on; that it is gone again is noticed at the next look.
        any = true;
        onChanged();
      },
      onJob,
    }),
    handlers: createWebhookJobHandlers({
      ...context,
      queries,
      allowed: config.webhookAllowPrivate,
      mailer,
      siteQueries,
      appUrl: config.appUrl,
      random: chance,
      onPosted,
      logger,
    }),
    hooked: {
      get any() {
        return any;
      },
      written: onJob,
    },
    async look() {
      try {
        any = await queries.any();
      } catch (error) {
        // Looking in vain costs a statement; not looking would cost an event.
        any = true;
        logger.warn({ err: error }, 'It is not known whether there are webhooks');
      }
    },
    async prune() {
      const before = clock.now_ms() - KEPT_MS;
      try {
        await database.write(runOne, plain(removeOldDeliveries(database.sql, { before })));
      } catch (error) {
        logger.warn({ err: error }, 'Old deliveries of webhooks were not deleted');
      }
    },
  };
}
