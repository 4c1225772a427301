import { signChannel, type Greeting, type RealtimeServer } from '@parley/realtime';
import { sentData } from '../../packages/server/src/broadcast/encode.ts';
import type { Providers } from '../../packages/server/src/broadcast/providers.ts';
import type { Publication, Remote } from '../../packages/server/src/broadcast/publication.ts';
import { RemoteError, type RemotePublisher } from '../../packages/server/src/broadcast/remote.ts';
import type { Config } from '../../packages/server/src/config/config.ts';
import { completeApp, type App } from '../../packages/server/src/config/reverb.ts';
import type { Secret } from '../../packages/server/src/config/secret.ts';
import type { Random } from '../../packages/client/src/testing/random.ts';
import type { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';
import type {
  ServerSocket,
  SocketServer,
} from '../../packages/client/src/testing/simulated-socket.ts';

export type SocketProvider = ServerSocket['name'];
export type Credentials = { readonly key: string; readonly secret: string };
export type Greet = (appId: string, channel: string) => Promise<Greeting | null> | null;

/** An event as it left the server, for whoever checks what was published. */
export interface Published {
  readonly provider: SocketProvider;
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
}

/** What sockets are told wrongly on purpose, so that a test sees that it is found. */
export type SocketDefect = 'publishes twice' | 'hides gaps' | null;

/**
 * The Pusher-protocol servers of a simulation: the own one, which dies with its node, and hosted
 * Pusher, which does not. Subscriptions need the signature that the server's own route gives.
 */
export class SocketHub implements SocketServer {
  /** What hosted Pusher, or an own server elsewhere, answers to who publishes. */
  publishing: 'up' | 'refuses' | 'hangs' | 'busy' = 'up';
  /** Called with each event before anybody receives it. */
  onPublished: (published: Published) => void = () => undefined;
  /** Called with what a client is told. */
  onHeard: (client: string, data: unknown) => void = () => undefined;
  /** Of the own server, while it lives. */
  greet: Greet | null = null;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #credentials: Readonly<Record<SocketProvider, Credentials>>;
  readonly #defect: SocketDefect;
  readonly #sockets = new Map<ServerSocket, string>();
  readonly #owners = new Map<string, string>();
  /** For the defect that hides gaps: what was told last, by socket and channel. */
  readonly #told = new WeakMap<ServerSocket, Map<string, number>>();
  #numbers = 0;

  constructor(options: {
    clock: SimulatedClock;
    random: Random;
    credentials: Readonly<Record<SocketProvider, Credentials>>;
    defect: SocketDefect;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#credentials = options.credentials;
    this.#defect = options.defect;
  }

  connect(socket: ServerSocket): string {
    this.#numbers += 1;
    const id = `1.${this.#numbers}`;
    this.#sockets.set(socket, id);
    return id;
  }

  disconnect(socket: ServerSocket): void {
    this.#sockets.delete(socket);
  }

  subscribe(socket: ServerSocket, channel: string, auth: string): void {
    const socketId = this.#sockets.get(socket);
    if (socketId === undefined) return;
    const expected = signChannel({ ...this.#credentials[socket.name], socketId, channel });
    if (auth !== expected) throw new Error(`${socket.client} has no right to ${channel}: ${auth}`);
    socket.channels.add(channel);
    socket.receive(channel, 'pusher:subscription_succeeded', {});
    const greeting = socket.name === 'reverb' ? this.greet?.('', channel) : null;
    void Promise.resolve(greeting).then(
      (told) => {
        if (told && this.#sockets.has(socket)) {
          socket.receive(channel, told.event, JSON.parse(told.data));
        }
      },
      // As the own server does: who is not greeted asks by itself.
      () => undefined,
    );
  }

  /** To all who are subscribed. */
  publish(provider: SocketProvider, channel: string, event: string, data: string): void {
    const published = { provider, channel, event, data: JSON.parse(data) as unknown };
    this.onPublished(published);
    if (this.#defect === 'publishes twice' && this.#random.chance(0.1)) this.onPublished(published);
    for (const socket of this.#sockets.keys()) {
      if (socket.name !== provider || !socket.channels.has(channel)) continue;
      this.onHeard(socket.client, published.data);
      socket.receive(channel, event, this.#asTold(socket, published));
    }
  }

  /** The own server of a node. */
  ofNode(greet: Greet): RealtimeServer {
    this.greet = greet;
    return {
      handleRequest: () => false,
      handleUpgrade: () => false,
      openDoors: () => () => undefined,
      publish: ({ channels, event, data }) => {
        for (const channel of channels) this.publish('reverb', channel, event, data);
      },
      terminateUser: () => undefined,
      claim: (_appId, socketId, owner) => {
        this.#owners.set(socketId, owner);
        return true;
      },
      disconnectOwner: () => undefined,
      owners: () => [],
      tell: () => undefined,
      greetAgain: () => Promise.resolve(),
      stats: () => ({ connections: this.#sockets.size, channels: 0 }),
      clusterFigures: () => null,
      metrics: () => Promise.resolve(''),
      close: () => Promise.resolve(),
    };
  }

  /** A server that is reached over the network. @param isAlive whether its caller is */
  remote(provider: SocketProvider, isAlive: () => boolean): RemotePublisher {
    return {
      publish: async (publications) => {
        for (const publication of publications) {
          await this.#clock.wait(this.#random.between(5, 60));
          if (!isAlive()) await new Promise<never>(() => undefined);
          await this.#take(provider, publication);
        }
        return [];
      },
    };
  }

  async #take(provider: SocketProvider, publication: Publication): Promise<void> {
    switch (this.publishing) {
      case 'up':
        this.publish(provider, publication.channel, publication.event, sentData(publication));
        // It took the event, and nobody heard that it did.
        if (this.#random.chance(0.02)) throw new RemoteError(null, 'no answer');
        return;
      case 'refuses':
        throw new RemoteError(500, 'status 500');
      case 'busy':
        throw new RemoteError(429, 'status 429', 2_000);
      case 'hangs':
        await this.#clock.wait(5_000);
        throw new RemoteError(null, 'no answer');
    }
  }

  #asTold(socket: ServerSocket, { channel, data }: Published): unknown {
    if (this.#defect !== 'hides gaps') return data;
    const { seq } = data as { seq?: number };
    if (seq === undefined) return data;
    const told = this.#told.get(socket) ?? new Map<string, number>();
    this.#told.set(socket, told);
    const next = (told.get(channel) ?? seq - 1) + 1;
    told.set(channel, next);
    return { ...(data as object), seq: next };
  }
}

/** The ways by which events leave a node, all of them simulated; what `createProviders` does. */
export function simulatedProviders(
  hub: SocketHub,
  { reverb, pusher }: Pick<Config, 'reverb' | 'pusher'>,
  appKey: Secret,
  greet: Greet,
  isAlive: () => boolean,
): Providers {
  const remotes = new Map<Remote, RemotePublisher>();
  const channelApps = new Map<SocketProvider, App>();
  if (pusher !== null) {
    remotes.set('pusher', hub.remote('pusher', isAlive));
    channelApps.set('pusher', pusher.app);
  }
  if (reverb.mode === 'off') return { own: null, remotes, channelApps };
  const app = completeApp(reverb.app, appKey);
  channelApps.set('reverb', app);
  if (reverb.mode === 'embedded') {
    return { own: { appId: app.id, realtime: hub.ofNode(greet) }, remotes, channelApps };
  }
  remotes.set('reverb-external', hub.remote('reverb', isAlive));
  return { own: null, remotes, channelApps };
}
