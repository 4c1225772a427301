import { AsyncLocalStorage } from 'node:async_hooks';
import { Forms } from '../../packages/server/src/attachment/form.http.ts';
import { IncomingFolder } from '../../packages/server/src/attachment/incoming.disk.ts';
import { createGreeter } from '../../packages/server/src/broadcast/greet.ts';
import type { Config } from '../../packages/server/src/config/config.ts';
import { configFrom } from '../../packages/server/src/config/config.ts';
import { createConversationQueries } from '../../packages/server/src/conversation/conversation.queries.ts';
import { createApp, type App } from '../../packages/server/src/http/app.ts';
import { NO_INTERCEPTOR } from '../../packages/server/src/http/listener.ts';
import { createLogger } from '../../packages/server/src/http/log.ts';
import { registerRoutes } from '../../packages/server/src/http/routes.ts';
import type { Services } from '../../packages/server/src/http/services.ts';
import type { JobWorker } from '../../packages/server/src/job/job.worker.ts';
import { wire, type Wired } from '../../packages/server/src/wiring.ts';
import type { Random } from '../../packages/client/src/testing/random.ts';
import type { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';
import { hashToken } from '../../packages/server/src/token.ts';
import { DatabaseUnavailableError } from '../../packages/server/src/database/database.ts';
import { SESSION_LIFETIME_MS } from '../../packages/server/src/http/identity.ts';
import type { SimulatedBus } from './bus.ts';
import { sessionOf, type AgentName } from './identities.ts';
import { simulatedProviders, type SocketHub } from './sockets.ts';
import { SimulatedDatabase, type SimulatedDisk, type StoreDefect } from './store.ts';

/** The ways to receive events that the server of a story has. */
export type ProvidersInUse = 'pusher and reverb' | 'reverb' | 'external reverb' | 'polling';

const APP = { REVERB_APP_ID: 'own', REVERB_APP_KEY: 'reverb', REVERB_APP_SECRET: 'own secret' };
const HOSTED = { PUSHER_APP_ID: 'hosted', PUSHER_APP_KEY: 'pusher', PUSHER_APP_SECRET: 'theirs' };
const ENVIRONMENTS: Readonly<Record<ProvidersInUse, Readonly<Record<string, string>>>> = {
  'pusher and reverb': { ...APP, ...HOSTED, BROADCAST_CONNECTION: 'pusher' },
  reverb: { ...APP, BROADCAST_CONNECTION: 'reverb' },
  'external reverb': {
    ...APP,
    BROADCAST_CONNECTION: 'reverb',
    REVERB_SERVER: 'external',
    REVERB_HOST: 'sockets.example',
    REVERB_PORT: '443',
    REVERB_SCHEME: 'https',
  },
  polling: { BROADCAST_CONNECTION: 'null' },
};
export const CREDENTIALS = {
  pusher: { key: HOSTED.PUSHER_APP_KEY, secret: HOSTED.PUSHER_APP_SECRET },
  reverb: { key: APP.REVERB_APP_KEY, secret: APP.REVERB_APP_SECRET },
} as const;

/** Small enough that a lively story meets it. */
const BURST = '8';

const configs = new Map<ProvidersInUse, Config>();
function configOf(providers: ProvidersInUse): Config {
  const known = configs.get(providers);
  if (known !== undefined) return known;
  const environment = { ...ENVIRONMENTS[providers], LIMIT_MESSAGES_BURST: BURST };
  const config = configFrom(environment, new Set());
  configs.set(providers, config);
  return config;
}

export interface SimulatedRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload?: string;
  /** Aborted when the client leaves. */
  readonly signal?: AbortSignal;
}

export interface SimulatedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const LOGGER = createLogger('silent');
const NO_BUILDS = { widget: '/nowhere', dashboard: '/nowhere' };
const DAY_MS = 24 * 60 * 60_000;
const SIGN_IN = '/admin/login';
/** So many turns of the event loop a request takes that waits for nothing (greetings are gathered), and a few more. */
const TURNS = 9;

/** Whose services the routes use: those of the node that has the request. */
const current = new AsyncLocalStorage<Services>();
let lives = 0;
let shared: Promise<App> | null = null;

/**
 * Fastify with all routes, made once for all stories, for it takes as long as a story: the routes
 * reach the services of the node that was asked.
 */
export function sharedApp(): Promise<App> {
  shared ??= makeApp();
  return shared;
}

async function makeApp(): Promise<App> {
  const services = delegate(() => {
    const services = current.getStore();
    if (services === undefined) throw new Error('no server was asked');
    return services;
  });
  const { app } = await createApp({
    config: configOf('polling'),
    identities: services.identities,
    logger: LOGGER,
    first: NO_INTERCEPTOR,
    plainCalls: () => () => null,
    checkAnswers: false,
    tracing: null,
  });
  await registerRoutes(app, services, 'simulation');
  await app.ready();
  return app;
}

/** Stands for whatever service there is at the moment at which it is used. */
function delegate(now: () => Services): Services {
  const standIn = <T extends object>(of: () => T): T =>
    new Proxy({} as T, {
      get: (_, name) => {
        const target = of();
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  return {
    // Read as routes are made, before any server lives; what differs between stories is asked below.
    config: configOf('polling'),
    // What routes themselves remember is a day older for each life of a server: forgotten.
    clock: { now_ms: () => now().clock.now_ms() + lives * DAY_MS },
    random: standIn(() => now().random),
    feed: standIn(() => now().feed),
    identities: standIn(() => now().identities),
    logins: standIn(() => now().logins),
    dashboardSockets: standIn(() => now().dashboardSockets),
    limits: standIn(() => now().limits),
    builds: NO_BUILDS,
    siteQueries: standIn(() => now().siteQueries),
    siteCommands: standIn(() => now().siteCommands),
    teamQueries: standIn(() => now().teamQueries),
    sendsMail: false,
    transcriptCommands: standIn(() => now().transcriptCommands),
    visitorDetailsQueries: standIn(() => now().visitorDetailsQueries),
    visitorDetailsCommands: standIn(() => now().visitorDetailsCommands),
    visitorCommands: standIn(() => now().visitorCommands),
    agentCommands: standIn(() => now().agentCommands),
    agentQueries: standIn(() => now().agentQueries),
    colleagues: standIn(() => now().colleagues),
    managing: standIn(() => now().managing),
    conversationCommands: standIn(() => now().conversationCommands),
    conversationQueries: standIn(() => now().conversationQueries),
    labelQueries: standIn(() => now().labelQueries),
    labelCommands: standIn(() => now().labelCommands),
    agentTeamQueries: standIn(() => now().agentTeamQueries),
    agentTeamCommands: standIn(() => now().agentTeamCommands),
    savedViewQueries: standIn(() => now().savedViewQueries),
    savedViewCommands: standIn(() => now().savedViewCommands),
    searchQueries: standIn(() => now().searchQueries),
    notifications: standIn(() => now().notifications),
    system: standIn(() => now().system),
    webhooks: standIn(() => now().webhooks),
    mentionQueries: standIn(() => now().mentionQueries),
    mentionCommands: standIn(() => now().mentionCommands),
    messageCommands: standIn(() => now().messageCommands),
    visitorMessages: standIn(() => now().visitorMessages),
    attachmentQueries: standIn(() => now().attachmentQueries),
    fileCommands: standIn(() => now().fileCommands),
    forms: new Forms({
      incoming: new IncomingFolder('/nowhere'),
      limits: configOf('polling').limits,
      requestLimits: standIn(() => now().limits),
    }),
    storage: standIn(() => now().storage),
    replyKeys: () => now().replyKeys(),
    fileLinks: () => now().fileLinks(),
    typing: standIn(() => now().typing),
    viewing: standIn(() => now().viewing),
    availability: standIn(() => now().availability),
    turnCommands: standIn(() => now().turnCommands),
    liveVisitors: standIn(() => now().liveVisitors),
    liveVisitorsQueries: standIn(() => now().liveVisitorsQueries),
    channelApps: standIn(() => now().channelApps),
    realtimeConfig: (request, audience) => now().realtimeConfig(request, audience),
    greet: (appId, name) => now().greet(appId, name),
    degraded: () => now().degraded(),
    ping: () => now().ping(),
  };
}

interface Life {
  readonly database: SimulatedDatabase;
  readonly wired: Wired;
  readonly worker: JobWorker;
}

/** A node of a story: lives one after another on one disk. */
export class SimulatedServer {
  readonly #options: ServerOptions;
  #life: Life | null = null;
  /** Raised by each start and each death. */
  #era = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Among the others. */
  get node(): number {
    return this.#options.node;
  }

  get isAlive(): boolean {
    return this.#life !== null;
  }

  async start(): Promise<void> {
    const { node, bus, clock, random, disk, hub, providers, defect, onCommit } = this.#options;
    await sharedApp();
    this.#era += 1;
    const era = this.#era;
    const isAlive = (): boolean => era === this.#era;
    const isShared = bus !== null;
    const database = new SimulatedDatabase({ disk, clock, random, defect, onCommit, isShared });
    const tokens = { token: () => `${random.uuid()}${random.uuid()}`.replaceAll('-', '') };
    const greet = createGreeter(createConversationQueries({ database, clock, fileKey: '' }));
    const wired = await wire({
      config: configOf(providers),
      logger: LOGGER,
      database,
      clock,
      random: tokens,
      chance: () => random.next(),
      builds: NO_BUILDS,
      providersFor: (config, appKey, _queries, _logger, hooks) =>
        simulatedProviders(hub, config, appKey, { node, isAlive, greet, hooks, bus }),
    });
    lives += 1;
    this.#life = { database, wired, worker: wired.startWorker() };
  }

  /** As `kill -9`: what was not committed is gone, and nobody is answered any more. */
  crash(): void {
    if (this.#life === null) return;
    const { database, wired, worker } = this.#life;
    this.#era += 1;
    this.#life = null;
    database.die();
    // The timers of the dead.
    void worker.stop();
    wired.feed.close();
    this.#options.hub.lose(this.node);
  }

  /** @returns never, where the server died meanwhile */
  async handle(request: SimulatedRequest): Promise<SimulatedAnswer> {
    const app = await sharedApp();
    const era = this.#era;
    if (this.#life === null) throw new TypeError('connection refused');
    const { services } = this.#life.wired;
    this.#options.clock.allow(TURNS);
    if (request.method === 'POST' && request.url === SIGN_IN) return signIn(services, request);
    const { statusCode, headers, payload } = await current.run(
      services,
      // What it gives begins when it is waited for.
      async () => app.inject(request),
    );
    if (era !== this.#era) await new Promise<never>(() => undefined);
    const given = Object.entries(headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    return { status: statusCode, headers: new Headers(given), text: payload };
  }
}

/** What the route does, but for the password, whose check takes real time. */
async function signIn(
  { agentQueries, agentCommands, logins, clock, random }: Services,
  { headers, payload = '' }: SimulatedRequest,
): Promise<SimulatedAnswer> {
  try {
    const { email } = JSON.parse(payload) as { email: string };
    const account = await agentQueries.findAgentByEmail(email);
    if (account === null) throw new Error(`nobody is called ${email}`);
    const former = headers['cookie']?.split('=')[1];
    if (former !== undefined) await logins.endSession(hashToken(former));
    const token = sessionOf(account.name as AgentName, random.token());
    await agentCommands.createSession({
      account,
      tokenHash: hashToken(token),
      csrfToken: random.token(),
      expiresAt_ms: clock.now_ms() + SESSION_LIFETIME_MS,
      userAgent: '',
      address: '',
    });
    const cookie = new Headers({ 'set-cookie': `parley_session=${token}` });
    return { status: 200, headers: cookie, text: '{"success":true}' };
  } catch (error) {
    if (!(error instanceof DatabaseUnavailableError)) throw error;
    const text = '{"success":false,"error":{"code":"unavailable","message":"no database"}}';
    return { status: 503, headers: new Headers(), text };
  }
}

export interface ServerOptions {
  readonly node: number;
  /** What joins it to the others; null: it is alone. */
  readonly bus: SimulatedBus | null;
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly disk: SimulatedDisk;
  readonly hub: SocketHub;
  readonly providers: ProvidersInUse;
  readonly defect: StoreDefect;
  /** Called between a commit and its answers. */
  readonly onCommit: () => void;
}
