import type { Socket, SocketListener } from '../environment.ts';
import type { SocketProviderName } from '../provider.ts';
import type { Random } from './random.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** A connected socket, as far as the server knows it. */
export interface ServerSocket {
  readonly client: string;
  readonly name: SocketProviderName;
  readonly channels: Set<string>;
  receive(channel: string, event: string, data: unknown): void;
  /** The client is told. */
  close(): void;
}

/** What is connected to: the Pusher-protocol servers of a simulation. */
export interface SocketServer {
  /** Returns the socket's id. */
  connect(socket: ServerSocket): string;
  disconnect(socket: ServerSocket): void;
  /** A channel that was authorized with `auth`. */
  subscribe(socket: ServerSocket, channel: string, auth: string): void;
}

/** What goes wrong on sockets; all of it may change at any time. */
export interface SocketFaults {
  /** Whether sockets can be opened, for each provider. */
  pusher: 'up' | 'refuse' | 'hang';
  reverb: 'up' | 'refuse' | 'hang';
  /** How often an event on a socket is lost, repeated, or overtaken by the next. */
  lostEvents: number;
  repeatedEvents: number;
  overtakenEvents: number;
}

/** The network between sockets and their servers. */
export interface SocketNetwork {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly faults: Readonly<SocketFaults>;
  readonly server: SocketServer;
  latency_ms(): number;
}

/** Sockets that are open now, so that a test can end or silence them. */
export interface OpenSocket {
  readonly client: string;
  readonly name: SocketProviderName;
  /** Closed by the server or a proxy; the client is told. */
  close(): void;
  /** Dead, and nobody is told. */
  silence(): void;
}

/** What the server tells a client, once it arrived. */
export interface Arrival {
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
}

/** The server's end of a connection. */
export interface ServerEnd extends OpenSocket, ServerSocket {
  /** Both sides forget it. */
  drop(): void;
}

/** Opens the server's end; between it and the client is the network with its faults. */
export function openServerEnd(
  network: SocketNetwork,
  open: Set<OpenSocket>,
  { client, name }: Pick<ServerSocket, 'client' | 'name'>,
  told: {
    readonly onArrival: (arrival: Arrival) => void;
    readonly onClosed: () => void;
    readonly onSilence: () => void;
  },
): { readonly end: ServerEnd; readonly id: string } {
  let isSilent = false;
  let last_ms = 0;
  const end: ServerEnd = {
    client,
    name,
    channels: new Set<string>(),
    silence() {
      isSilent = true;
      told.onSilence();
    },
    close() {
      end.drop();
      told.onClosed();
    },
    drop() {
      isSilent = true;
      open.delete(end);
      network.server.disconnect(end);
    },
    receive(channel, event, data) {
      const { faults, random, clock } = network;
      if (random.chance(faults.lostEvents)) return;
      const times = random.chance(faults.repeatedEvents) ? 2 : 1;
      for (let time = 0; time < times; time += 1) {
        const soon_ms = clock.now_ms() + network.latency_ms();
        const inOrder = !random.chance(faults.overtakenEvents);
        const at_ms = inOrder ? Math.max(soon_ms, last_ms) : soon_ms + 100;
        if (inOrder) last_ms = at_ms;
        clock.after(at_ms - clock.now_ms(), () => {
          if (!isSilent) told.onArrival({ channel, event, data });
        });
      }
    },
  };
  open.add(end);
  return { end, id: network.server.connect(end) };
}

/** A WebSocket to the own server, which speaks as the real one does. */
export function simulatedSocket(
  network: SocketNetwork,
  client: string,
  open: Set<OpenSocket>,
): (url: string, listener: SocketListener) => Socket {
  return (_url, { onText, onClose }) => {
    let end: ServerEnd | null = null;
    const tell = (event: string, channel: string, data: unknown): void => {
      const named = channel === '' ? {} : { channel };
      onText(JSON.stringify({ event, ...named, data: JSON.stringify(data) }));
    };
    const attempt = network.clock.after(network.latency_ms(), () => {
      const fault = network.faults.reverb;
      if (fault === 'refuse') onClose(1006, '');
      if (fault !== 'up') return;
      const opened = openServerEnd(
        network,
        open,
        { client, name: 'reverb' },
        {
          onArrival: ({ event, channel, data }) => tell(wireName(event), channel, data),
          onClosed: () => onClose(1006, ''),
          onSilence: () => undefined,
        },
      );
      end = opened.end;
      const greeting = { socket_id: opened.id, activity_timeout: 30 };
      tell('pusher:connection_established', '', greeting);
    });
    return {
      send(text) {
        const { event, data } = JSON.parse(text) as Frame;
        if (end === null) return;
        if (event === 'pusher:ping') end.receive('', 'pusher:pong', {});
        else if (event === 'pusher:unsubscribe') end.channels.delete(data.channel);
        else if (event === 'pusher:subscribe') {
          const { channel, auth } = data;
          const to = end;
          network.clock.after(network.latency_ms(), () => {
            if (open.has(to)) network.server.subscribe(to, channel, auth);
          });
        }
      },
      close() {
        attempt.cancel();
        end?.drop();
      },
    };
  };
}

interface Frame {
  readonly event: string;
  readonly data: { readonly channel: string; readonly auth: string };
}

/** pusher-js gives this event another name than the wire has. */
const wireName = (event: string): string =>
  event === 'pusher:subscription_succeeded' ? 'pusher_internal:subscription_succeeded' : event;
