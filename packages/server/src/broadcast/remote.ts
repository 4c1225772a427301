import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Pusher from 'pusher';
import type { PusherSettings } from '../config/pusher.ts';
import type { Address, App } from '../config/reverb.ts';
import { encode } from './encode.ts';
import type { Publication } from './publication.ts';

/** A provider that is reached over the network: hosted Pusher, or an external server of our own. */
export interface RemotePublisher {
  /**
   * In the order given, within each channel.
   * @throws RemoteError
   */
  publish(publications: readonly Publication[]): Promise<void>;
}

/** A provider did not take an event. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  /** Null where there was no answer at all. */
  readonly status: number | null;

  constructor(status: number | null, reason: string) {
    super(`The provider did not take an event: ${reason}`);
    this.status = status;
  }

  /** Whether the same event would be refused again however often it is sent. */
  get isFinal(): boolean {
    return this.status === 400 || this.status === 413;
  }
}

const TIMEOUT_MS = 5_000;

export function pusherPublisher(settings: PusherSettings): RemotePublisher {
  const { app, address, cluster } = settings;
  return address === null ? publisher(app, { cluster }) : publisher(app, { address });
}

export function externalPublisher(app: App, address: Address): RemotePublisher {
  return publisher(app, { address });
}

function publisher(app: App, place: { cluster: string } | { address: Address }): RemotePublisher {
  const useTLS = 'cluster' in place || place.address.scheme === 'https';
  const common = {
    appId: app.id,
    key: app.key,
    secret: app.secret.reveal(),
    useTLS,
    timeout: TIMEOUT_MS,
    agent: useTLS
      ? new HttpsAgent({ keepAlive: true, maxSockets: 20 })
      : new HttpAgent({ keepAlive: true, maxSockets: 20 }),
  };
  const pusher =
    'cluster' in place
      ? new Pusher({ ...common, cluster: place.cluster })
      : new Pusher({ ...common, host: place.address.host, port: String(place.address.port) });
  return {
    async publish(publications) {
      const byChannel = Map.groupBy(publications, ({ channel }) => channel);
      await Promise.all([...byChannel.values()].map((events) => inOrder(pusher, events)));
    },
  };
}

async function inOrder(pusher: Pusher, publications: readonly Publication[]): Promise<void> {
  for (const publication of publications) {
    const { sent } = encode(publication);
    try {
      const response = await pusher.trigger(publication.channel, publication.event, sent);
      // Only a connection whose answer was read to its end is used again.
      await response.text();
    } catch (error) {
      throw remoteErrorFrom(error);
    }
  }
}

/** The SDK's error holds the address of the call with its signature: that stays out of logs (SEC-6). */
function remoteErrorFrom(error: unknown): RemoteError {
  const { status, error: cause } = error as { status?: unknown; error?: unknown };
  if (typeof status === 'number') return new RemoteError(status, `status ${status}`);
  const code = (cause as { code?: unknown } | undefined)?.code;
  return new RemoteError(null, typeof code === 'string' ? code : 'no answer');
}
