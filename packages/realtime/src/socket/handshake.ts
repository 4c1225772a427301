import type { IncomingMessage } from 'node:http';
import type { App } from '../channel/app.ts';
import { CloseCode } from '../wire/close-code.ts';
import { isAllowedOrigin } from './origin.ts';
import { splitUrl } from '../http-api/request-url.ts';

/** pusher-java-client says 5, Pysher 6; what they expect of a server is the same as with 7. */
const PROTOCOL_VERSION_MIN = 5;
const PROTOCOL_VERSION_MAX = 7;

const CONNECT_PATH = /^\/app\/([^/]+)\/?$/;

export type Handshake = { ok: true; app: App } | { ok: false; code: CloseCode; message: string };

/** The key in `/app/KEY`, or null for any other path. */
export function appKeyOf(url: string | undefined): string | null {
  return CONNECT_PATH.exec(splitUrl(url).path)?.[1] ?? null;
}

/** PP-1: whether a client may connect to the app whose key it names. */
export function shakeHands(
  request: Pick<IncomingMessage, 'url' | 'headers'>,
  app: App | undefined,
): Handshake {
  if (!app) return refuse(CloseCode.UnknownApp, 'There is no app with this key');
  const { search } = splitUrl(request.url);
  const fault = findProtocolFault(new URLSearchParams(search).get('protocol'));
  if (fault) return fault;
  if (!isAllowedOrigin(request.headers.origin, app.allowedOrigins)) {
    return refuse(CloseCode.Unauthorized, 'The origin of this page is not allowed');
  }
  if (app.connections.size >= app.limits.connectionsMax) {
    return refuse(CloseCode.OverCapacity, 'Too many connections');
  }
  return { ok: true, app };
}

/** A client that names no version is taken to speak ours, as by Laravel Reverb and soketi. */
function findProtocolFault(version: string | null): Handshake | null {
  if (version === null) return null;
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
