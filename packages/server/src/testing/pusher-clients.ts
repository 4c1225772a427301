import type { OutgoingHttpHeaders } from 'node:http';
import Pusher, { type Channel, type ChannelAuthorizationHandler, type Options } from 'pusher-js';
import { call } from './http-client.ts';

/** The Node build is the class itself; its types speak of a module with a default. */
const PusherClient = Pusher as unknown as typeof Pusher.default;
export type PusherClient = InstanceType<typeof PusherClient>;

export interface ClientOptions {
  /** Where the Pusher-protocol server is. */
  readonly port: number;
  readonly key: string;
  /** Of the application, which authorizes channels. */
  readonly authUrl: string;
  /** Credentials of whoever listens. */
  readonly headers: OutgoingHttpHeaders;
}

/** Options that a page would give, with pusher-js's own authorization: a form over HTTP. */
function pusherOptions(options: ClientOptions, provider: string | undefined): Options {
  const { port, authUrl, headers } = options;
  const endpoint = `${authUrl}/broadcasting/auth`;
  const params = provider === undefined ? {} : { provider };
  return {
    cluster: '',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization: {
      transport: 'ajax',
      endpoint,
      headers: { authorization: String(headers['authorization']) },
      params,
      // In Node it sends no cookie.
      ...(headers['cookie'] === undefined ? {} : { customHandler: authorizeBy(endpoint, headers) }),
    },
  };
}

function authorizeBy(endpoint: string, headers: OutgoingHttpHeaders): ChannelAuthorizationHandler {
  return ({ socketId, channelName }, callback) => {
    const body = { socket_id: socketId, channel_name: channelName };
    const authorize = async (): Promise<void> => {
      const { status, json, text } = await call(endpoint, { method: 'POST', headers, body });
      if (status === 200) callback(null, json as { auth: string });
      else callback(new Error(text), null);
    };
    void authorize();
  };
}

export interface Listener {
  readonly client: PusherClient;
  /** Resolves with the data once it has been heard `count` times in all. */
  heard(event: string, count?: number): Promise<unknown[]>;
  disconnect(): void;
}

/** The real pusher-js on one channel, subscribed; it remembers all that it hears. */
export async function listenTo(
  name: string,
  options: ClientOptions,
  provider?: string,
): Promise<Listener> {
  const client = new PusherClient(options.key, pusherOptions(options, provider));
  const events: { event: string; data: unknown }[] = [];
  const waiting: (() => void)[] = [];
  const channel = client.subscribe(name);
  channel.bind_global((event: string, data: unknown) => {
    events.push({ event, data });
    for (const check of waiting.splice(0)) check();
  });
  await subscription(channel);
  return {
    client,
    disconnect: () => {
      client.disconnect();
    },
    heard: (event, count = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = events.filter((one) => one.event === event).map(({ data }) => data);
          if (found.length >= count) resolve(found);
          else waiting.push(check);
        };
        check();
      }),
  };
}

function subscription(channel: Channel): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.bind('pusher:subscription_succeeded', () => {
      resolve();
    });
    channel.bind('pusher:subscription_error', (error: unknown) => {
      reject(new Error(`Not subscribed: ${JSON.stringify(error)}`));
    });
  });
}
