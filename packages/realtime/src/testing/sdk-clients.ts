import PusherHttp from 'pusher';
import PusherJs, { type Channel, type Options } from 'pusher-js';
import { onTestFinished } from 'vitest';
import { APP } from './running-server.ts';

/** The Node build is the class itself; its types speak of a module with a default. */
export const Pusher = PusherJs as unknown as typeof PusherJs.default;
export type Pusher = InstanceType<typeof Pusher>;

/** Known to the backend and never to the server: what it seals the server cannot read. */
const MASTER_KEY = Buffer.alloc(32, 'encryption').toString('base64');

/** The official server SDK, as a backend would use it. */
export function backend(running: { port: number }, app = APP): PusherHttp {
  return new PusherHttp({
    appId: app.id,
    key: app.key,
    secret: app.secret,
    host: '127.0.0.1',
    port: String(running.port),
    useTLS: false,
    encryptionMasterKeyBase64: MASTER_KEY,
  });
}

/**
 * Options of pusher-js that lead to this server; `userId` is who signs in and who is on presence
 * channels, `watchlist` whom they watch.
 */
export function clientOptions(
  running: { port: number },
  userId = 'someone',
  watchlist: string[] = [],
): Options {
  const http = backend(running);
  return {
    cluster: '',
    wsHost: '127.0.0.1',
    wsPort: running.port,
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization: {
      transport: 'ajax',
      endpoint: '',
      customHandler: ({ socketId, channelName }, callback) => {
        const data = channelName.startsWith('presence-')
          ? { user_id: userId, user_info: { name: `Name of ${userId}` } }
          : undefined;
        callback(null, http.authorizeChannel(socketId, channelName, data));
      },
    },
    userAuthentication: {
      transport: 'ajax',
      endpoint: '',
      customHandler: ({ socketId }, callback) => {
        const user_info = { name: `Name of ${userId}` };
        callback(null, http.authenticateUser(socketId, { id: userId, user_info, watchlist }));
      },
    },
  };
}

/** The real pusher-js; disconnected when the test is over. */
export function pusherClient(running: { port: number }, userId?: string, key = APP.key): Pusher {
  const client = new Pusher(key, clientOptions(running, userId));
  onTestFinished(() => client.disconnect());
  return client;
}

interface Bindable {
  bind(event: string, callback: (data: unknown) => void): unknown;
  unbind(event: string, callback: (data: unknown) => void): unknown;
}

/** The data of the next event of this name. */
export async function nextEvent<T = unknown>(target: Bindable, event: string): Promise<T> {
  return new Promise((resolve) => {
    const callback = (data: unknown): void => {
      target.unbind(event, callback);
      resolve(data as T);
    };
    target.bind(event, callback);
  });
}

export async function subscribed(client: Pusher, name: string): Promise<Channel> {
  const channel = client.subscribe(name);
  if (!channel.subscribed) await nextEvent(channel, 'pusher:subscription_succeeded');
  return channel;
}
