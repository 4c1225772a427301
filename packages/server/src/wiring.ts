// oxlint-disable max-lines -- the one place where all parts of a node are put together
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { createAgentCommands } from './agent/agent.commands.ts';
import { createAgentQueries } from './agent/agent.queries.ts';
import { createResetJobHandlers } from './agent/reset.job.ts';
import { AppError } from './app-error.ts';
import { type AppKeys, appKeysOf } from './app-keys.ts';
import { createAttachmentQueries } from './attachment/attachment.queries.ts';
import { createFileCommands } from './attachment/file.commands.ts';
import { fileKeyFrom } from './attachment/file-link.ts';
import { Forms } from './attachment/form.http.ts';
import { IncomingFolder } from './attachment/incoming.disk.ts';
import { createAssigner } from './availability/assigner.ts';
import { createTurnCommands } from './availability/turn.commands.ts';
import { announce } from './broadcast/announce.ts';
import { createBroadcastJobHandlers } from './broadcast/broadcast.job.ts';
import { createBroadcast } from './broadcast/broadcast.ts';
import { Feed } from './broadcast/feed.ts';
import { gathered } from './broadcast/gathered.ts';
import { createGreeter } from './broadcast/greet.ts';
import { ProviderHealth } from './broadcast/health.ts';
import { type Note, parseNote } from './broadcast/note.ts';
import { tellerOf } from './broadcast/teller.ts';
import type { NodeHooks, Providers } from './broadcast/providers.ts';
import type { Config } from './config/config.ts';
import type { Secret } from './config/secret.ts';
import type { Clock, Context, Random } from './context.ts';
import { createConversationCommands } from './conversation/conversation.commands.ts';
import { createSnoozeJobHandlers } from './conversation/snooze.commands.ts';
import {
  createConversationQueries,
  type ConversationQueries,
} from './conversation/conversation.queries.ts';
import type { Database } from './database/database.ts';
import { Identities } from './http/identity.ts';
import { Logins } from './http/logins.ts';
import { addressOf } from './http/origin.ts';
import type { Builds } from './http/pages.ts';
import { RequestLimits } from './http/request-limits.ts';
import type { Services } from './http/services.ts';
import { dueQueues } from './job/job.queries.ts';
import { type JobWorker, startJobWorker } from './job/job.worker.ts';
import { createLabelCommands } from './label/label.commands.ts';
import { createLabelQueries } from './label/label.queries.ts';
import { createManaging } from './managing.ts';
import type { Mailer } from './mail/mailer.ts';
import { createReplyTo, replyKeyFrom } from './mail/reply-address.ts';
import { createTranscriptCommands } from './mail/transcript.commands.ts';
import { createMailJobHandlers } from './mail/transcript.job.ts';
import { createMentionCommands } from './mention/mention.commands.ts';
import { createMentionQueries } from './mention/mention.queries.ts';
import { createMessageCommands } from './message/message.commands.ts';
import type { Figures } from './observe/figures.ts';
import { observedDatabase } from './observe/observed.ts';
import type { Tracing } from './observe/tracing.ts';
import { mailerOf, mailLimits, scanOf, storageOf } from './outside.ts';
import { createPresence } from './presence.ts';
import { createLiveVisitorsQueries } from './presence/live-visitors.queries.ts';
import { createTypingCommands } from './presence/typing.commands.ts';
import { createSavedViewCommands } from './saved-view/saved-view.commands.ts';
import { createSavedViewQueries } from './saved-view/saved-view.queries.ts';
import { DashboardSockets } from './sakura/dashboard-sockets.ts';
import { createSakuraQueries } from './sakura/sakura.queries.ts';
import { createNotifications, type Notifications } from './notification/notifications.ts';
import { newPushKeys } from './notification/push.ts';
import { startIndexer, type Indexer } from './search/indexer.ts';
import { createSearchQueries } from './search/search.queries.ts';
import { createSiteCommands } from './site/site.commands.ts';
import { createSiteQueries } from './site/site.queries.ts';
import { createTeamQueries } from './site/team.queries.ts';
import { createAgentTeamCommands } from './team/team.commands.ts';
import { createAgentTeamQueries } from './team/team.queries.ts';
import { createVisitorDetailsCommands } from './visitor/details.commands.ts';
import { createVisitorDetailsQueries } from './visitor/details.queries.ts';
import { createVisitorCommands } from './visitor/visitor.commands.ts';
import { createVisitorQueries } from './visitor/visitor.queries.ts';
import { createSystemQueries } from './system/system.queries.ts';
import { createWebhooks, type Webhooks } from './webhook/webhooks.ts';

const TELL_HEADS_DELAY_MS = 200;

/** What a node stands on. */
export interface WireOptions {
  readonly config: Config;
  readonly logger: FastifyBaseLogger;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** From 0 to 1, for jitter. */
  readonly chance: () => number;
  readonly builds: Builds;
  /** Where it is counted what happens; absent: nowhere. */
  readonly figures?: Figures | undefined;
  /** Null or absent: nothing is traced. */
  readonly tracing?: Tracing | null;
  /** The ways by which events leave this node. */
  readonly providersFor: (
    config: Config,
    appKey: Secret,
    queries: Pick<ConversationQueries, 'headsOf' | 'currentOf'>,
    logger: FastifyBaseLogger,
    hooks: NodeHooks,
  ) => Providers;
}

/** A node's parts, which know each other; none is reached from outside yet. */
export interface Wired {
  readonly services: Services;
  readonly providers: Providers;
  readonly feed: Feed;
  readonly health: ProviderHealth;
  /** From now on jobs are done here; to be called once. */
  startWorker(): JobWorker;
  /** From now on messages are indexed for the search here; to be called once. */
  startIndexer(): Indexer;
}

/** Makes all parts of a node and puts them together: nothing listens, and no job is done yet. */
export async function wire(options: WireOptions): Promise<Wired> {
  const { config, logger, clock, random, providersFor, figures } = options;
  const database =
    figures === undefined ? options.database : observedDatabase(options.database, figures);
  const basics = { database, clock, random };
  const keys = await appKeysOf(config, createSiteCommands(basics), random);
  const appKey = keys.present;
  const fileKey = fileKeyFrom(appKey.reveal());
  const conversationQueries = createConversationQueries({ ...basics, fileKey });
  const hooks: NodeHooks = {
    told: (text) => {
      const note = parseNote(text);
      if (note === null) logger.warn('A note of another node is none');
      else if (note.type === 'events') feed.publish(note.events);
      else if (note.type === 'forgotten') feed.forget(note.audiences);
      else if (note.type === 'unsaid') tellHeads();
      else if (note.type === 'visitors') services.liveVisitors.take(note.visitors);
      else if (note.type === 'webhooks') void webhooks.look();
      else if (note.type === 'viewing') services.viewing.take(note.viewing);
      else if (note.type === 'online') services.availability.take(note.agents);
      else services.logins.take(note);
    },
    // What was said meanwhile nobody here has heard: neither events nor who signed out.
    eventsMissed: () => {
      feed.restart(newRun());
      void providers.own?.realtime.greetAgain();
      void services.logins.recheckAll();
      void webhooks.look();
    },
    attended: (_appId, channel) => services.viewing.attended(channel),
  };
  const tellHeads = gathered(TELL_HEADS_DELAY_MS, hooks.eventsMissed);
  const providers = providersFor(config, appKey, conversationQueries, logger, hooks);
  const tell = tellerOf(providers.own);
  const health = new ProviderHealth(logger, clock);
  // The heads say what nobody published (SYNC-8).
  database.onUnsaid((unsaid) => {
    tellHeads();
    if (unsaid === 'here') tell({ type: 'unsaid' });
  });
  const newRun = (): string => random.token().slice(0, 8);
  const feed = new Feed(newRun());
  let worker: JobWorker | null = null;
  const wakeWorker = (): void => worker?.wake();
  const broadcast = createBroadcast({
    feed,
    own: providers.own,
    remotes: providers.remotes,
    tellEvents: (events) => {
      tell({ type: 'events', events });
    },
    health,
    onJobs: wakeWorker,
    logger,
  });
  const mailer = mailerOf(options);
  const replyTo = createReplyTo(config.mailReplies, appKey, clock);
  const notifications = createNotifications({
    context: basics,
    config,
    keys: await createSiteCommands(basics).ensureSetting('push_keys', newPushKeys),
    mailer,
    replyTo,
    onJob: wakeWorker,
    onPush: (state) => figures?.pushed(state),
    logger,
  });
  const webhooks = await createWebhooks({
    context: basics,
    config,
    mailer,
    chance: options.chance,
    onJob: wakeWorker,
    onChanged: () => {
      tell({ type: 'webhooks' });
    },
    logger,
  });
  let indexer: Indexer | null = null;
  let assigner: ReturnType<typeof createAssigner> | null = null;
  const told: typeof broadcast = {
    ...broadcast,
    publish(publications) {
      broadcast.publish(publications);
      figures?.published(publications.length);
      notifications.notifier.heard(publications);
      assigner?.(publications);
      indexer?.poke();
    },
  };
  const context = { ...basics, fileKey, broadcast: told, hooks: webhooks.hooked };
  const services = servicesFrom({
    options,
    context,
    keys,
    mailer,
    notifications,
    webhooks,
    providers,
    feed,
    health,
    tell,
    wakeWorker,
  });
  assigner = createAssigner({ ...services, logger });

  figures?.watch({
    waitingPolls: () => feed.waiting,
    dashboardSockets: () => services.dashboardSockets.size,
    degraded: () => health.degraded,
    queues: () => dueQueues(basics),
  });

  return {
    services,
    providers,
    feed,
    health,
    startWorker() {
      const { remotes } = providers;
      const { siteQueries } = services;
      const handlers = {
        ...createBroadcastJobHandlers({ remotes, health, logger, clock }),
        ...createSnoozeJobHandlers(context),
        ...notifications.handlers,
        ...createResetJobHandlers({
          mailer,
          appUrl: config.appUrl,
          keys,
          agentQueries: services.agentQueries,
          clock,
          logger,
        }),
        ...webhooks.handlers,
        ...createMailJobHandlers({
          mailer,
          replyTo,
          conversationQueries,
          siteQueries,
          clock,
          logger,
        }),
      };
      worker = startJobWorker({
        database,
        clock,
        handlers: options.tracing?.jobs(handlers) ?? handlers,
        logger,
        random: options.chance,
        onAttempt: (kind, outcome, ms) => figures?.job(kind, outcome, ms),
      });
      return worker;
    },
    startIndexer() {
      indexer = startIndexer(basics, logger);
      return indexer;
    },
  };
}

interface Parts {
  readonly options: WireOptions;
  readonly context: Context & { readonly broadcast: ReturnType<typeof createBroadcast> };
  readonly keys: AppKeys;
  readonly mailer: Mailer | null;
  readonly notifications: Notifications;
  readonly webhooks: Webhooks;
  readonly providers: Providers;
  readonly feed: Feed;
  readonly health: ProviderHealth;
  readonly tell: (note: Note) => void;
  /** There are jobs. */
  readonly wakeWorker: () => void;
}

function servicesFrom(parts: Parts): Services {
  const { options, context, keys, mailer, notifications, webhooks } = parts;
  const { providers, feed, health, tell, wakeWorker } = parts;
  const { config, logger, builds } = options;
  const { clock, random, database, broadcast } = context;
  const fileKeys = keys.all.map((key) => fileKeyFrom(key.reveal()));
  const { channelApps } = providers;
  const siteQueries = createSiteQueries(context);
  const visitorQueries = createVisitorQueries(context);
  const agentQueries = createAgentQueries(context);
  const agentCommands = createAgentCommands(context);
  const conversationQueries = createConversationQueries(context);
  const identities = new Identities({
    sites: siteQueries,
    visitors: visitorQueries,
    agents: agentQueries,
    sessions: agentCommands,
    clock,
  });
  const limits = new RequestLimits(config.limits, clock);
  const incoming = new IncomingFolder(join(config.dataDir, 'incoming'));
  const storage = storageOf(options);
  const scan = scanOf(options);
  const fileParts = { context, storage, incoming, limits: config.limits, scan, logger };
  const fileCommands = createFileCommands(fileParts);
  const dashboardSockets = new DashboardSockets({
    feed,
    queries: createSakuraQueries(context),
    identities,
    clock,
    logger,
  });
  const logins = new Logins({
    identities,
    feed,
    own: providers.own,
    dashboards: dashboardSockets,
    tell,
    logger,
  });
  const presence = createPresence({
    broadcast,
    own: providers.own,
    identities,
    tell,
    socketsElsewhere: providers.remotes.size > 0,
    database,
    clock,
    logger,
  });
  const forget = (audiences: readonly string[]): void => {
    feed.forget(audiences);
    tell({ type: 'forgotten', audiences });
  };
  const typingParts = { broadcast, conversationQueries, visitorQueries, siteQueries, clock };
  return {
    config,
    clock,
    random,
    feed,
    builds,
    channelApps,
    siteQueries,
    siteCommands: createSiteCommands(context),
    teamQueries: createTeamQueries(context),
    sendsMail: config.mail !== null,
    transcriptCommands: createTranscriptCommands({
      database,
      clock,
      limits: mailLimits(config),
      onJob: wakeWorker,
    }),
    agentQueries,
    agentCommands,
    managing: createManaging({
      context,
      conversationQueries,
      mailer,
      keys,
      onJob: wakeWorker,
      siteQueries,
      logger,
      onErased: (visitorId, audiences) => {
        logins.visitorErased(visitorId);
        forget(audiences);
      },
      onGone: (visitorIds, audiences) => {
        for (const id of visitorIds) logins.visitorErased(id);
        forget(audiences);
      },
    }),
    conversationQueries,
    limits,
    identities,
    logins,
    dashboardSockets,
    visitorCommands: createVisitorCommands(context),
    visitorDetailsQueries: createVisitorDetailsQueries(context),
    visitorDetailsCommands: createVisitorDetailsCommands(context),
    conversationCommands: createConversationCommands(context, wakeWorker),
    labelQueries: createLabelQueries(context),
    labelCommands: createLabelCommands(context),
    agentTeamQueries: createAgentTeamQueries(context),
    agentTeamCommands: createAgentTeamCommands(context),
    savedViewQueries: createSavedViewQueries(context),
    savedViewCommands: createSavedViewCommands(context),
    searchQueries: createSearchQueries(context),
    notifications,
    webhooks,
    system: createSystemQueries({
      database,
      clock,
      config,
      sqliteFile: join(config.dataDir, 'parley.sqlite'),
      degraded: () => health.degraded,
      subscribed: () => notifications.queries.subscribed(),
      connections: () => providers.own?.realtime.stats().connections ?? null,
    }),
    mentionQueries: createMentionQueries(context),
    mentionCommands: createMentionCommands(context),
    messageCommands: createMessageCommands(context, () => void fileCommands.sweep()),
    attachmentQueries: createAttachmentQueries(context),
    fileCommands,
    forms: new Forms({ incoming, limits: config.limits, requestLimits: limits }),
    storage,
    replyKeys: () => keys.all.map((key) => replyKeyFrom(key.reveal())),
    fileLinks: () => ({ fileKeys, now_ms: clock.now_ms() }),
    typing: createTypingCommands(typingParts),
    ...presence,
    turnCommands: createTurnCommands(context, () => presence.availability.connected()),
    liveVisitorsQueries: createLiveVisitorsQueries(context, siteQueries, presence.liveVisitors),
    greet: createGreeter(conversationQueries),
    degraded: () => health.degradedProviders,
    realtimeConfig(request, audience) {
      const address = addressOf(request);
      if (address === null) throw new AppError('invalid_request', 'The Host header is not valid.');
      return announce({
        reverb: config.reverb,
        app: channelApps.get('reverb') ?? null,
        pusher: config.pusher,
        request: address,
        interval_ms: audience === 'agent' ? config.polling.agent_ms : config.polling.visitor_ms,
        degraded: health.degradedProviders,
      });
    },
    ping: () => database.ping(),
  };
}
