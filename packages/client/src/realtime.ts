import type { RealtimeConfig } from '@parley/protocol';
import type { AuthorizeChannels } from './channel-authorization.ts';
import type { Environment, Timer } from './environment.ts';
import { isOutboxNews, type OutboxNews } from './outbox-news.ts';
import { createLiveChain } from './live-chain.ts';
import type { PollingOptions } from './polling-provider.ts';
import type { ChainHandlers } from './provider-chain.ts';
import { SharedChain, type ChainNews } from './shared-chain.ts';
import { createStore, mirror, type WritableStore } from './store.ts';
import { TabGroup } from './tab-group.ts';
import { NO_REALTIME, type RealtimeState } from './view.ts';

export interface RealtimeOptions {
  readonly environment: Environment;
  readonly authorize: AuthorizeChannels;
  readonly poll: PollingOptions['poll'];
  readonly handlers: ChainHandlers;
  /** Somebody brings events: the server is there. */
  readonly onServed: () => void;
  /** Whether this tab sends what all tabs write. */
  readonly onLeads: (leads: boolean) => void;
  readonly onOutboxNews: (news: OutboxNews) => void;
  /** Another tab leads from now on, or came to this one: it may not know what this one has to send. */
  readonly onMet: () => void;
  readonly debug: (line: string) => void;
}

interface Run {
  readonly shared: SharedChain;
  readonly group: TabGroup;
  readonly stop: () => void;
}

/** A page that is restored is told so by several events, one right after the other. */
const RETURN_ms = 250;

/** In the names of channels and locks: tabs of another version keep to themselves. */
const VERSION = 1;

/** The live part of a session: one connection for all tabs of an identity, from sign-in to leave. */
export class Realtime {
  readonly state: WritableStore<RealtimeState> = createStore<RealtimeState>(NO_REALTIME);
  readonly #options: RealtimeOptions;
  #run: Run | null = null;
  #returned: Timer | null = null;
  #followed: { readonly channels: readonly string[]; readonly main: string | null } = {
    channels: [],
    main: null,
  };

  constructor(options: RealtimeOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#run !== null;
  }

  /** @param owner whose tabs share the connection */
  start(config: RealtimeConfig, owner: string): void {
    if (this.#run !== null) return;
    const run = this.#open(config, owner);
    this.#run = run;
    const { shared, group } = run;
    shared.follow(this.#followed.channels, this.#followed.main);
    const take = () => {
      const role = group.role.get();
      shared.become(role);
      this.#options.onLeads(role === 'leads');
    };
    group.role.subscribe(take);
    take();
  }

  stop(): void {
    const run = this.#run;
    this.#run = null;
    this.#followed = { channels: [], main: null };
    run?.group.close();
    run?.stop();
    this.state.set(NO_REALTIME);
  }

  /** The channels that are wanted from now on; `main` is the one that the state names. */
  follow(channels: readonly string[], main: string | null): void {
    this.#followed = { channels, main };
    this.#run?.shared.follow(channels, main);
  }

  /** Tries everything at once. */
  kick(): void {
    this.#run?.shared.kick();
  }

  /** To the other tabs. */
  post(news: OutboxNews): void {
    this.#run?.group.post(news);
  }

  #onReturn(): void {
    if (this.#returned !== null) return;
    this.#returned = this.#options.environment.after(RETURN_ms, () => {
      this.#returned = null;
    });
    this.#options.handlers.onReturn();
  }

  #open(config: RealtimeConfig, owner: string): Run {
    const { environment, authorize, poll, debug } = this.#options;
    const handlers = { ...this.#options.handlers, onReturn: () => this.#onReturn() };
    const { onServed, onMet, onOutboxNews } = this.#options;
    const group = new TabGroup({
      environment,
      name: `parley:${VERSION}:${owner}`,
      onNews: (news, from) => {
        if (isOutboxNews(news)) onOutboxNews(news);
        else shared.hear(news as ChainNews, from);
      },
      onLeader: () => {
        shared.tellWanted();
        onMet();
      },
      onBye: (tab) => {
        shared.forget(tab);
        // It may have kept what it could not tell any more.
        if (group.role.get() === 'leads') this.#options.onLeads(true);
      },
      onReturn: () => handlers.onReturn(),
      debug,
    });
    const shared = new SharedChain({
      environment,
      createChain: (chainHandlers) =>
        createLiveChain({ environment, config, authorize, poll, handlers: chainHandlers, debug }),
      handlers,
      id: group.id,
      post: (news) => group.post(news),
      onJoined: onMet,
    });
    const stopMirror = mirror(shared.state, this.state, ({ realtimeProvider }) => {
      if (realtimeProvider !== null) onServed();
    });
    const stop = () => {
      stopMirror();
      shared.stop();
    };
    return { shared, group, stop };
  }
}
