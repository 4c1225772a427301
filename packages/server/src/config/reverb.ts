import { createHmac } from 'node:crypto';
import { type AppSettings, appSettingsFrom, remarksOnApps } from './app-settings.ts';
import { type HostedApp, readAppsFile } from './apps-file.ts';
import { metricsFrom, type MetricsSettings } from './metrics.ts';
import { type RedisSettings, redisFrom } from './redis.ts';
import { Secret } from './secret.ts';
import { ConfigError, type Variables } from './variables.ts';
import type { Remark } from './remark.ts';

/** Where the Pusher-protocol server of our own is, and what clients are told of it. */
export type ReverbSettings =
  | { readonly mode: 'off' }
  | {
      /** In this process, on the main port, and on `listen` as well. */
      readonly mode: 'embedded';
      readonly app: PartialApp;
      readonly settings: AppSettings;
      readonly announced: Announced;
      readonly listen: Listen | null;
      readonly server: ServerSettings;
    }
  | {
      /** Another process, which is published to over its HTTP API. */
      readonly mode: 'external';
      readonly app: App;
      readonly address: Address;
    };

export interface App {
  readonly id: string;
  readonly key: string;
  readonly secret: Secret;
}
/** What is absent is derived: see {@link completeApp}. */
export type PartialApp = { readonly [K in keyof App]: App[K] | undefined };

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
}
/** What is absent is that of the client's own request. */
export type Announced = { readonly [K in keyof Address]: Address[K] | undefined };

export interface Listen {
  readonly host: string | undefined;
  readonly port: number;
  /** The variable that names the port, for the message when it is taken. */
  readonly variable: 'REVERB_SERVER_PORT' | 'REVERB_PORT' | 'the default port';
}

/** What holds for the Pusher-protocol server wherever it runs. */
export interface ServerSettings {
  readonly activityTimeout_s: number;
  /** Absent: the activity timeout. */
  readonly pingInterval_s: number | undefined;
  readonly frame_bytes: number | undefined;
  readonly requestBody_bytes: number | undefined;
  /** Null: it stands alone. */
  readonly redis: RedisSettings | null;
  /** Time over which its sockets are moved away when it stops. */
  readonly drain_ms: number;
}

/** The stand-alone Pusher-protocol server. */
export interface RealtimeConfig {
  readonly apps: readonly HostedApp[];
  readonly listen: Listen;
  /** Before all paths, `/realtime`; absent: none. */
  readonly path: string | undefined;
  readonly server: ServerSettings;
  /** Null: nowhere. */
  readonly metrics: MetricsSettings | null;
  readonly logLevel: Variables['LOG_LEVEL'];
  /** Addresses and networks from which no socket is opened. */
  readonly blockedAddresses: readonly string[];
  readonly trustProxy: Variables['TRUST_PROXY'];
  /** For the log: what was said and means less than it says. */
  readonly remarks: readonly Remark[];
}

const STANDALONE_PORT = 8080;
/** Where there are other nodes to go to. A server alone only keeps its clients waiting by it. */
const DRAIN_S = 5;
const LOCAL = new Set(['localhost', '127.0.0.1', '0.0.0.0', '::', '::1', '[::]', '[::1]']);

export function reverbFrom(
  given: Variables,
  localNames: ReadonlySet<string>,
  faults: string[],
): ReverbSettings {
  if (given.BROADCAST_CONNECTION === 'null' || given.BROADCAST_CONNECTION === 'log') {
    return { mode: 'off' };
  }
  if (given.REVERB_SERVER === 'external') {
    return {
      mode: 'external',
      app: fullApp(given, faults, 'as the other server has it'),
      address: externalAddress(given, faults),
    };
  }
  const listen = ownPort(given, localNames);
  return {
    mode: 'embedded',
    app: {
      id: given.REVERB_APP_ID,
      key: given.REVERB_APP_KEY,
      secret: given.REVERB_APP_SECRET,
    },
    settings: appSettingsFrom(given),
    announced: { host: given.REVERB_HOST, port: given.REVERB_PORT, scheme: given.REVERB_SCHEME },
    listen: listen === null || listen.port === given.PORT ? null : listen,
    server: serverSettings(given, faults),
  };
}

export function realtimeFrom(
  given: Variables,
  localNames: ReadonlySet<string>,
  faults: string[],
): RealtimeConfig {
  return {
    apps: appsFrom(given, faults),
    listen: ownPort(given, localNames) ?? {
      host: given.REVERB_SERVER_HOST ?? given.HOST,
      port: STANDALONE_PORT,
      variable: 'the default port',
    },
    path: given.REVERB_SERVER_PATH,
    server: serverSettings(given, faults),
    metrics: metricsFrom(given, 'REVERB_METRICS_PORT'),
    logLevel: given.LOG_LEVEL,
    blockedAddresses: given.BLOCKED_ADDRESSES,
    trustProxy: given.TRUST_PROXY,
    remarks: remarksOnApps(given),
  };
}

/**
 * The port of this machine on which a Laravel installation expects the Pusher-protocol server.
 * `REVERB_PORT` is what clients are told; it is also ours to listen on unless it belongs to
 * another machine or to a TLS proxy in front.
 */
function ownPort(given: Variables, localNames: ReadonlySet<string>): Listen | null {
  const host = given.REVERB_SERVER_HOST ?? given.HOST;
  if (given.REVERB_SERVER_PORT !== undefined) {
    return { host, port: given.REVERB_SERVER_PORT, variable: 'REVERB_SERVER_PORT' };
  }
  if (given.REVERB_PORT === undefined || given.REVERB_SCHEME === 'https') return null;
  const name = given.REVERB_HOST?.toLowerCase();
  if (given.REVERB_PORT === 443) return null;
  if (name !== undefined && !LOCAL.has(name) && !localNames.has(name)) return null;
  return { host, port: given.REVERB_PORT, variable: 'REVERB_PORT' };
}

/** Those of the file where there is one; its apps fall back on what the environment says of apps. */
function appsFrom(given: Variables, faults: string[]): readonly HostedApp[] {
  const settings = appSettingsFrom(given);
  if (given.REVERB_APPS_FILE === undefined)
    return [{ ...fullApp(given, faults, 'or apps in REVERB_APPS_FILE'), settings }];
  try {
    return readAppsFile(given.REVERB_APPS_FILE, settings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    faults.push(...error.faults);
    return [];
  }
}

/** @param besides what is said of a variable that is missing */
function fullApp(given: Variables, faults: string[], besides: string): App {
  const missing = (['REVERB_APP_ID', 'REVERB_APP_KEY', 'REVERB_APP_SECRET'] as const).filter(
    (name) => given[name] === undefined,
  );
  faults.push(...missing.map((name) => `${name} is needed, ${besides}`));
  return {
    id: given.REVERB_APP_ID ?? '',
    key: given.REVERB_APP_KEY ?? '',
    secret: given.REVERB_APP_SECRET ?? new Secret(''),
  };
}

function externalAddress(given: Variables, faults: string[]): Address {
  if (given.REVERB_HOST === undefined) {
    faults.push('REVERB_HOST is needed with REVERB_SERVER=external: where that server is');
  }
  const scheme = given.REVERB_SCHEME ?? (given.REVERB_PORT === 443 ? 'https' : 'http');
  return {
    host: given.REVERB_HOST ?? '',
    port: given.REVERB_PORT ?? (scheme === 'https' ? 443 : STANDALONE_PORT),
    scheme,
  };
}

function serverSettings(given: Variables, faults: string[]): ServerSettings {
  const redis = redisFrom(given, faults);
  return {
    activityTimeout_s: given.REVERB_APP_ACTIVITY_TIMEOUT,
    pingInterval_s: given.REVERB_APP_PING_INTERVAL,
    frame_bytes: given.REVERB_APP_MAX_MESSAGE_SIZE,
    requestBody_bytes: given.REVERB_MAX_REQUEST_SIZE,
    redis,
    drain_ms: 1_000 * (given.DRAIN_SECONDS ?? (redis === null ? 0 : DRAIN_S)),
  };
}

/**
 * Credentials that were not given come from the application key, so that all nodes, which share
 * that key, have the same without storing more.
 */
export function completeApp(app: PartialApp, appKey: Secret): App {
  const derive = (name: string): string =>
    createHmac('sha256', appKey.reveal()).update(`reverb ${name}`).digest('hex');
  return {
    id: app.id ?? String(Number.parseInt(derive('id').slice(0, 8), 16)),
    key: app.key ?? derive('key').slice(0, 20),
    secret: app.secret ?? new Secret(derive('secret')),
  };
}
