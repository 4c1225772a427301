import type { Timer } from '../environment.ts';
import type { ConnectPusher } from '../line.ts';
import type { PusherChannel, PusherClass, PusherClient, PusherOptions } from '../pusher-client.ts';
import { pusherConnector } from '../pusher-line.ts';
import type { SocketProviderName } from '../provider.ts';
import {
  openServerEnd,
  type OpenSocket,
  type ServerEnd,
  type SocketNetwork,
} from './simulated-socket.ts';

type Listener = (data: unknown) => void;

/**
 * pusher-js as it was measured, for simulations: a refused attempt shows in its log alone, a
 * hanging one nowhere, and for a second after a close it still says `connected`.
 */
export function simulatedPusher(
  network: SocketNetwork,
  client: string,
  open: Set<OpenSocket>,
): ConnectPusher {
  const Pusher = simulatedClass(network, client, open);
  return (address, environment) => pusherConnector(Pusher, address, environment);
}

function simulatedClass(
  network: SocketNetwork,
  client: string,
  open: Set<OpenSocket>,
): PusherClass {
  return class SimulatedPusher implements PusherClient {
    readonly connection: Connection;
    readonly timeline = { uniqueID: 0, log: (_level: unknown, _event: unknown) => undefined };
    readonly #name: SocketProviderName;
    readonly #options: PusherOptions;
    readonly #channels = new Map<string, Channel>();
    #attempt: Timer | 'hanging' | null = null;
    #socket: ServerEnd | null = null;
    #ownRetry: Timer | null = null;
    #activity: Timer | null = null;

    constructor(key: string, options: PusherOptions) {
      this.#name = key === 'pusher' ? 'pusher' : 'reverb';
      this.#options = options;
      this.connection = new Connection((event) => this.#send(event));
      this.connect();
    }

    connect(): void {
      if (this.#attempt !== null || this.#socket !== null) return;
      this.timeline.uniqueID += 1;
      this.connection.become('connecting');
      const cid = this.timeline.uniqueID;
      this.#attempt = network.clock.after(network.latency_ms(), () => {
        this.#attempt = 'hanging';
        const fault = network.faults[this.#name];
        if (fault === 'refuse') this.#told(cid, 1006);
        else if (fault === 'up') this.#connected(cid);
      });
    }

    disconnect(): void {
      this.#ownRetry?.cancel();
      if (this.#attempt !== null && this.#attempt !== 'hanging') this.#attempt.cancel();
      this.#attempt = null;
      this.#drop();
      for (const channel of this.#channels.values()) channel.subscribed = false;
      this.connection.become('disconnected');
    }

    subscribe(name: string): PusherChannel {
      const known = this.#channels.get(name);
      const channel = known ?? new Channel();
      this.#channels.set(name, channel);
      if (known === undefined && this.connection.state === 'connected') this.#authorize(name);
      return channel;
    }

    unsubscribe(name: string): void {
      this.#channels.delete(name);
      this.#socket?.channels.delete(name);
    }

    #connected(cid: number): void {
      this.#attempt = null;
      const { end, id } = openServerEnd(
        network,
        open,
        { client, name: this.#name },
        {
          onArrival: ({ channel, event, data }) => this.#heard(cid, channel, event, data),
          onClosed: () => this.#closed(cid),
          // The worst of what was seen: pusher-js itself does not notice.
          onSilence: () => this.#activity?.cancel(),
        },
      );
      this.#socket = end;
      this.connection.socket_id = id;
      this.connection.emit('message', {});
      this.#watchActivity();
      this.connection.become('connected');
      for (const name of this.#channels.keys()) this.#authorize(name);
    }

    #closed(cid: number): void {
      this.#forget();
      for (const channel of this.#channels.values()) channel.subscribed = false;
      this.#told(cid, 1006);
      this.connection.emit('connecting_in', 1);
      this.#ownRetry = network.clock.after(1_000, () => this.connect());
    }

    /** After silence it asks for a sign of life, and connects anew without one. */
    #watchActivity(): void {
      this.#activity?.cancel();
      const { activityTimeout, pongTimeout } = this.#options;
      this.#activity = network.clock.after(activityTimeout, () => {
        this.#send('pusher:ping');
        this.#activity = network.clock.after(pongTimeout, () => {
          this.#drop();
          this.connect();
        });
      });
    }

    #heard(cid: number, name: string, event: string, data: unknown): void {
      if (this.#socket === null || cid !== this.timeline.uniqueID) return;
      this.#watchActivity();
      this.connection.emit('message', { event, channel: name, data });
      const channel = this.#channels.get(name);
      if (channel === undefined) return;
      if (event === 'pusher:subscription_succeeded') channel.subscribed = true;
      channel.emit(event, data);
    }

    #authorize(name: string): void {
      const socket = this.#socket;
      const { customHandler } = this.#options.channelAuthorization;
      const asked = { socketId: this.connection.socket_id, channelName: name };
      customHandler(asked, (error, data) => {
        if (data === null) {
          this.#channels.get(name)?.emit('pusher:subscription_error', { error: error?.message });
          return;
        }
        network.clock.after(network.latency_ms(), () => {
          if (socket === null || this.#socket !== socket || !this.#channels.has(name)) return;
          network.server.subscribe(socket, name, data.auth);
        });
      });
    }

    #send(event: string): boolean {
      if (this.#socket === null) return false;
      if (event === 'pusher:ping') this.#socket.receive('', 'pusher:pong', {});
      return true;
    }

    #told(cid: number, code: number): void {
      this.timeline.log(6, { cid, state: 'closed', params: { code } });
    }

    #drop(): void {
      this.#socket?.drop();
      this.#forget();
    }

    #forget(): void {
      this.#activity?.cancel();
      this.#socket = null;
    }
  };
}

class Connection {
  state = 'initialized';
  socket_id = '';
  readonly usingTLS = true;
  readonly #listeners = new Map<string, Listener[]>();
  readonly #onSend: (event: string) => boolean;

  constructor(onSend: (event: string) => boolean) {
    this.#onSend = onSend;
  }

  bind(event: string, callback: Listener): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), callback]);
  }

  send_event(name: string): boolean {
    return this.#onSend(name);
  }

  emit(event: string, data: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(data);
  }

  become(state: string): void {
    if (state === this.state) return;
    const previous = this.state;
    this.state = state;
    this.emit('state_change', { previous, current: state });
  }
}

class Channel implements PusherChannel {
  subscribed = false;
  #named: [string, Listener][] = [];
  #global: ((event: string, data: unknown) => void)[] = [];

  bind(event: string, callback: Listener): void {
    this.#named.push([event, callback]);
  }

  bind_global(callback: (event: string, data: unknown) => void): void {
    this.#global.push(callback);
  }

  unbind_all(): void {
    this.#named = [];
  }

  unbind_global(): void {
    this.#global = [];
  }

  emit(event: string, data: unknown): void {
    for (const callback of this.#global) callback(event, data);
    for (const [name, callback] of this.#named) if (name === event) callback(data);
  }
}
