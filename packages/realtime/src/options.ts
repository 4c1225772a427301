import type { AppEvent } from './channel/app-event.ts';
import type { Bus } from './cluster/bus.ts';
import type { ClusterTimes } from './cluster/cluster-node.ts';
import type { CallWatch } from './http-api/http-api.ts';
import type { AppLimits, RealtimeLimits } from './limits.ts';
import type { WebhookEndpoint, WebhookSettings } from './webhook/webhook-options.ts';

/** One tenant of the server: what Pusher calls an app. Its channels are its own. */
export interface RealtimeApp {
  /** Stands in the path of the HTTP API: `/apps/ID/…`. */
  id: string;
  /** Public; stands in the address of the WebSocket: `/app/KEY`. */
  key: string;
  /** Signs channel authorizations and HTTP calls. Never leaves the server. */
  secret: string;
  /**
   * Hosts from whose pages a browser may connect, as Laravel's `REVERB_APP_ALLOWED_ORIGINS`:
   * `*` alone is any, and within a pattern any run of characters (`*.example.com`).
   * Absent: any. A client that sends no Origin is no browser and is let in.
   */
  allowedOrigins?: readonly string[];
  /** Whether clients may send `client-` events to each other. Default true. */
  clientEvents?: boolean;
  /**
   * Whether the subscribers of a channel without presence are told how many they are, as often as
   * that changes (see `subscriptionCountInterval_ms`). Default false.
   */
  subscriptionCount?: boolean;
  /** False closes every connection with 4003 and refuses every call. Default true. */
  enabled?: boolean;
  limits?: Partial<AppLimits>;
  /** Addresses of the app's backend that are told what happens in it, signed with the secret. */
  webhooks?: readonly WebhookEndpoint[];
}

/** What the server logs to; a pino logger fits. */
export interface RealtimeLogger {
  debug(o: object, m: string): void;
  info(o: object, m: string): void;
  warn(o: object, m: string): void;
  error(o: object, m: string): void;
}

/** An event that greets one socket after it was added to a channel. */
export interface Greeting {
  event: string;
  /** Plain or JSON-encoded; travels as a string. */
  data: string;
}

export interface RealtimeOptions {
  apps: readonly RealtimeApp[];
  /** Default: silent. */
  logger?: RealtimeLogger;
  /**
   * Seconds of silence after which either side asks whether the other is still there: clients
   * are told it in `pusher:connection_established`. Whole seconds from 1 on
   * for pusher-js, which hangs on 0. Default 30.
   */
  activityTimeout_s?: number;
  /**
   * Seconds of silence after which the server itself asks, where that is to differ from what
   * clients are told. Default: {@link activityTimeout_s}.
   */
  pingInterval_s?: number;
  /** Seconds that a client has to answer before it is closed with 4201. Default 8. */
  pongTimeout_s?: number;
  limits?: Partial<RealtimeLimits>;
  /**
   * Whether a client may connect, of any app: a refused one is closed with 4009. Default: all may.
   *
   * @param peer the address at the other end of the connection
   * @param forwardedFor `X-Forwarded-For` as it came, which anybody may have written
   */
  admits?: (peer: string, forwardedFor: string | undefined) => boolean;
  /**
   * Called after a socket was added to a channel; what it resolves to is sent to that socket
   * alone, as an event on that channel, after `subscription_succeeded`. A rejection is logged and
   * sends nothing.
   */
  greet?: (appId: string, channel: string) => Promise<Greeting | null> | null;
  /**
   * Called at once for what happened in an app, on the node where it happened. What it throws is
   * logged.
   */
  report?: (appId: string, event: AppEvent) => void;
  /**
   * Called after a socket of this node joined or left a channel, and when it is known for whom one
   * is connected that is there already. What it throws is logged.
   */
  attended?: (appId: string, channel: string) => void;
  /** Is told of calls of the HTTP API. Default: nobody. */
  watch?: CallWatch | undefined;
  /** How the webhooks of all apps are sent. */
  webhooks?: Partial<WebhookSettings>;
  /** Joins this server to others that share the same bus. Default: it stands alone. */
  bus?: Bus;
  clusterTimes?: Partial<ClusterTimes>;
  /**
   * Called soon after this node may have missed events of other nodes: it was cut off from the bus
   * and is back, packets were lost on the way, or a node died, maybe with something left to say.
   */
  eventsMissed?: () => void;
  /**
   * Called with each note that another node's embedding server sent by {@link RealtimeServer.tell}.
   * Whoever can write to the bus can write one: it must be checked. What it throws is logged.
   */
  told?: (note: string) => void;
}

/** An event for all subscribers of one or several channels. */
export interface Publication {
  appId: string;
  channels: readonly string[];
  event: string;
  /** Already JSON-encoded, or a plain string. */
  data: string;
  /** This socket does not receive the event: the one that caused it. */
  exceptSocketId?: string;
}

export const SILENT_LOGGER: RealtimeLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
