import { channelAuthorizer, type AuthorizeChannels } from './channel-authorization.ts';
import type { Environment, Timer } from './environment.ts';
import type { PusherClass, PusherClient } from './pusher-client.ts';
import type { SocketHandlers, SocketProvider, SocketProviderName } from './provider.ts';
import { attemptTimeout_ms, reconnectDelay_ms } from './reconnect-policy.ts';

/** Where a Pusher-protocol server is. */
export interface PusherAddress {
  readonly key: string;
  readonly cluster: string;
  /** Absent: the cluster's own host. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly tls: boolean;
}

export interface PusherProviderOptions {
  readonly name: SocketProviderName;
  readonly address: PusherAddress;
  readonly environment: Environment;
  readonly authorize: AuthorizeChannels;
  readonly handlers: SocketHandlers;
}

/** pusher-js pings after so much silence, and gives the answer so long (RT-8: 40 s in all). */
const ACTIVITY_ms = 30_000;
const PONG_ms = 8_000;
/** Beyond what pusher-js itself would notice: then it hangs. */
const SILENCE_ms = 39_000;
/** How long a socket may take to answer when there is reason to doubt it. */
const PROBE_ms = 5_000;

type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting'; readonly timeout: Timer }
  | { readonly kind: 'subscribed'; readonly watchdog: Timer }
  | { readonly kind: 'waiting'; readonly retry: Timer };

/**
 * pusher-js under our supervision. Left alone it retries without jitter, stops for good after some
 * close codes and hangs in others; here each attempt has an end, and only `disconnect()` and
 * `connect()` on a timer of our own begin the next one (RT-4). `subscribed` is said only when every
 * wanted channel is.
 */
export function createPusherProvider(options: PusherProviderOptions): SocketProvider {
  return new PusherProvider(options);
}

class PusherProvider implements SocketProvider {
  readonly name: SocketProviderName;
  readonly #options: PusherProviderOptions;
  #state: State = { kind: 'stopped' };
  #pusher: PusherClient | null = null;
  #Pusher: PusherClass | null = null;
  #usingTLS = false;
  /** Sockets up to this number belong to attempts that are over; what they still tell is stale. */
  #retired = 0;
  /** While we ourselves disconnect, what pusher-js tells of it is no news. */
  #disconnecting = false;
  #wanted: ReadonlySet<string> = new Set();
  readonly #subscribed = new Set<string>();
  readonly #refused = new Set<string>();
  #failures = 0;
  #lastHeard_ms = 0;
  #subscribedAt_ms = 0;
  /** Runs out where channels that were added to a live connection are not subscribed in time. */
  #addition: Timer | null = null;

  constructor(options: PusherProviderOptions) {
    this.name = options.name;
    this.#options = options;
  }

  start(): void {
    if (this.#state.kind === 'stopped') this.#connect();
  }

  stop(): void {
    if (this.#state.kind === 'stopped') return;
    this.#leave();
    this.#failures = 0;
    this.#refused.clear();
    this.#state = { kind: 'stopped' };
    this.#disconnect();
  }

  kick(): void {
    if (this.#state.kind === 'waiting') this.#connect();
    else if (this.#state.kind === 'subscribed') this.#probe();
  }

  follow(channels: ReadonlySet<string>): void {
    const before = this.#wanted;
    this.#wanted = channels;
    for (const channel of before) {
      if (channels.has(channel)) continue;
      this.#subscribed.delete(channel);
      this.#refused.delete(channel);
      this.#pusher?.unsubscribe(channel);
    }
    for (const channel of channels) if (!before.has(channel)) this.#subscribe(channel);
    if (this.#state.kind !== 'subscribed' || this.#complete()) return;
    this.#addition?.cancel();
    this.#addition = this.#options.environment.after(attemptTimeout_ms(0), () => {
      if (this.#state.kind === 'subscribed' && !this.#complete()) {
        this.#fail('a channel was not subscribed in time');
      }
    });
  }

  #connect(): void {
    this.#leave();
    const timeout = this.#options.environment.after(attemptTimeout_ms(this.#failures), () =>
      this.#fail('not subscribed in time'),
    );
    this.#state = { kind: 'connecting', timeout };
    this.#refused.clear();
    this.#options.handlers.onStatus({ kind: 'connecting', attempt: this.#failures + 1 });
    if (this.#Pusher === null) {
      void this.#load();
      return;
    }
    // Without it `connect()` does nothing while pusher-js still holds an attempt of its own.
    this.#disconnect();
    const { connection } = this.#pusher ?? {};
    if (connection?.usingTLS === this.#usingTLS) this.#pusher?.connect();
    else this.#create(this.#Pusher);
  }

  #disconnect(): void {
    if (this.#pusher === null) return;
    this.#disconnecting = true;
    this.#pusher.disconnect();
    this.#disconnecting = false;
    this.#retired = this.#pusher.timeline.uniqueID;
  }

  async #load(): Promise<void> {
    try {
      const Pusher = await this.#options.environment.loadPusher();
      // Another load may have been faster.
      if (this.#Pusher !== null) return;
      this.#Pusher = Pusher;
      if (this.#state.kind === 'connecting') this.#create(Pusher);
    } catch (error) {
      this.#fail(`pusher-js could not be loaded: ${String(error)}`);
    }
  }

  #create(Pusher: PusherClass): void {
    const { key, cluster, host, port, tls } = this.#options.address;
    const authorize = channelAuthorizer({
      authorize: this.#options.authorize,
      provider: this.name,
      isCurrent: (socketId) => this.#isConnectedAs(socketId),
      onRefused: (channel) => this.#refuse(channel),
      onUnauthorized: () => {
        this.#fail('the session is not accepted');
        this.#options.handlers.onUnauthorized();
      },
      onError: (error) => this.#fail(`channels were not authorized: ${error.message}`),
    });
    const pusher = new Pusher(key, {
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
        customHandler: ({ socketId, channelName }, callback) =>
          authorize(socketId, channelName, callback),
      },
    });
    this.#pusher = pusher;
    this.#usingTLS = pusher.connection.usingTLS;
    this.#retired = 0;
    this.#watch(pusher);
    for (const channel of this.#wanted) this.#subscribe(channel);
  }

  #isConnectedAs(socketId: string): boolean {
    const { connection } = this.#pusher ?? {};
    return connection?.state === 'connected' && connection.socket_id === socketId;
  }

  #watch(pusher: PusherClient): void {
    const { connection, timeline } = pusher;
    connection.bind('message', () => {
      this.#lastHeard_ms = this.#options.environment.now_ms();
    });
    // From `connected` any other state is a loss, though pusher-js would try again by itself;
    // after a close it says `connected` for one more second, but announces its own attempt.
    connection.bind('state_change', (change) => {
      const { current } = change as { current: string };
      if (pusher !== this.#pusher) return;
      if (this.#disconnecting || current === 'connected') return;
      if (current === 'connecting' && this.#state.kind === 'connecting') return;
      this.#fail(`connection ${current}`);
    });
    connection.bind('connecting_in', () => this.#fail('connection closed'));
    // A refused attempt is told nowhere else: pusher-js keeps `connecting` for 15 s.
    const log = timeline.log.bind(timeline);
    timeline.log = (level, event) => {
      log(level, event);
      const closed = closedSocket(event);
      if (pusher !== this.#pusher) return;
      if (closed !== null && closed.number > this.#retired) this.#fail(closed.reason);
    };
  }

  #subscribe(name: string): void {
    if (this.#pusher === null) return;
    const channel = this.#pusher.subscribe(name);
    channel.unbind_all();
    channel.unbind_global();
    channel.bind('pusher:subscription_succeeded', () => this.#onSubscribed(name));
    channel.bind('pusher:subscription_error', (error) => {
      if (this.#refused.has(name)) return;
      this.#fail(`${name} was not subscribed: ${JSON.stringify(error)}`);
    });
    channel.bind_global((event, data) => {
      if (!event.startsWith('pusher:') && this.#wanted.has(name)) {
        this.#options.handlers.onEvent(name, event, data);
      }
    });
  }

  #onSubscribed(channel: string): void {
    if (!this.#wanted.has(channel) || !this.#isOpen()) return;
    this.#subscribed.add(channel);
    this.#options.handlers.onSubscribed(channel);
    this.#settle();
  }

  #refuse(channel: string): void {
    if (!this.#wanted.has(channel) || !this.#isOpen()) return;
    this.#refused.add(channel);
    this.#options.handlers.onRefused(channel);
    this.#settle();
  }

  #isOpen(): boolean {
    return this.#state.kind === 'connecting' || this.#state.kind === 'subscribed';
  }

  /** Every wanted channel is subscribed, or refused and so out of the question. */
  #complete(): boolean {
    for (const channel of this.#wanted) {
      if (!this.#subscribed.has(channel) && !this.#refused.has(channel)) return false;
    }
    return this.#subscribed.size > 0;
  }

  #settle(): void {
    if (this.#state.kind !== 'connecting' || !this.#complete()) return;
    this.#leave({ keepChannels: true });
    this.#lastHeard_ms = this.#options.environment.now_ms();
    this.#subscribedAt_ms = this.#lastHeard_ms;
    this.#state = { kind: 'subscribed', watchdog: this.#watchSilence() };
    this.#options.handlers.onStatus({ kind: 'subscribed' });
  }

  #watchSilence(): Timer {
    const { environment } = this.#options;
    const left_ms = this.#lastHeard_ms + SILENCE_ms - environment.now_ms();
    return environment.after(Math.max(left_ms, 0), () => {
      if (this.#state.kind !== 'subscribed') return;
      if (environment.now_ms() - this.#lastHeard_ms >= SILENCE_ms) this.#fail('silent');
      else this.#state = { kind: 'subscribed', watchdog: this.#watchSilence() };
    });
  }

  /** Asks a socket that may have died unnoticed (sleep, another network) for a sign of life. */
  #probe(): void {
    const { environment } = this.#options;
    const asked_ms = environment.now_ms();
    this.#pusher?.connection.send_event('pusher:ping', {});
    const heardBefore_ms = this.#lastHeard_ms;
    environment.after(PROBE_ms, () => {
      const same = this.#state.kind === 'subscribed' && this.#subscribedAt_ms <= asked_ms;
      if (same && this.#lastHeard_ms === heardBefore_ms) this.#fail('no answer');
    });
  }

  #fail(reason: string): void {
    if (!this.#isOpen()) return;
    const { environment, handlers } = this.#options;
    // A connection that is cut again and again must not be retried as if each time were the first.
    const wasStable =
      this.#state.kind === 'subscribed' &&
      environment.now_ms() - this.#subscribedAt_ms >= STABLE_ms;
    this.#failures = wasStable ? 1 : this.#failures + 1;
    this.#leave();
    const delay_ms = reconnectDelay_ms(this.#failures, environment.random());
    const retry = environment.after(delay_ms, () => this.#connect());
    this.#state = { kind: 'waiting', retry };
    // Not now: pusher-js may be in the middle of telling us.
    environment.after(0, () => {
      if (this.#state.kind === 'waiting') this.#disconnect();
    });
    handlers.onStatus({ kind: 'waiting', reason, delay_ms });
  }

  #leave({ keepChannels = false } = {}): void {
    switch (this.#state.kind) {
      case 'connecting':
        this.#state.timeout.cancel();
        break;
      case 'subscribed':
        this.#state.watchdog.cancel();
        break;
      case 'waiting':
        this.#state.retry.cancel();
        break;
      case 'stopped':
        break;
    }
    this.#addition?.cancel();
    this.#addition = null;
    if (!keepChannels) this.#subscribed.clear();
  }
}

/** A connection that held so long was sound. */
const STABLE_ms = 10_000;

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
