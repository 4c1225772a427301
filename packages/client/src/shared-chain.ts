import type { RealtimeProvider } from '@parley/protocol';
import type { Environment, Timer } from './environment.ts';
import type { ChainHandlers, ProviderChain } from './provider-chain.ts';
import { createStore, type WritableStore } from './store.ts';
import type { TabRole } from './tab-group.ts';
import { NO_REALTIME, sameState, type RealtimeState } from './view.ts';

/** What tabs tell each other of their one connection. */
export type ChainNews =
  /** To the one that leads: the channels that this tab follows. */
  | { readonly kind: 'want'; readonly channels: readonly string[] }
  | { readonly kind: 'kick' }
  /** To all: compare heads. */
  | { readonly kind: 'doubt' }
  /** From the one that leads. */
  | { readonly kind: 'state'; readonly state: RealtimeState }
  /** `to`: one tab alone, for which nothing changes on the connection; null: all. */
  | {
      readonly kind: 'subscribed';
      readonly channel: string;
      readonly heads: boolean;
      readonly to: string | null;
    }
  | { readonly kind: 'refused'; readonly channel: string }
  | {
      readonly kind: 'event';
      readonly channel: string;
      readonly event: string;
      readonly data: unknown;
      readonly provider: RealtimeProvider;
    };

export interface SharedChainOptions {
  readonly environment: Environment;
  /** Makes the chain of this tab, which runs while the tab leads. */
  readonly createChain: (handlers: ChainHandlers) => ProviderChain;
  readonly handlers: ChainHandlers;
  /** This tab's name among the others. */
  readonly id: string;
  readonly post: (news: ChainNews) => void;
  /** A tab that was not there before, or was away, takes part from now on; told to the one that leads. */
  readonly onJoined: () => void;
}

/** So long a tab that takes over shows what was shown before, while it connects. */
const HANDOVER_ms = 5_000;

/**
 * One connection for all tabs (RT-6). The tab that leads runs the provider chain for the channels
 * of all, and tells the others what it hears; they take it as if the connection were theirs, so
 * gaps and repeats at a change are what they are at any change of providers (SYNC-4, RT-5).
 */
export class SharedChain {
  readonly state: WritableStore<RealtimeState> = createStore(NO_REALTIME);
  readonly #options: SharedChainOptions;
  readonly #chain: ProviderChain;
  readonly #stopWatching: () => void;
  #role: TabRole = 'away';
  #channels: ReadonlySet<string> = new Set();
  #main: string | null = null;
  /** Of the other tabs, while this one leads. */
  readonly #others = new Map<string, ReadonlySet<string>>();
  /** Subscribed by the chain of this tab. */
  readonly #live = new Set<string>();
  /** What was last heard from the one that leads. */
  #heard: RealtimeState = NO_REALTIME;
  #handover: Timer | null = null;

  constructor(options: SharedChainOptions) {
    this.#options = options;
    this.#chain = options.createChain(this.#chainHandlers());
    this.#stopWatching = this.#chain.state.subscribe(() => this.#onState());
  }

  become(role: TabRole): void {
    if (role === this.#role) return;
    this.#role = role;
    if (role === 'leads') {
      this.#handover = this.#options.environment.after(HANDOVER_ms, () => this.#endHandover());
      this.#update();
      this.#chain.start();
    } else {
      this.#endHandover();
      this.#chain.stop();
      this.#others.clear();
      this.#live.clear();
      if (role === 'away') this.#heard = NO_REALTIME;
    }
    this.#publish();
  }

  /** Another tab leads from now on: it has to know what this one wants. */
  tellWanted(): void {
    if (this.#role === 'follows') {
      this.#options.post({ kind: 'want', channels: [...this.#channels] });
    }
  }

  follow(channels: readonly string[], main: string | null): void {
    this.#channels = new Set(channels);
    this.#main = main;
    if (this.#role === 'leads') this.#update();
    else this.tellWanted();
    this.#publish();
  }

  /** Tries everything at once. */
  kick(): void {
    if (this.#role === 'leads') this.#chain.kick();
    else this.#options.post({ kind: 'kick' });
  }

  /** A tab takes no part any more. */
  forget(tab: string): void {
    if (this.#others.delete(tab)) this.#update();
  }

  hear(news: ChainNews, from: string): void {
    if (this.#role === 'leads') this.#hearFollower(news, from);
    else if (this.#role === 'follows') this.#hearLeader(news);
  }

  stop(): void {
    this.become('away');
    this.#stopWatching();
  }

  #hearFollower(news: ChainNews, from: string): void {
    if (news.kind === 'kick') this.#chain.kick();
    if (news.kind !== 'want') return;
    const before = this.#others.get(from);
    this.#others.set(from, new Set(news.channels));
    if (before === undefined) this.#options.onJoined();
    this.#options.post({ kind: 'state', state: this.#chain.state.get() });
    for (const channel of news.channels) {
      if (!this.#live.has(channel) || before?.has(channel) === true) continue;
      // From now on it hears everything; what came before it has to compare.
      this.#options.post({ kind: 'subscribed', channel, heads: false, to: from });
    }
    this.#update();
  }

  #hearLeader(news: ChainNews): void {
    const { handlers, id } = this.#options;
    switch (news.kind) {
      case 'state':
        this.#heard = news.state;
        this.#publish();
        return;
      case 'subscribed':
        if (!this.#channels.has(news.channel)) return;
        if (news.to === null || news.to === id) {
          void handlers.onSubscribed(news.channel, news.heads);
        }
        return;
      case 'refused':
        if (this.#channels.has(news.channel)) handlers.onRefused(news.channel);
        return;
      case 'event':
        if (!this.#channels.has(news.channel)) return;
        handlers.onEvent(news.channel, news.event, news.data, news.provider);
        return;
      case 'doubt':
        handlers.onDoubt();
        return;
      case 'want':
      case 'kick':
    }
  }

  #chainHandlers(): ChainHandlers {
    const { handlers, post } = this.#options;
    return {
      ...handlers,
      onSubscribed: async (channel, heads) => {
        this.#live.add(channel);
        post({ kind: 'subscribed', channel, heads, to: null });
        if (this.#channels.has(channel)) await handlers.onSubscribed(channel, heads);
      },
      onEvent: (channel, event, data, provider) => {
        post({ kind: 'event', channel, event, data, provider });
        if (this.#channels.has(channel)) handlers.onEvent(channel, event, data, provider);
      },
      onDoubt: () => {
        post({ kind: 'doubt' });
        handlers.onDoubt();
      },
      onRefused: (channel) => {
        post({ kind: 'refused', channel });
        if (this.#channels.has(channel)) handlers.onRefused(channel);
      },
    };
  }

  #update(): void {
    const wanted = new Set(this.#channels);
    for (const channels of this.#others.values()) {
      for (const channel of channels) wanted.add(channel);
    }
    for (const channel of this.#live) if (!wanted.has(channel)) this.#live.delete(channel);
    this.#chain.follow([...wanted], this.#main);
  }

  #onState(): void {
    if (this.#role !== 'leads') return;
    const state = this.#chain.state.get();
    if (state.realtimeProvider !== null) this.#endHandover();
    this.#options.post({ kind: 'state', state });
    this.#publish();
  }

  #endHandover(): void {
    this.#handover?.cancel();
    this.#handover = null;
    if (this.#role === 'leads') this.#publish();
  }

  #publish(): void {
    const next = this.#role === 'away' ? NO_REALTIME : this.#shown();
    if (!sameState(this.state.get(), next)) this.state.set(next);
  }

  #shown(): RealtimeState {
    const taking = this.#handover !== null && this.#heard.realtimeProvider !== null;
    const state = this.#role === 'leads' && !taking ? this.#chain.state.get() : this.#heard;
    // The one that leads names its own channel.
    return { ...state, channelSubscription: state.realtimeConnected ? this.#main : null };
  }
}
