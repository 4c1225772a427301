import type { Environment } from './environment.ts';
import { ACTIVITY_ms, type ChannelAuth, type Connect, type LineHandlers } from './line.ts';
import type { Line, PusherAddress } from './line.ts';
import type { PusherClass, PusherClient } from './pusher-client.ts';

/** How long pusher-js itself waits for an answer to its ping. */
const PONG_ms = 8_000;

/** An attempt of ours, with the signatures that pusher-js will ask for. */
interface Attempt {
  readonly handlers: LineHandlers;
  readonly auths: Map<string, ChannelAuth>;
}

/**
 * pusher-js, for hosted Pusher. Left alone it retries without jitter, stops for good after some close
 * codes and hangs in others; here whatever it tells of a loss ends the attempt, and only
 * `disconnect()` and `connect()` begin the next.
 */
export function pusherConnector(
  Pusher: PusherClass,
  address: PusherAddress,
  environment: Pick<Environment, 'after'>,
): Connect {
  const lines = new PusherLines(Pusher, address, environment);
  return (handlers) => lines.begin(handlers);
}

class PusherLines {
  readonly #Pusher: PusherClass;
  readonly #address: PusherAddress;
  readonly #environment: Pick<Environment, 'after'>;
  #pusher: PusherClient | null = null;
  #usingTLS = false;
  /** What pusher-js knows of, subscribed or not. */
  readonly #channels = new Set<string>();
  #attempt: Attempt | null = null;
  /** Sockets up to this number belong to attempts that are over; what they still tell is stale. */
  #retired = 0;
  /** While we ourselves disconnect, what pusher-js tells of it is no news. */
  #disconnecting = false;

  constructor(
    Pusher: PusherClass,
    address: PusherAddress,
    environment: Pick<Environment, 'after'>,
  ) {
    this.#Pusher = Pusher;
    this.#address = address;
    this.#environment = environment;
  }

  begin(handlers: LineHandlers): Line {
    // Without it `connect()` does nothing while pusher-js still holds an attempt of its own.
    this.#disconnect();
    const attempt: Attempt = { handlers, auths: new Map() };
    this.#attempt = attempt;
    if (this.#pusher?.connection.usingTLS === this.#usingTLS) this.#pusher.connect();
    else this.#create();
    return {
      subscribe: (channel, auth) => {
        if (this.#attempt === attempt) this.#subscribe(attempt, channel, auth);
      },
      unsubscribe: (channel) => {
        if (this.#attempt === attempt) this.#pusher?.unsubscribe(channel);
      },
      ping: () => {
        if (this.#attempt === attempt) this.#pusher?.connection.send_event('pusher:ping', {});
      },
      close: () => {
        if (this.#attempt !== attempt) return;
        this.#attempt = null;
        this.#disconnect();
      },
    };
  }

  /** Forgets the channels too: pusher-js would ask for each of them again by itself. */
  #disconnect(): void {
    if (this.#pusher === null) return;
    this.#disconnecting = true;
    this.#pusher.disconnect();
    this.#disconnecting = false;
    for (const name of this.#channels) this.#pusher.unsubscribe(name);
    this.#channels.clear();
    this.#retired = this.#pusher.timeline.uniqueID;
  }

  #create(): void {
    const { key, cluster, host, port, tls } = this.#address;
    const pusher = new this.#Pusher(key, {
      cluster,
      ...(host === undefined ? {} : { wsHost: host }),
      ...(port === undefined ? {} : { wsPort: port, wssPort: port }),
      forceTLS: tls,
      // With `wss` as well, a plain server would be tried over TLS 2 s later, in vain.
      enabledTransports: ['ws'],
      enableStats: false,
      activityTimeout: ACTIVITY_ms,
      pongTimeout: PONG_ms,
      channelAuthorization: {
        transport: 'ajax',
        endpoint: '',
        customHandler: ({ channelName }, callback) => {
          const auth = this.#attempt?.auths.get(channelName);
          callback(auth === undefined ? new Error('not asked for') : null, auth ?? null);
        },
      },
    });
    this.#pusher = pusher;
    this.#usingTLS = pusher.connection.usingTLS;
    this.#retired = 0;
    this.#watch(pusher);
  }

  #watch(pusher: PusherClient): void {
    const { connection, timeline } = pusher;
    connection.bind('message', () => {
      if (pusher === this.#pusher) this.#attempt?.handlers.onHeard();
    });
    // From `connected` any other state is a loss, though pusher-js would try again by itself;
    // after a close it says `connected` for one more second, but announces its own attempt.
    let wasConnected = false;
    connection.bind('state_change', (change) => {
      const { current } = change as { current: string };
      if (pusher !== this.#pusher) return;
      if (current === 'connected') {
        wasConnected = true;
        this.#attempt?.handlers.onConnected(connection.socket_id, ACTIVITY_ms);
        return;
      }
      const begins = current === 'connecting' && !wasConnected;
      wasConnected = false;
      if (!begins && !this.#disconnecting) this.#lose(`connection ${current}`);
    });
    connection.bind('connecting_in', () => this.#lose('connection closed'));
    // A refused attempt is told nowhere else: pusher-js keeps `connecting` for 15 s.
    const log = timeline.log.bind(timeline);
    timeline.log = (level, event) => {
      log(level, event);
      const closed = closedSocket(event);
      if (pusher !== this.#pusher) return;
      if (closed !== null && closed.number > this.#retired) this.#lose(closed.reason);
    };
  }

  #subscribe(attempt: Attempt, name: string, auth: ChannelAuth): void {
    if (this.#pusher === null) return;
    attempt.auths.set(name, auth);
    this.#channels.add(name);
    const channel = this.#pusher.subscribe(name);
    channel.unbind_all();
    channel.unbind_global();
    channel.bind('pusher:subscription_succeeded', () => attempt.handlers.onSubscribed(name));
    channel.bind('pusher:subscription_error', (error) =>
      attempt.handlers.onNotSubscribed(name, JSON.stringify(error)),
    );
    channel.bind_global((event, data) => {
      if (!event.startsWith('pusher:')) attempt.handlers.onEvent(name, event, data);
    });
  }

  #lose(reason: string): void {
    const attempt = this.#attempt;
    if (attempt === null) return;
    this.#attempt = null;
    // Not now: pusher-js is in the middle of telling us.
    this.#environment.after(0, () => {
      if (this.#attempt === null) this.#disconnect();
    });
    attempt.handlers.onLost(reason);
  }
}

/** Reads an entry of pusher-js's log: the close of a socket, or null. */
function closedSocket(entry: unknown): { number: number; reason: string } | null {
  const { cid, state, params } = entry as {
    cid?: number;
    state?: string;
    params?: { code?: number; reason?: string };
  };
  if (state !== 'closed' || cid === undefined) return null;
  const code = params?.code === undefined ? '' : ` ${params.code} ${params.reason ?? ''}`.trimEnd();
  return { number: cid, reason: `connection closed${code}` };
}
