import { signChannel, type Broadcast, type Greeting, type RealtimeServer } from '@parley/realtime';
import { sentData } from '../../packages/server/src/broadcast/encode.ts';
import type { NodeHooks, Providers } from '../../packages/server/src/broadcast/providers.ts';
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
import { joinCluster, type Member } from './member.ts';
import type { SimulatedBus } from './bus.ts';

export type SocketProvider = ServerSocket['name'];
export type Credentials = { readonly key: string; readonly secret: string };
export type Greet = (appId: string, channel: string) => Promise<Greeting | null> | null;

/** An event as it left the server, for whoever checks what was published. */
export interface Published {
  readonly provider: SocketProvider;
  /** Which node tells it. */
  readonly node: number;
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
}

/** What sockets are told wrongly on purpose, so that a test sees that it is found. */
export type SocketDefect = 'publishes twice' | 'hides gaps' | null;

/** The end of a connection that is the server's. */
interface Connected {
  readonly id: string;
  /** On which node it is; at hosted Pusher on none that matters. */
  readonly node: number;
  /** In whose name. */
  readonly owners: Set<string>;
}

/** What the own server of one node has, while it lives. */
interface OwnServer {
  readonly greet: Greet;
  /** Null: it stands alone. */
  readonly member: Member | null;
}

/** One life of one node, as far as its events are concerned. */
export interface PublishingNode {
  readonly node: number;
  readonly isAlive: () => boolean;
  readonly greet: Greet;
  readonly hooks: NodeHooks;
  /** What joins it to the others; null: it stands alone. */
  readonly bus: SimulatedBus | null;
}

/**
 * The Pusher-protocol servers of a simulation: the own ones, which die with their nodes, and hosted
 * Pusher, which does not. Subscriptions need the signature that the server's own route gives.
 */
export class SocketHub implements SocketServer {
  /** What hosted Pusher, or an own server elsewhere, answers to who publishes. */
  publishing: 'up' | 'refuses' | 'hangs' | 'busy' = 'up';
  /** Called with each event before anybody receives it. */
  onPublished: (published: Published) => void = () => undefined;
  /** Called with what a socket is told. */
  onHeard: (socket: { client: string; id: string }, data: unknown) => void = () => undefined;
  /** To which node a client's new socket leads. */
  nodeOf: (client: string) => number = () => 0;
  readonly #own = new Map<number, OwnServer>();
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #credentials: Readonly<Record<SocketProvider, Credentials>>;
  readonly #defect: SocketDefect;
  readonly #sockets = new Map<ServerSocket, Connected>();
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
    const node = socket.name === 'reverb' ? this.nodeOf(socket.client) : 0;
    this.#sockets.set(socket, { id, node, owners: new Set() });
    return id;
  }

  disconnect(socket: ServerSocket): void {
    this.#sockets.delete(socket);
  }

  subscribe(socket: ServerSocket, channel: string, auth: string): void {
    const connected = this.#sockets.get(socket);
    if (connected === undefined) return;
    const { id: socketId, node } = connected;
    const expected = signChannel({ ...this.#credentials[socket.name], socketId, channel });
    if (auth !== expected) throw new Error(`${socket.client} has no right to ${channel}: ${auth}`);
    socket.channels.add(channel);
    this.#greet(socket, node, channel);
  }

  #greet(socket: ServerSocket, node: number, channel: string): void {
    socket.receive(channel, 'pusher:subscription_succeeded', {});
    const greeting = socket.name === 'reverb' ? this.#own.get(node)?.greet('', channel) : null;
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

  /** To all who are subscribed there. */
  publish(
    { provider, node }: Pick<Published, 'provider' | 'node'>,
    channel: string,
    event: string,
    data: string,
  ): void {
    const published = { provider, node, channel, event, data: JSON.parse(data) as unknown };
    this.onPublished(published);
    if (this.#defect === 'publishes twice' && this.#random.chance(0.1)) this.onPublished(published);
    this.#deliver(published);
  }

  #deliver(published: Published): void {
    const { provider, node, channel, event } = published;
    for (const [socket, connected] of this.#sockets) {
      if (socket.name !== provider || !socket.channels.has(channel)) continue;
      if (provider === 'reverb' && connected.node !== node) continue;
      this.onHeard({ client: socket.client, id: connected.id }, published.data);
      socket.receive(channel, event, this.#asTold(socket, published));
    }
  }

  /** What another node published, for the sockets of this one. */
  #relay(node: number, { channels, event, dataJson }: Broadcast): void {
    const data = JSON.parse(JSON.parse(dataJson) as string) as unknown;
    for (const channel of channels) {
      this.#deliver({ provider: 'reverb', node, channel, event, data });
    }
  }

  /** A node is gone, and its sockets with it. */
  lose(node: number): void {
    this.#own.get(node)?.member?.die();
    if (!this.#own.delete(node)) return;
    for (const socket of this.#socketsOf(node)) socket.close();
  }

  #socketsOf(node: number): readonly ServerSocket[] {
    return [...this.#sockets]
      .filter(([{ name }, connected]) => name === 'reverb' && connected.node === node)
      .map(([socket]) => socket);
  }

  /** The own server of a node. */
  ofNode({ node, greet, hooks, bus }: PublishingNode, app: App): RealtimeServer {
    const member =
      bus === null
        ? null
        : joinCluster({
            bus,
            clock: this.#clock,
            random: this.#random,
            app,
            hooks,
            deliver: (broadcast) => this.#relay(node, broadcast),
          });
    this.#own.set(node, { greet, member });
    return {
      handleRequest: () => false,
      handleUpgrade: () => false,
      openDoors: () => () => undefined,
      publish: ({ appId, channels, event, data }) => {
        for (const channel of channels) {
          this.publish({ provider: 'reverb', node }, channel, event, data);
        }
        member?.send({ appId, channels, event, dataJson: JSON.stringify(data) });
      },
      terminateUser: () => undefined,
      claim: (_appId, socketId, owner) => this.#claim(node, socketId, owner),
      disconnectOwner: (_appId, owner) => {
        for (const socket of this.#socketsOf(node)) {
          if (this.#sockets.get(socket)?.owners.has(owner)) socket.close();
        }
      },
      owners: () =>
        this.#socketsOf(node).flatMap((socket) =>
          Array.from(this.#sockets.get(socket)?.owners ?? []),
        ),
      // Who has what open is not simulated.
      ownersAt: () => [],
      tell: (note) => member?.tell(note),
      greetAgain: () => {
        for (const socket of this.#socketsOf(node)) {
          for (const channel of socket.channels) this.#greet(socket, node, channel);
        }
        return Promise.resolve();
      },
      stats: () => ({ connections: this.#sockets.size, channels: 0 }),
      clusterFigures: () => member?.figures ?? null,
      metrics: () => Promise.resolve(''),
      close: () => Promise.resolve(),
    };
  }

  #claim(node: number, socketId: string, owner: string): boolean {
    for (const connected of this.#sockets.values()) {
      if (connected.id !== socketId || connected.node !== node) continue;
      connected.owners.add(owner);
      return true;
    }
    return false;
  }

  /** A server that is reached over the network, by a node. */
  remote(
    provider: SocketProvider,
    { node, isAlive }: Pick<PublishingNode, 'node' | 'isAlive'>,
  ): RemotePublisher {
    return {
      publish: async (publications) => {
        for (const publication of publications) {
          await this.#clock.wait(this.#random.between(5, 60));
          if (!isAlive()) await new Promise<never>(() => undefined);
          await this.#take({ provider, node }, publication);
        }
        return [];
      },
    };
  }

  async #take(from: Pick<Published, 'provider' | 'node'>, publication: Publication): Promise<void> {
    switch (this.publishing) {
      case 'up':
        this.publish(from, publication.channel, publication.event, sentData(publication));
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
  node: PublishingNode,
): Providers {
  const remotes = new Map<Remote, RemotePublisher>();
  const channelApps = new Map<SocketProvider, App>();
  if (pusher !== null) {
    remotes.set('pusher', hub.remote('pusher', node));
    channelApps.set('pusher', pusher.app);
  }
  if (reverb.mode === 'off') return { own: null, remotes, channelApps };
  const app = completeApp(reverb.app, appKey);
  channelApps.set('reverb', app);
  if (reverb.mode === 'embedded') {
    return { own: { appId: app.id, realtime: hub.ofNode(node, app) }, remotes, channelApps };
  }
  remotes.set('reverb-external', hub.remote('reverb', node));
  return { own: null, remotes, channelApps };
}
