import { appKeysOf } from './app-keys.ts';
import { fileKeyFrom } from './attachment/file-link.ts';
import { createAssigner } from './availability/assigner.ts';
import type { BroadcastHub } from './broadcast/broadcast.ts';
import { createConversationQueries } from './conversation/conversation.queries.ts';
import type { Services } from './http/services.ts';
import { dueQueues } from './job/job.queries.ts';
import type { JobWorker } from './job/job.worker.ts';
import { createAnswerNotifier } from './mail/answer-notifier.ts';
import { createReplyTo } from './mail/reply-address.ts';
import { createNotifications } from './notification/notifications.ts';
import { newPushKeys } from './notification/push.ts';
import { observedDatabase } from './observe/observed.ts';
import type { Publish } from './observe/tracing.ts';
import { mailerOf } from './outside.ts';
import { startIndexer, type Indexer } from './search/indexer.ts';
import { createSiteCommands } from './site/site.commands.ts';
import { createSiteQueries } from './site/site.queries.ts';
import { isTaken } from './webhook/webhook.ts';
import { createWebhooks } from './webhook/webhooks.ts';
import { startWorker } from './wiring/jobs.ts';
import type { WireOptions } from './wiring/options.ts';
import type { Parts } from './wiring/parts.ts';
import { createServices } from './wiring/services.ts';
import { createWays, type Ways } from './wiring/ways.ts';

/** A node's parts, which know each other; none is reached from outside yet. */
export interface Wired extends Pick<Ways, 'providers' | 'feed' | 'health'> {
  readonly services: Services;
  /** From now on jobs are done here; to be called once. */
  startWorker(): JobWorker;
  /** From now on messages are indexed for the search here; to be called once. */
  startIndexer(): Indexer;
}

/** What is started after all else is there, and has to hear of what happens. */
interface Later {
  worker: JobWorker | null;
  indexer: Indexer | null;
  assigner: ReturnType<typeof createAssigner> | null;
}

/** Makes all parts of a node and puts them together: nothing listens, and no job is done yet. */
export async function wire(options: WireOptions): Promise<Wired> {
  const { figures, logger } = options;
  const later: Later = { worker: null, indexer: null, assigner: null };
  const parts = await createParts(options, later);
  const { context, ways } = parts;
  const { providers, feed, health } = ways;
  const services = createServices(parts);
  ways.heardBy(services);
  later.assigner = createAssigner({ ...services, logger });
  figures?.watch({
    waitingPolls: () => feed.waiting,
    dashboardSockets: () => services.dashboardSockets.size,
    degraded: () => health.degraded,
    queues: () => dueQueues(context),
  });
  return {
    services,
    providers,
    feed,
    health,
    startWorker() {
      later.worker = startWorker(parts, services);
      return later.worker;
    },
    startIndexer() {
      later.indexer = startIndexer(context, logger);
      return later.indexer;
    },
  };
}

async function createParts(options: WireOptions, later: Later): Promise<Parts> {
  const { config, logger, clock, random, figures, tracing, chance } = options;
  const database =
    figures === undefined ? options.database : observedDatabase(options.database, figures);
  const basics = { database, clock, random };
  const siteCommands = createSiteCommands(basics);
  const keys = await appKeysOf(config, siteCommands, random);
  const appKey = keys.present;
  const fileKey = fileKeyFrom(appKey.reveal());
  const wakeWorker = (): void => later.worker?.wake();
  const queries = createConversationQueries({ ...basics, fileKey });
  const ways = createWays({ ...options, database, appKey, queries, onJobs: wakeWorker });
  const mailer = mailerOf(options);
  const replyTo = createReplyTo(config.mailReplies, appKey, clock);
  const siteQueries = createSiteQueries(basics);
  const common = { context: basics, config, mailer, siteQueries, onJob: wakeWorker, logger };
  const notifications = createNotifications({
    ...common,
    keys: await siteCommands.ensureSetting('push_keys', newPushKeys),
    replyTo,
    onPush: (state) => figures?.pushed(state),
  });
  const webhooks = await createWebhooks({
    ...common,
    chance,
    onChanged: () => {
      ways.tell({ type: 'webhooks' });
    },
    onPosted: (outcome) =>
      figures?.webhooked(
        isTaken(outcome) ? 'taken' : outcome.state === 'answered' ? 'refused' : 'failed',
      ),
  });
  // Where no mail is sent, or none could be refused, nothing is looked after.
  const answered =
    mailer === null || config.appUrl === undefined
      ? null
      : createAnswerNotifier({ ...basics, onJob: wakeWorker, logger });
  const publishPlain: Publish = (publications) => {
    ways.broadcast.publish(publications);
  };
  const publish = tracing?.publishing(publishPlain) ?? publishPlain;
  const broadcast: BroadcastHub = {
    ...ways.broadcast,
    publish(publications) {
      publish(publications);
      figures?.published(publications.length);
      notifications.notifier.heard(publications);
      answered?.(publications);
      later.assigner?.(publications);
      later.indexer?.poke();
    },
  };
  const context = { ...basics, fileKey, broadcast, hooks: webhooks.hooked };
  return { options, context, keys, mailer, replyTo, notifications, webhooks, ways, wakeWorker };
}
