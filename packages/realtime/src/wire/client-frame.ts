import { isDeeperThan, isJsonObject, jsonText, parseJson, type JsonObject } from './json.ts';

/**
 * Levels to which the data of a client event may be nested. It is handed to the other clients as it
 * is, and some cannot read more: the parsers of .NET stop at 64 levels, that of Ruby at 100.
 */
const DATA_LEVELS_MAX = 50;

/** What a client can say. `malformed` names the fault for the developer at the other end. */
export type ClientFrame =
  | { type: 'ping' }
  | { type: 'pong' }
  | SubscribeFrame
  | { type: 'unsubscribe'; channel: string }
  | SigninFrame
  | ClientEventFrame
  | { type: 'malformed'; fault: string };

export interface SubscribeFrame {
  type: 'subscribe';
  channel: string;
  /** `KEY:hmac`; empty where the client sent none, as pusher-js does for public channels. */
  auth: string;
  channelData: string | undefined;
}

export interface SigninFrame {
  type: 'signin';
  /** `KEY:hmac` */
  auth: string;
  /** JSON text, as it was signed. */
  userData: string;
}

export interface ClientEventFrame {
  type: 'client_event';
  event: string;
  channel: string;
  /** JSON text of the data as the client sent it, be it a string or anything else. */
  dataJson: string;
}

function malformed(fault: string): ClientFrame {
  return { type: 'malformed', fault };
}

/** Reads one text frame. Never throws, whatever the bytes. */
export function parseClientFrame(bytes: Buffer): ClientFrame {
  const frame = parseJson(bytes.toString('utf8'));
  if (!isJsonObject(frame)) return malformed('A frame must be a JSON object');
  const event = frame['event'];
  if (typeof event !== 'string') return malformed('"event" must be a string');
  switch (event) {
    case 'pusher:ping':
      return { type: 'ping' };
    case 'pusher:pong':
      return { type: 'pong' };
    case 'pusher:subscribe':
      return parseSubscribe(frame);
    case 'pusher:unsubscribe':
      return parseUnsubscribe(frame);
    case 'pusher:signin':
      return parseSignin(frame);
    default:
      if (event.startsWith('pusher:')) return malformed('Unknown protocol event');
      return parseClientEvent(event, frame);
  }
}

/** Some clients send the data of `pusher:` events as a JSON string, like the server does. */
function dataObject(frame: JsonObject): JsonObject {
  const data = frame['data'];
  const value = typeof data === 'string' ? parseJson(data) : data;
  return isJsonObject(value) ? value : {};
}

function parseSubscribe(frame: JsonObject): ClientFrame {
  const { channel, auth, channel_data: channelData } = dataObject(frame);
  if (typeof channel !== 'string') return malformed('"channel" must be a string');
  // pusher-js hands on what the authorization endpoint answered: null means absent.
  if (auth !== undefined && auth !== null && typeof auth !== 'string') {
    return malformed('"auth" must be a string');
  }
  if (channelData !== undefined && channelData !== null && typeof channelData !== 'string') {
    return malformed('"channel_data" must be a string');
  }
  return { type: 'subscribe', channel, auth: auth ?? '', channelData: channelData ?? undefined };
}

function parseUnsubscribe(frame: JsonObject): ClientFrame {
  const { channel } = dataObject(frame);
  if (typeof channel !== 'string') return malformed('"channel" must be a string');
  return { type: 'unsubscribe', channel };
}

function parseSignin(frame: JsonObject): ClientFrame {
  const { auth, user_data: userData } = dataObject(frame);
  if (typeof auth !== 'string') return malformed('"auth" must be a string');
  if (typeof userData !== 'string') return malformed('"user_data" must be a string');
  return { type: 'signin', auth, userData };
}

function parseClientEvent(event: string, frame: JsonObject): ClientFrame {
  const { channel, data } = frame;
  if (typeof channel !== 'string') return malformed('"channel" must be a string');
  if (isDeeperThan(data, DATA_LEVELS_MAX)) {
    return malformed(`"data" is nested more than ${DATA_LEVELS_MAX} levels deep`);
  }
  const dataJson = jsonText(data ?? null) ?? 'null';
  return { type: 'client_event', event, channel, dataJson };
}
