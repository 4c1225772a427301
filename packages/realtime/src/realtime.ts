import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { App } from './channel/app.ts';
import type { AppEvent } from './channel/app-event.ts';
import { CACHED_EVENT_TTL_MS, type SharedEventCache } from './channel/event-cache.ts';
import { AppWebhooks } from './webhook/app-webhooks.ts';
import type { Broadcast } from './cluster/bus.ts';
import { joinCluster } from './cluster/cluster.ts';
import type { ClusterFigures } from './cluster/cluster-node.ts';
import { isBelow, openFrontDoor } from './socket/front-door.ts';
import { Gateway, type UpgradeRequest } from './socket/gateway.ts';
import { type AnswerCall, CallDoor } from './http-api/call-door.ts';
import { HttpApi } from './http-api/http-api.ts';
import type { Metrics } from './metrics.ts';
import { greetAgain } from './channel/greeting.ts';
import { isCached } from './wire/channel-name.ts';
import { CloseCode } from './wire/close-code.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import {
  SILENT_LOGGER,
  type Publication,
  type RealtimeLogger,
  type RealtimeOptions,
} from './options.ts';

/** A Pusher-protocol server without a port of its own: an HTTP server hands it what is its. */
export interface RealtimeServer {
  /** @returns true when the path is ours (`/apps/…`); anything else is left untouched */
  handleRequest(req: IncomingMessage, res: ServerResponse): boolean;
  /** @returns true when the path is ours (`/app/KEY`); anything else is left untouched */
  handleUpgrade(req: UpgradeRequest, socket: Duplex, head: Buffer): boolean;
  /**
   * Takes what is its own, and plain, straight from the connections of an HTTP server that is given
   * the rest; that server still hands it what comes by `request` and `upgrade`.
   *
   * @param path what paths begin with; default: nothing
   * @param others answers plain calls of the application that the server is part of
   * @returns lets go of connections on which nothing is under way; to be called when it closes
   */
  openDoors(http: Server, path?: string, others?: AnswerCall): () => void;
  /** Synchronous, to local sockets and the bus; never throws for a dead socket. */
  publish(p: Publication): void;
  /** Closes all sockets of a signed-in user for good: pusher-js does not come back by itself. */
  terminateUser(appId: string, userId: string): void;
  /**
   * Notes in whose name a socket of this node is connected, for {@link disconnectOwner}. An entry
   * lives as long as its socket.
   *
   * @returns false where the socket is not on this node
   */
  claim(appId: string, socketId: string, owner: string): boolean;
  /**
   * Closes the sockets of this node that were claimed for an owner. `away`: pusher-js stays away by
   * itself (4009). `anew`: it comes back at once, and has its channels authorized anew (4200).
   */
  disconnectOwner(appId: string, owner: string, how: 'away' | 'anew'): void;
  /** Who has sockets on this node, of those that were claimed. */
  owners(appId: string): readonly string[];
  /** Who of them follows a channel with one. */
  ownersAt(appId: string, channel: string): readonly string[];
  /**
   * A note for {@link RealtimeOptions.told} of all other nodes. Lost where the bus is down; never
   * throws, never waits.
   */
  tell(note: string): void;
  /**
   * Greets all subscribers on this node once more, as though they had just subscribed: for when
   * they may have missed something.
   */
  greetAgain(): Promise<void>;
  /** Connections of this node, channels of the whole cluster as it knows it. */
  stats(): { connections: number; channels: number };
  /** Null where this node stands alone. */
  clusterFigures(): ClusterFigures | null;
  /**
   * Figures of the server and of the process, in Prometheus's text format. Not for the public:
   * whoever serves them decides to whom.
   */
  metrics(): Promise<string>;
  /** Closes sockets with 4200, so that clients come back at once, elsewhere. Bounded in time. */
  close(options?: CloseOptions): Promise<void>;
}

export interface CloseOptions {
  /**
   * Milliseconds over which sockets are closed, in random batches, so that the servers to which
   * their clients go are not run over. Few need less. Default 0: all at once.
   */
  drain_ms?: number;
}

const ACTIVITY_TIMEOUT_S = 30;
const PONG_TIMEOUT_S = 8;

/** @throws RangeError on a time that is not above 0, Error on an id or key that comes twice */
export function createRealtime(options: RealtimeOptions): RealtimeServer {
  const { logger = SILENT_LOGGER, greet, bus } = options;
  const activityTimeout_s = positive(options.activityTimeout_s ?? ACTIVITY_TIMEOUT_S);
  const pingInterval_s = positive(options.pingInterval_s ?? activityTimeout_s);
  const pongTimeout_s = positive(options.pongTimeout_s ?? PONG_TIMEOUT_S);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const webhooks = new Map<string, AppWebhooks>();
  for (const config of options.apps) {
    if ((config.webhooks ?? []).length === 0) continue;
    const settings = options.webhooks ?? {};
    const app = (): App | undefined => byId.get(config.id);
    webhooks.set(config.id, new AppWebhooks({ config, settings, app, logger }));
  }
  const report = (appId: string, event: AppEvent): void => {
    webhooks.get(appId)?.take(event);
    options.report?.(appId, event);
  };
  const apps = options.apps.map(
    (config) =>
      new App(config, limits, reporter(config.id, report, logger), (channel) => {
        try {
          options.attended?.(config.id, channel);
        } catch (error) {
          logger.error({ err: error, appId: config.id, channel }, 'report of a channel failed');
        }
      }),
  );
  const byId = index(apps, (app) => app.id);
  const byKey = index(apps, (app) => app.key);

  const { clusterTimes: times, eventsMissed: missed, told } = options;
  const cluster = bus ? joinCluster({ bus, apps: byId, logger, times, missed, told }) : null;
  const publish = (broadcast: Broadcast): void => {
    byId.get(broadcast.appId)?.deliver(broadcast);
    cluster?.send(broadcast);
    if (cluster?.cache) share(cluster.cache, broadcast);
  };
  const terminateUser = (appId: string, userId: string): void => {
    byId.get(appId)?.terminateUser(userId);
    cluster?.terminateUser(appId, userId);
  };
  const gateway = new Gateway({
    findApp: (key) => byKey.get(key),
    publish,
    greet,
    sharedCache: cluster?.cache,
    admits: options.admits ?? (() => true),
    logger,
    limits,
    activityTimeout_s,
    pingInterval_s,
    pongTimeout_s,
  });
  const httpApi = new HttpApi({
    findApp: (id) => byId.get(id),
    publish,
    terminateUser,
    logger,
    requestBodyBytesMax: limits.requestBodyBytesMax,
    watch: options.watch,
  });
  // Only a server that is watched pays for the library.
  let metrics: Promise<Metrics> | null = null;

  return {
    handleRequest: (req, res) => httpApi.handleRequest(req, res),
    handleUpgrade: (req, socket, head) => gateway.handleUpgrade(req, socket, head),
    openDoors(http, path = '', others = () => null) {
      const calls = new CallDoor((call, socket) => {
        const own = isBelow(call, path) ? httpApi.call(call) : null;
        return own ?? others(call, socket);
      });
      const close = openFrontDoor(http, {
        upgrade: (head, socket, rest) =>
          isBelow(head, path) && gateway.handleUpgrade(head, socket, rest),
        other: (socket, chunk, handOver) => calls.take(socket, chunk, handOver),
      });
      return () => {
        close();
        calls.close();
      };
    },
    publish({ data, ...publication }) {
      const app = byId.get(publication.appId);
      if (app === undefined) {
        logger.error({ appId: publication.appId }, 'published to an app that is not there');
        return;
      }
      // Much is published that nobody follows: it need not even be put into words.
      if (cluster === null && !app.hears(publication)) return;
      publish({ ...publication, dataJson: JSON.stringify(data) });
    },
    terminateUser,
    async metrics() {
      metrics ??= import('./metrics.ts').then(
        ({ Metrics }) =>
          new Metrics({
            apps,
            traffic: gateway.traffic,
            calls: httpApi.calls,
            webhooks,
            cluster: () => cluster?.figures ?? null,
          }),
      );
      return (await metrics).render();
    },
    claim: (appId, socketId, owner) => byId.get(appId)?.claim(socketId, owner) ?? false,
    disconnectOwner(appId, owner, how) {
      const code = how === 'away' ? CloseCode.Unauthorized : CloseCode.Reconnect;
      byId.get(appId)?.disconnectOwner(owner, code, 'You are not signed in as before');
    },
    owners: (appId) => byId.get(appId)?.owners.all() ?? [],
    ownersAt: (appId, channel) => byId.get(appId)?.ownersAt(channel) ?? [],
    tell: (note) => cluster?.tell(note),
    greetAgain: async () => greetAgain(apps, { greet, logger }),
    stats: () => ({
      connections: apps.reduce((sum, app) => sum + app.connections.size, 0),
      channels: apps.reduce((sum, app) => sum + app.channels.size, 0),
    }),
    clusterFigures: () => cluster?.figures ?? null,
    async close({ drain_ms = 0 } = {}) {
      await gateway.close(drain_ms);
      await cluster?.leave();
      await Promise.all(Array.from(webhooks.values(), async (hooks) => hooks.close()));
    },
  };
}

function share(cache: SharedEventCache, { appId, channels, event, dataJson }: Broadcast): void {
  for (const channel of channels) {
    if (!isCached(channel, event)) continue;
    cache.remember(appId, channel, { event, dataJson }, CACHED_EVENT_TTL_MS);
  }
}

/** Of what the owner of the server makes of an event no socket must suffer. */
function reporter(
  appId: string,
  report: (appId: string, event: AppEvent) => void,
  logger: RealtimeLogger,
): (event: AppEvent) => void {
  return (event) => {
    try {
      report(appId, event);
    } catch (error) {
      logger.error({ err: error, appId, event: event.type }, 'report of an event failed');
    }
  };
}

function positive(seconds: number): number {
  if (!(seconds > 0)) throw new RangeError('A timeout must be above 0 s');
  return seconds;
}

function index(apps: readonly App[], keyOf: (app: App) => string): ReadonlyMap<string, App> {
  const map = new Map(apps.map((app) => [keyOf(app), app]));
  if (map.size < apps.length) throw new Error('Two apps have the same id or key');
  return map;
}
