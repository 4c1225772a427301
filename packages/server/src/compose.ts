import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RealtimeServer } from '@parley/realtime';
import type { FastifyBaseLogger } from 'fastify';
import { createAgentCommands } from './agent/agent.commands.ts';
import type { Feed } from './broadcast/feed.ts';
import type { Remote } from './broadcast/publication.ts';
import { createProviders, type Providers } from './broadcast/providers.ts';
import type { Config } from './config/config.ts';
import type { Listen } from './config/reverb.ts';
import type { Clock, Random } from './context.ts';
import type { Database } from './database/database.ts';
import { openDatabase } from './database/open.ts';
import { type App, createApp } from './http/app.ts';
import { createHttpServer, listen, NO_INTERCEPTOR } from './http/listener.ts';
import { listenForMetrics } from './http/metrics-listener.ts';
import type { Builds } from './http/pages.ts';
import type { Route } from './http/route-table.ts';
import { registerRoutes } from './http/routes.ts';
import type { JobWorker } from './job/job.worker.ts';
import { createPlainSend } from './message/plain-send.http.ts';
import { BEAT_MS } from './presence/live-visitors.commands.ts';
import { createSiteCommands, type SiteCommands } from './site/site.commands.ts';
import type { CallTracing } from './observe/call-tracing.ts';
import type { Figures } from './observe/figures.ts';
import { findTracing, type Tracing } from './observe/tracing.ts';
import { TRANSACTIONS } from './transactions.ts';
import { wire } from './wiring.ts';

export interface ComposeOptions {
  readonly config: Config;
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  /** Default: what `npm run build` made. */
  readonly builds?: Builds;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Holds every answer to its schema, exactly: for tests. */
  readonly checkAnswers?: boolean;
  /** How often it is looked whether logins ended behind this process. Default: every 30 s. */
  readonly recheckInterval_ms?: number;
  /** How often it is looked whether colleagues changed behind this process. Default: every 5 s. */
  readonly colleaguesInterval_ms?: number;
  /** Default: as the configuration says. */
  readonly openDatabase?: typeof openDatabase;
  /** Called before the server listens, so that a password that was made is never lost. */
  readonly onFirstAgent?: (agent: FirstAgent) => Promise<void>;
  /** Called when all is made, right before the server listens. */
  readonly onReady?: () => void;
}

/** The agent that the first start made. */
export interface FirstAgent {
  readonly email: string;
  /** Null where it was given. */
  readonly password: string | null;
}

export interface ParleyServer {
  readonly port: number;
  /** Where the Pusher-protocol server listens as well; null: on the main port alone. */
  readonly realtimePort: number | null;
  /** Where `/metrics` is; null: nowhere. */
  readonly metricsPort: number | null;
  /** The address of the agent who was there first. */
  readonly firstEmail: string;
  readonly routes: readonly Route[];
  /** How many polls wait, how many sockets are open, and which remote providers take no events. */
  stats(): { waiting: number; connections: number; degraded: readonly Remote[] };
  /**
   * Takes nothing new, answers what waits, finishes what is under way, and closes. Connections that
   * still are not done when the grace is over are cut.
   */
  stop(grace_ms: number): Promise<void>;
}

const SWEEP_INTERVAL_MS = 60 * 60_000;
/** A login that ended behind this process is noticed within this. */
const RECHECK_INTERVAL_MS = 30_000;
/** A colleague who was made behind this process shows within this. */
const COLLEAGUES_INTERVAL_MS = 5_000;

/** From the folder of this file, the same in `src` and in `dist`. */
const packageBuild = (name: string): string =>
  fileURLToPath(new URL(`../../${name}/dist`, import.meta.url));

const BUILDS: Builds = { widget: packageBuild('widget'), dashboard: packageBuild('dashboard') };
const SYSTEM_CLOCK: Clock = { now_ms: () => Date.now() };
const SYSTEM_RANDOM: Random = { token: () => randomBytes(32).toString('base64url') };

/**
 * The only wiring: opens the store, starts all parts, listens.
 * @throws ListenError where a port cannot be had
 */
export async function compose(options: ComposeOptions): Promise<ParleyServer> {
  const tracing = await findTracing();
  return tracing === null
    ? composeWith(options, null)
    : tracing.unseen(() => composeWith(options, tracing));
}

async function composeWith(
  options: ComposeOptions,
  tracing: Tracing | null,
): Promise<ParleyServer> {
  const { logger } = options;
  const figures = await figuresOf(options);
  const database = await open(options, figures);
  try {
    return await start(options, { database, figures, tracing });
  } catch (error) {
    logger.debug('The start failed: closing the database');
    await database.close();
    throw error;
  }
}

/** Counting costs a little: only where somebody looks. */
async function figuresOf({ config, version }: ComposeOptions): Promise<Figures | undefined> {
  if (config.metrics === null) return undefined;
  const { Figures } = await import('./observe/figures.ts');
  return new Figures({ version, withProcess: config.reverb.mode !== 'embedded' });
}

async function open(
  { config, logger, openDatabase: opener = openDatabase }: ComposeOptions,
  figures: Figures | undefined,
) {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  return opener({
    url: config.databaseUrl?.reveal(),
    file: join(config.dataDir, 'parley.sqlite'),
    transactions: TRANSACTIONS,
    isShared: config.reverb.mode === 'embedded' && config.reverb.server.redis !== null,
    logger,
    onGroup: (transactions, at_ms) => figures?.committed(transactions, at_ms),
  });
}

interface Ground {
  readonly database: Database;
  readonly figures: Figures | undefined;
  readonly tracing: Tracing | null;
}

async function start(
  options: ComposeOptions,
  { database, figures, tracing }: Ground,
): Promise<ParleyServer> {
  const { config, logger, version } = options;
  const { clock = SYSTEM_CLOCK, random = SYSTEM_RANDOM, builds = BUILDS } = options;
  const basics = { database, clock, random };
  const siteCommands = createSiteCommands(basics);
  const agentCommands = createAgentCommands(basics);
  const firstEmail = await makeFirst(options, siteCommands, agentCommands);

  const calls = tracing?.calls ?? null;
  const wired = await wire({
    config,
    logger,
    database: tracing?.database(database) ?? database,
    tracing,
    clock,
    random,
    builds,
    chance: Math.random,
    figures,
    providersFor: createProviders,
  });
  const { services, providers, feed, health } = wired;

  const { app, routes } = await createApp({
    config,
    identities: services.identities,
    logger,
    first: providers.own?.realtime ?? NO_INTERCEPTOR,
    plainCalls: (head) => createPlainSend({ ...services, logger, figures, tracing: calls }, head),
    checkAnswers: options.checkAnswers ?? false,
    figures,
    tracing: calls,
  });
  await services.colleagues.look();
  await registerRoutes(app, services, version);
  await app.ready();
  options.onReady?.();
  const listeners = await listenAll({ config, main: app.server, providers, figures, calls }).catch(
    async (error: unknown) => {
      await Promise.all([app.close(), providers.own?.realtime.close()]);
      throw error;
    },
  );

  const worker = wired.startWorker();
  const indexer = wired.startIndexer();
  void services.fileCommands.sweep();
  const sweep = setInterval(() => {
    void services.webhooks.prune();
    void services.managing.retention.sweep().then(() => services.fileCommands.sweep());
    agentCommands.deleteExpiredSessions().catch((error: unknown) => {
      logger.warn({ err: error }, 'Expired sessions were not deleted');
    });
    services.notifications.tellEnding().catch((error: unknown) => {
      logger.warn({ err: error }, 'Browsers whose login ends soon were not told');
    });
    services.transcriptCommands.forgetMails().catch((error: unknown) => {
      logger.warn({ err: error }, 'Counts of mails of days that are over were not deleted');
    });
  }, SWEEP_INTERVAL_MS);
  const { recheckInterval_ms = RECHECK_INTERVAL_MS } = options;
  const recheck = setInterval(() => void services.logins.recheckAll(), recheckInterval_ms);
  const { colleaguesInterval_ms = COLLEAGUES_INTERVAL_MS } = options;
  const colleagues = setInterval(() => {
    // What nobody is there to see needs no look.
    if (services.availability.connected().length > 0) void services.colleagues.look();
  }, colleaguesInterval_ms);
  const beat = setInterval(() => {
    services.liveVisitors.beat();
    services.viewing.beat();
    services.availability.beat();
  }, BEAT_MS);

  return {
    port: listeners.port,
    realtimePort: listeners.extra?.port ?? null,
    metricsPort: listeners.metrics?.port ?? null,
    firstEmail,
    routes: routes.all,
    stats: () => ({
      waiting: feed.waiting,
      connections: providers.own?.realtime.stats().connections ?? 0,
      degraded: health.degraded,
    }),
    async stop(grace_ms) {
      clearInterval(sweep);
      clearInterval(recheck);
      clearInterval(colleagues);
      clearInterval(beat);
      await indexer.stop();
      await drain({ config, app, feed, providers, listeners, worker }, grace_ms);
      await services.fileCommands.sweep();
      await database.close();
    },
  };
}

interface Running {
  readonly config: Config;
  readonly app: App;
  readonly feed: Feed;
  readonly providers: Providers;
  readonly listeners: Listeners;
  readonly worker: JobWorker;
}

/** Polls are answered first, for they would hold up the rest; the database is still there for all. */
async function drain(running: Running, grace_ms: number): Promise<void> {
  const { config, app, feed, providers, listeners, worker } = running;
  const drain_ms = config.reverb.mode === 'embedded' ? config.reverb.server.drain_ms : 0;
  const cut = setTimeout(() => {
    app.server.closeAllConnections();
  }, grace_ms);
  feed.close();
  await Promise.all([
    app.close(),
    providers.own?.realtime.close({ drain_ms }),
    listeners.extra?.close(),
    worker.stop(),
  ]);
  // To the last, for whoever watches how it drains.
  await listeners.metrics?.close();
  clearTimeout(cut);
}

async function makeFirst(
  { config, onFirstAgent }: ComposeOptions,
  siteCommands: SiteCommands,
  agentCommands: ReturnType<typeof createAgentCommands>,
): Promise<string> {
  const { adminEmail, adminPassword, siteToken } = config.first;
  const { site } = await siteCommands.ensureFirstSite({ token: siteToken, name: 'My site' });
  const { agent, created, generatedPassword } = await agentCommands.ensureFirstAgent({
    siteId: site.id,
    email: adminEmail,
    password: adminPassword?.reveal(),
  });
  if (created) await onFirstAgent?.({ email: agent.email, password: generatedPassword });
  return agent.email;
}

interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

interface Listeners {
  readonly port: number;
  /** Where a Laravel installation expects its Pusher-protocol server; null: on the main port alone. */
  readonly extra: Listener | null;
  /** For Prometheus; null: not wanted. */
  readonly metrics: Listener | null;
}

interface ListenAll {
  readonly config: Config;
  readonly main: Parameters<typeof listen>[0];
  readonly providers: Providers;
  readonly figures: Figures | undefined;
  readonly calls: CallTracing | null;
}

async function listenAll({
  config,
  main,
  providers,
  figures,
  calls,
}: ListenAll): Promise<Listeners> {
  const { own } = providers;
  const { reverb } = config;
  const port = await listen(main, config, 'PORT');
  const extra = reverb.mode === 'embedded' ? reverb.listen : null;
  const read = async (): Promise<string> => {
    const parts = await Promise.all([own?.realtime.metrics(), figures?.render()]);
    return parts.join('\n');
  };
  return {
    port,
    extra: extra && own && (await listenForSockets(extra, own.realtime, calls)),
    metrics: config.metrics && (await listenForMetrics(config.metrics, read)),
  };
}

async function listenForSockets(
  address: Listen,
  realtime: RealtimeServer,
  calls: CallTracing | null,
): Promise<Listener> {
  const otherwise: RequestListener = (_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not found"}');
  };
  const server = createHttpServer(otherwise, realtime, { seen: calls?.seen });
  const port = await listen(server, address, address.variable);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeIdleConnections();
    });
  return { port, close };
}
