import { authorizeChannels, type AuthorizeChannels } from './channel-authorization.ts';
import type { Environment, Timer } from './environment.ts';
import { ACTIVITY_ms, type Connect, type Line, type LineHandlers } from './line.ts';
import type { SocketHandlers, SocketProvider, SocketProviderName } from './provider.ts';
import { attemptTimeout_ms, failuresAfter, reconnectDelay_ms } from './reconnect-policy.ts';

export interface SocketProviderOptions {
  readonly name: SocketProviderName;
  readonly environment: Environment;
  /** How to connect; loaded with the first attempt, and again where that failed. */
  readonly load: () => Promise<Connect>;
  readonly authorize: AuthorizeChannels;
  readonly handlers: SocketHandlers;
}

/** How long the answer to a ping may take after a silence (RT-8: 40 s in all). */
const PONG_ms = 8_000;
/** The same where there is reason to doubt the connection. */
const PROBE_ms = 5_000;

type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting'; readonly timeout: Timer }
  | { readonly kind: 'subscribed'; readonly since_ms: number }
  | { readonly kind: 'waiting'; readonly retry: Timer };

/**
 * A connection to a Pusher-protocol server that is tried for ever (RT-4): each attempt has an end,
 * silence too, and only a timer of ours begins the next one. `subscribed` is said only when every
 * wanted channel is.
 */
export function createSocketProvider(options: SocketProviderOptions): SocketProvider {
  return new LineProvider(options);
}

class LineProvider implements SocketProvider {
  readonly name: SocketProviderName;
  readonly #options: SocketProviderOptions;
  #state: State = { kind: 'stopped' };
  #connect: Connect | null = null;
  /** Counts attempts; what an earlier one still tells is stale. */
  #attempt = 0;
  #line: Line | null = null;
  /** Null while it is not connected. */
  #socketId: string | null = null;
  #wanted: ReadonlySet<string> = new Set();
  /** Channels whose signature was asked for, on this connection. */
  readonly #asked = new Set<string>();
  readonly #subscribed = new Set<string>();
  readonly #refused = new Set<string>();
  #failures = 0;
  #activity_ms = ACTIVITY_ms;
  #lastHeard_ms = 0;
  #silence: Timer | null = null;
  /** When a sign of life has to be there; null while nobody waits for one. */
  #deadline_ms: number | null = null;
  /** Runs out where channels that were added to a live connection are not subscribed in time. */
  #addition: Timer | null = null;

  constructor(options: SocketProviderOptions) {
    this.name = options.name;
    this.#options = options;
  }

  start(): void {
    if (this.#state.kind === 'stopped') this.#begin();
  }

  stop(): void {
    if (this.#state.kind === 'stopped') return;
    this.#end();
    this.#failures = 0;
    this.#state = { kind: 'stopped' };
  }

  kick(): void {
    if (this.#state.kind === 'waiting') this.#begin();
    else if (this.#state.kind === 'subscribed') this.#probe(PROBE_ms);
  }

  follow(channels: ReadonlySet<string>): void {
    const before = this.#wanted;
    this.#wanted = channels;
    for (const channel of before) {
      if (channels.has(channel)) continue;
      for (const set of [this.#asked, this.#subscribed, this.#refused]) set.delete(channel);
      this.#line?.unsubscribe(channel);
    }
    this.#authorizeSoon();
    if (this.#state.kind !== 'subscribed' || this.#complete()) return;
    this.#addition?.cancel();
    this.#addition = this.#options.environment.after(attemptTimeout_ms(0), () => {
      if (this.#state.kind === 'subscribed' && !this.#complete()) {
        this.#fail('a channel was not subscribed in time');
      }
    });
  }

  #begin(): void {
    this.#end();
    const timeout = this.#options.environment.after(attemptTimeout_ms(this.#failures), () =>
      this.#fail('not subscribed in time'),
    );
    this.#state = { kind: 'connecting', timeout };
    this.#options.handlers.onStatus({ kind: 'connecting', attempt: this.#failures + 1 });
    void this.#open(this.#attempt);
  }

  async #open(attempt: number): Promise<void> {
    try {
      this.#connect ??= await this.#options.load();
      if (attempt !== this.#attempt) return;
      const line = this.#connect(this.#handlersOf(attempt));
      if (attempt === this.#attempt) this.#line = line;
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(`nothing to connect with: ${String(error)}`);
    }
  }

  #handlersOf(attempt: number): LineHandlers {
    const { environment, handlers } = this.#options;
    const current =
      <A extends readonly unknown[]>(act: (...args: A) => void) =>
      (...args: A): void => {
        if (attempt === this.#attempt) act(...args);
      };
    return {
      onConnected: current((socketId: string, activity_ms: number) => {
        this.#socketId = socketId;
        this.#activity_ms = activity_ms;
        this.#authorizeSoon();
      }),
      onHeard: current(() => {
        this.#lastHeard_ms = environment.now_ms();
        if (this.#deadline_ms !== null) this.#watchSilence();
      }),
      onSubscribed: current((channel: string) => {
        if (!this.#wanted.has(channel)) return;
        this.#subscribed.add(channel);
        handlers.onSubscribed(channel);
        this.#settle();
      }),
      onNotSubscribed: current((channel: string, reason: string) =>
        this.#fail(`${channel} was not subscribed: ${reason}`),
      ),
      onEvent: current((channel: string, event: string, data: unknown) => {
        if (this.#wanted.has(channel)) handlers.onEvent(channel, event, data);
      }),
      onLost: current((reason: string) => this.#fail(reason)),
    };
  }

  /** What is wanted within one tick becomes one request. */
  #authorizeSoon(): void {
    const socketId = this.#socketId;
    const attempt = this.#attempt;
    if (socketId === null) return;
    queueMicrotask(() => {
      if (attempt !== this.#attempt) return;
      const channels = [...this.#wanted].filter((channel) => !this.#asked.has(channel));
      if (channels.length === 0) return;
      for (const channel of channels) this.#asked.add(channel);
      this.#authorize(socketId, channels);
    });
  }

  #authorize(socketId: string, channels: readonly string[]): void {
    const attempt = this.#attempt;
    const { authorize, handlers } = this.#options;
    void authorizeChannels(authorize, this.name, socketId, channels, {
      isCurrent: () => attempt === this.#attempt,
      onAuthorized: (channel, auth) => {
        if (this.#wanted.has(channel)) this.#line?.subscribe(channel, auth);
      },
      onRefused: (channel) => {
        if (!this.#wanted.has(channel)) return;
        this.#refused.add(channel);
        handlers.onRefused(channel);
        this.#settle();
      },
      onUnauthorized: () => {
        this.#fail('the session is not accepted');
        handlers.onUnauthorized();
      },
      onError: (error) => this.#fail(`channels were not authorized: ${error.message}`),
    });
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
    this.#state.timeout.cancel();
    this.#lastHeard_ms = this.#options.environment.now_ms();
    this.#state = { kind: 'subscribed', since_ms: this.#lastHeard_ms };
    this.#watchSilence();
    this.#options.handlers.onStatus({ kind: 'subscribed' });
  }

  #watchSilence(): void {
    const { environment } = this.#options;
    const left_ms = () => this.#lastHeard_ms + this.#activity_ms - environment.now_ms();
    this.#deadline_ms = null;
    this.#silence?.cancel();
    this.#silence = environment.after(Math.max(left_ms(), 0), () => {
      if (left_ms() > 0) this.#watchSilence();
      else this.#probe(PONG_ms);
    });
  }

  /** Asks a connection that may have died unnoticed (sleep, another network) for a sign of life. */
  #probe(patience_ms: number): void {
    const { environment } = this.#options;
    const deadline_ms = environment.now_ms() + patience_ms;
    this.#line?.ping();
    // Who asks again and again does not put off the end.
    if (this.#deadline_ms !== null && this.#deadline_ms <= deadline_ms) return;
    this.#deadline_ms = deadline_ms;
    this.#silence?.cancel();
    this.#silence = environment.after(patience_ms, () => this.#fail('silent'));
  }

  #fail(reason: string): void {
    if (this.#state.kind !== 'connecting' && this.#state.kind !== 'subscribed') return;
    const { environment, handlers } = this.#options;
    const held_ms =
      this.#state.kind === 'subscribed' ? environment.now_ms() - this.#state.since_ms : null;
    this.#failures = failuresAfter(this.#failures, held_ms);
    this.#end();
    const delay_ms = reconnectDelay_ms(this.#failures, environment.random());
    const retry = environment.after(delay_ms, () => this.#begin());
    this.#state = { kind: 'waiting', retry };
    handlers.onStatus({ kind: 'waiting', reason, delay_ms });
  }

  /** Of whatever is under way: nothing of it is heard any more. */
  #end(): void {
    this.#attempt += 1;
    if (this.#state.kind === 'connecting') this.#state.timeout.cancel();
    else if (this.#state.kind === 'waiting') this.#state.retry.cancel();
    for (const timer of [this.#silence, this.#addition]) timer?.cancel();
    this.#deadline_ms = null;
    this.#socketId = null;
    for (const set of [this.#asked, this.#subscribed, this.#refused]) set.clear();
    const line = this.#line;
    this.#line = null;
    line?.close();
  }
}
