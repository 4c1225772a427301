import type { App } from '../channel/app.ts';
import { CloseCode } from '../wire/close-code.ts';
import { isAllowedOrigin } from './origin.ts';
import { splitUrl } from '../http-api/request-url.ts';

/** pusher-java-client says 5, Pysher 6; what they expect of a server is the same as with 7. */
const PROTOCOL_VERSION_MIN = 5;
const PROTOCOL_VERSION_MAX = 7;

const CONNECT_PATH = '/app/';
const PROTOCOL = /(?:^|&)protocol=([^&]*)/;
/**
 * The SDKs for Java and Swift, on which those for React Native and Flutter stand, leave
 * `pusher:ping` unanswered, and ping by themselves only where nothing comes for a minute or two.
 */
const ANSWERS_NO_EVENT = /(?:^|&)client=(?:java-client|pusher-websocket-swift)(?:&|$)/;

export type Handshake =
  | {
      ok: true;
      app: App;
      /** Whether it is known to answer pings by WebSocket frame, and no others. */
      needsControlPings: boolean;
    }
  | { ok: false; code: CloseCode; message: string };

/** The key in `/app/KEY`, or null for any other path. */
export function appKeyOf(url: string | undefined): string | null {
  if (!url?.startsWith(CONNECT_PATH)) return null;
  const { path } = splitUrl(url);
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const key = path.slice(CONNECT_PATH.length, end);
  return key === '' || key.includes('/') ? null : key;
}

/** PP-1: whether a client may connect to the app whose key it names. */
export function shakeHands(
  { url, headers }: { url?: string | undefined; headers: { origin?: string | undefined } },
  app: App | undefined,
): Handshake {
  if (!app) return refuse(CloseCode.UnknownApp, 'There is no app with this key');
  if (!app.enabled) return refuse(CloseCode.DisabledApp, 'This app is disabled');
  const { search } = splitUrl(url);
  const [, version] = PROTOCOL.exec(search) ?? [];
  const fault = findProtocolFault(version);
  if (fault) return fault;
  if (!isAllowedOrigin(headers.origin, app.allowedOrigins)) {
    return refuse(CloseCode.Unauthorized, 'The origin of this page is not allowed');
  }
  if (app.connections.size >= app.limits.connectionsMax) {
    return refuse(CloseCode.OverCapacity, 'Too many connections');
  }
  return { ok: true, app, needsControlPings: ANSWERS_NO_EVENT.test(search) };
}

/** A client that names no version is taken to speak ours, as by Laravel Reverb and soketi. */
function findProtocolFault(version: string | undefined): Handshake | null {
  if (version === undefined) return null;
  if (!/^\d{1,9}$/.test(version)) {
    return refuse(CloseCode.InvalidProtocolVersion, 'The protocol version must be a number');
  }
  if (Number(version) < PROTOCOL_VERSION_MIN || Number(version) > PROTOCOL_VERSION_MAX) {
    return refuse(CloseCode.UnsupportedProtocolVersion, 'This protocol version is not supported');
  }
  return null;
}

function refuse(code: CloseCode, message: string): Handshake {
  return { ok: false, code, message };
}
