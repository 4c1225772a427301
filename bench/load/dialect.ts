import { createHash, createHmac } from 'node:crypto';
import { PARLEY_APP } from '../peers/app.ts';
import type { PeerName } from '../peers/peer.ts';
import { clientText } from './frames.ts';

/** What a client does upon a text from the server before it is subscribed. */
export type Step = { type: 'send'; frame: Buffer } | { type: 'subscribed' } | { type: 'ignore' };

/** How to speak to a server: to be a subscriber, and to publish. */
export interface Dialect {
  /** Path of the WebSocket. */
  path(channel: string): string;
  /** Whether the answer to the upgrade is also that to the subscription. */
  subscribedByUpgrade: boolean;
  step(text: string, channel: string): Step;
  /** Answers to a text that asks whether the client is there; null for any other text. */
  answer(text: string): Buffer | null;
  /** A whole HTTP request. */
  publish(channel: string, message: string): Buffer;
}

const PUSHER: Dialect = {
  path: () => `/app/${PARLEY_APP.key}?protocol=7&client=bench&version=1&flash=false`,
  subscribedByUpgrade: false,
  step(text, channel) {
    if (text.startsWith('{"event":"pusher:connection_established"')) {
      const frame = channel.startsWith('private-')
        ? clientText(subscribeText(channel, signature(socketIdOf(text), channel)))
        : frameOnce(subscribeText(channel));
      return { type: 'send', frame };
    }
    return text.startsWith('{"event":"pusher_internal:subscription_succeeded"')
      ? { type: 'subscribed' }
      : { type: 'ignore' };
  },
  answer: (text) =>
    text.startsWith('{"event":"pusher:ping"')
      ? frameOnce('{"event":"pusher:pong","data":{}}')
      : null,
  publish: signedPublish,
};

export const DIALECTS: Readonly<Record<PeerName, Dialect>> = {
  ours: PUSHER,
  base: PUSHER,
  'one-each': PUSHER,
  ws: {
    path: () => '/',
    subscribedByUpgrade: false,
    step(text, channel) {
      if (text.startsWith('{"event":"welcome"')) {
        return { type: 'send', frame: frameOnce(JSON.stringify({ event: 'subscribe', channel })) };
      }
      return text.startsWith('{"event":"subscribed"') ? { type: 'subscribed' } : { type: 'ignore' };
    },
    answer: () => null,
    publish: plainPublish,
  },
  'socket.io': {
    path: () => '/socket.io/?EIO=4&transport=websocket',
    subscribedByUpgrade: false,
    step(text, channel) {
      // Engine.IO opens; the client connects to the namespace, and says in its auth which room.
      if (text.startsWith('0{')) {
        return { type: 'send', frame: frameOnce(`40${JSON.stringify({ room: channel })}`) };
      }
      return text.startsWith('40{') ? { type: 'subscribed' } : { type: 'ignore' };
    },
    answer: (text) => (text === '2' ? frameOnce('3') : null),
    publish: plainPublish,
  },
  nchan: {
    path: (channel) => `/sub/${channel}`,
    subscribedByUpgrade: true,
    step: () => ({ type: 'ignore' }),
    answer: () => null,
    publish: plainPublish,
  },
};

function subscribeText(channel: string, auth = ''): string {
  return JSON.stringify({ event: 'pusher:subscribe', data: { auth, channel } });
}

/** What a backend answers to a page that asks for a private channel. */
function signature(socketId: string, channel: string): string {
  const { key, secret } = PARLEY_APP;
  return `${key}:${createHmac('sha256', secret).update(`${socketId}:${channel}`).digest('hex')}`;
}

function socketIdOf(established: string): string {
  const [, id] = /\\"socket_id\\":\\"([\d.]+)/.exec(established) ?? [];
  if (id === undefined) throw new Error(`No socket id: ${established}`);
  return id;
}

const frames = new Map<string, Buffer>();

/** Thousands of clients say the same. */
function frameOnce(text: string): Buffer {
  let frame = frames.get(text);
  if (!frame) {
    frame = clientText(text);
    frames.set(text, frame);
  }
  return frame;
}

function plainPublish(channel: string, message: string): Buffer {
  return post(`/pub/${channel}`, message);
}

/** As the official SDKs sign a call of the HTTP API. */
function signedPublish(channel: string, message: string): Buffer {
  const { id, key, secret } = PARLEY_APP;
  const body = JSON.stringify({ name: 'message', channel, data: message });
  const path = `/apps/${id}/events`;
  const query = [
    `auth_key=${key}`,
    `auth_timestamp=${Math.floor(Date.now() / 1000)}`,
    'auth_version=1.0',
    `body_md5=${createHash('md5').update(body).digest('hex')}`,
  ].join('&');
  const signature = createHmac('sha256', secret).update(`POST\n${path}\n${query}`).digest('hex');
  return post(`${path}?${query}&auth_signature=${signature}`, body);
}

/** A whole call of the application's API. */
export function postJson(path: string, body: object, token: string): Buffer {
  return post(path, JSON.stringify(body), `Authorization: Bearer ${token}\r\n`);
}

function post(path: string, body: string, headers = ''): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${headers}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
