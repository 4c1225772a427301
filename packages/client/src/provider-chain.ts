import type { RealtimeConfig, RealtimeProvider } from '@parley/protocol';
import type { Environment, PageEvent, Timer } from './environment.ts';
import type { PollingHandlers, PollingProvider } from './polling-provider.ts';
import { planProviders, type SlotState } from './provider-plan.ts';
import type {
  SocketHandlers,
  SocketProvider,
  SocketProviderName,
  SocketStatus,
} from './provider.ts';
import { attemptTimeout_ms } from './reconnect-policy.ts';
import { createStore, type Store, type WritableStore } from './store.ts';
import { NO_REALTIME, sameState, type RealtimeState } from './view.ts';

export interface ChainHandlers {
  /**
   * A channel is subscribed (again): compare heads. `heads`: the provider sends the head by itself.
   * Resolves when nothing is missing any more; never rejects.
   */
  onSubscribed(channel: string, heads: boolean): Promise<void>;
  onEvent(channel: string, event: string, data: unknown, provider: RealtimeProvider): void;
  onRefused(channel: string): void;
  onUnauthorized(): void;
  /** The page is looked at again, online again or restored (SYNC-6). */
  onReturn(): void;
  /** Nothing may have come for a while, though the provider is connected (RT-8): compare heads. */
  onDoubt(): void;
}

export interface ChainOptions {
  readonly environment: Environment;
  readonly config: RealtimeConfig;
  readonly createSocket: (name: SocketProviderName, handlers: SocketHandlers) => SocketProvider;
  /** Asks to which providers publishing fails at the moment. Rejects with ApiError. */
  readonly askDegraded: () => Promise<readonly RealtimeProvider[]>;
  readonly createPolling: (handlers: PollingHandlers) => PollingProvider;
  readonly handlers: ChainHandlers;
  readonly debug: (line: string) => void;
}

export interface ProviderChain {
  readonly state: Store<RealtimeState>;
  start(): void;
  stop(): void;
  /** The channels that are wanted from now on; `main` is the one that the state names. */
  follow(channels: readonly string[], main: string | null): void;
  /** Tries everything at once. */
  kick(): void;
}

/** One socket provider in the order of preference. */
interface Slot {
  readonly provider: SocketProvider;
  /** Whether the server sends heads by itself. */
  readonly heads: boolean;
  state: SlotState;
  /** Runs out when it has to be passed over. */
  patience: Timer | null;
  /** What has to end before it is live; renewed with each connection. */
  catchingUp: Promise<void>[];
  /** Publishing to it fails: it is not tried, though it would take us. */
  degraded: boolean;
}

/** How long a provider that says no heads is believed without a look (RT-8). */
const DOUBT_ms = 300_000;
/** While a provider is left out: how often the server is asked whether it takes events again. */
const OUTAGE_ms = 30_000;

/** Nobody is told of trouble that is over sooner. */
const TROUBLE_ms = 3_000;

/**
 * pusher → reverb → polling (RT-1 … RT-4): the first that works brings the events, better ones are
 * tried for ever, and polling fills in exactly while no socket is live. What is heard twice in a
 * change of providers is applied once (RT-5), so providers may overlap but never leave a gap.
 */
export function createProviderChain(options: ChainOptions): ProviderChain {
  return new Chain(options);
}

class Chain implements ProviderChain {
  readonly state: WritableStore<RealtimeState> = createStore(NO_REALTIME);
  readonly #options: ChainOptions;
  readonly #slots: readonly Slot[];
  readonly #polling: PollingProvider;
  #pollingState: 'off' | 'soon' | 'asking' | 'working' | 'failing' = 'off';
  #pollingSoon: Timer | null = null;
  #trouble: { readonly timer: Timer; due: boolean } | null = null;
  #doubt: Timer | null = null;
  #run: { readonly stopListening: () => void } | null = null;
  #channels: ReadonlySet<string> = new Set();
  #main: string | null = null;

  constructor(options: ChainOptions) {
    this.#options = options;
    const { config } = options;
    const names = (['pusher', 'reverb'] as const).filter((name) => config[name].enabled);
    this.#slots = names.map((name) => this.#createSlot(name));
    this.#polling = options.createPolling(this.#pollingHandlers());
  }

  start(): void {
    if (this.#run !== null) return;
    const stopListening = this.#options.environment.onPage((event) => this.#onPage(event));
    this.#run = { stopListening };
    this.#doubtLater();
    const { degraded = [] } = this.#options.config;
    for (const slot of this.#slots) slot.degraded = degraded.includes(slot.provider.name);
    this.#update();
  }

  stop(): void {
    if (this.#run === null) return;
    this.#run.stopListening();
    this.#run = null;
    this.#doubt?.cancel();
    for (const slot of this.#slots) slot.degraded = false;
    this.#update();
  }

  follow(channels: readonly string[], main: string | null): void {
    this.#main = main;
    this.#channels = new Set(channels);
    for (const { provider } of this.#slots) provider.follow(this.#channels);
    this.#polling.follow(this.#channels);
    this.#update();
  }

  kick(): void {
    this.#kickSockets();
    if (this.#pollingState === 'soon') this.#startPolling();
    else if (this.#pollingState !== 'off') this.#polling.kick();
  }

  #kickSockets(): void {
    for (const { state, provider } of this.#slots) if (state !== 'idle') provider.kick();
  }

  #onPage(event: PageEvent): void {
    switch (event) {
      case 'offline':
        this.#publish();
        return;
      case 'visible':
      case 'online':
      case 'resume':
        this.#return();
        return;
      case 'hidden':
      case 'pagehide':
      case 'pageshow':
      case 'freeze':
      // Whether this page has the connection at all is for its tab group to say.
    }
  }

  #return(): void {
    this.kick();
    this.#publish();
    this.#options.handlers.onReturn();
  }

  #createSlot(name: SocketProviderName): Slot {
    const { config, createSocket, handlers } = this.#options;
    const slot: Slot = {
      provider: createSocket(name, {
        onStatus: (status) => this.#onStatus(slot, status),
        onSubscribed: (channel) => {
          this.#options.debug(`${name}: subscribed to ${channel}`);
          const caughtUp = handlers.onSubscribed(channel, slot.heads);
          if (slot.state !== 'live') slot.catchingUp.push(caughtUp);
        },
        onEvent: (channel, event, data) => handlers.onEvent(channel, event, data, name),
        onRefused: (channel) => {
          this.#options.debug(`${name}: refused ${channel}`);
          handlers.onRefused(channel);
        },
        onUnauthorized: () => handlers.onUnauthorized(),
      }),
      heads: name === 'reverb' && config.reverb.heads,
      state: 'idle',
      patience: null,
      catchingUp: [],
      degraded: false,
    };
    return slot;
  }

  #onStatus(slot: Slot, status: SocketStatus): void {
    const { debug } = this.#options;
    const { name } = slot.provider;
    switch (status.kind) {
      case 'connecting':
        debug(`${name}: connecting, attempt ${status.attempt}`);
        return;
      case 'subscribed':
        debug(`${name}: connected`);
        this.#catchUp(slot);
        return;
      case 'waiting':
        debug(`${name}: ${status.reason}, again in ${Math.round(status.delay_ms)} ms`);
        slot.catchingUp = [];
        // What was live gets its time again; what never came is passed over (RT-2).
        if (slot.state === 'live') this.#beginTrying(slot);
        else this.#passOver(slot);
        this.#update();
    }
  }

  #catchUp(slot: Slot): void {
    const { catchingUp } = slot;
    slot.state = 'catching-up';
    this.#stopPatience(slot);
    this.#update();
    void Promise.all(catchingUp).then(() => {
      // Another connection meanwhile has a list of its own.
      if (slot.catchingUp !== catchingUp || slot.state !== 'catching-up') return;
      slot.state = 'live';
      this.#options.debug(`${slot.provider.name}: live`);
      this.#update();
    });
  }

  #beginTrying(slot: Slot): void {
    slot.state = 'trying';
    this.#stopPatience(slot);
    slot.patience = this.#options.environment.after(attemptTimeout_ms(0), () => {
      this.#passOver(slot);
      this.#update();
    });
  }

  #passOver(slot: Slot): void {
    this.#stopPatience(slot);
    if (slot.state !== 'passed-over') this.#options.debug(`${slot.provider.name}: passed over`);
    slot.state = 'passed-over';
  }

  #stopPatience(slot: Slot): void {
    slot.patience?.cancel();
    slot.patience = null;
  }

  #doubtLater(): void {
    const { environment } = this.#options;
    const isOut = this.#slots.some(({ degraded }) => degraded);
    // All pages heard of the outage in one moment: they do not ask in one.
    const delay_ms = isOut ? OUTAGE_ms * (0.5 + environment.random()) : DOUBT_ms;
    this.#doubt?.cancel();
    this.#doubt = environment.after(delay_ms, () => {
      this.#doubtLater();
      if (environment.visible()) void this.#lookBehind();
    });
  }

  /**
   * A provider may hold its subscribers while publishing to it fails. Only one that says heads by
   * itself is ours and tells of what it lacks.
   */
  async #lookBehind(): Promise<void> {
    const live = this.#slots.find(({ state }) => state === 'live');
    const isDoubtful = live !== undefined && !live.heads;
    if (!isDoubtful && !this.#slots.some(({ degraded }) => degraded)) return;
    if (isDoubtful) this.#options.handlers.onDoubt();
    // Each answer of polling tells it anyway, and a second question beside it would be one too many.
    if (this.#pollingState !== 'off') return;
    try {
      this.#setDegraded(await this.#options.askDegraded());
    } catch (error) {
      this.#options.debug(`the server was not asked for degraded providers: ${String(error)}`);
    }
  }

  #setDegraded(names: readonly RealtimeProvider[]): void {
    if (this.#run === null) return;
    let changed = false;
    for (const slot of this.#slots) {
      const { name } = slot.provider;
      const degraded = names.includes(name);
      if (degraded === slot.degraded) continue;
      changed = true;
      slot.degraded = degraded;
      this.#options.debug(`${name}: ${degraded ? 'degraded' : 'takes events again'}`);
      this.#leaveSlot(slot, degraded ? 'passed-over' : 'idle');
    }
    if (changed) this.#doubtLater();
    this.#update();
  }

  #leaveSlot(slot: Slot, state: 'passed-over' | 'idle'): void {
    this.#stopPatience(slot);
    slot.state = state;
    slot.catchingUp = [];
    slot.provider.stop();
  }

  /** Starts and stops what the plan says. */
  #update(): void {
    const wanted = this.#run !== null && this.#channels.size > 0;
    const states = this.#slots.map(({ state, degraded }) => (degraded ? 'passed-over' : state));
    const plan = planProviders(states);
    for (const [index, slot] of this.#slots.entries()) {
      // What is degraded is not tried, though it would take us: the next one begins at once.
      const run = wanted && plan.run[index] === true && !slot.degraded;
      const rest = slot.degraded ? 'passed-over' : 'idle';
      if (run && slot.state === 'idle') {
        this.#beginTrying(slot);
        slot.provider.start();
      } else if (!run && slot.state !== rest) {
        if (slot.state !== 'idle') this.#options.debug(`${slot.provider.name}: stopped`);
        this.#leaveSlot(slot, rest);
      }
    }
    this.#updatePolling(wanted && plan.live === null);
    this.#publish();
  }

  #updatePolling(wanted: boolean): void {
    if (wanted && this.#pollingState === 'off') {
      if (this.#slots.length === 0) {
        this.#startPolling();
        return;
      }
      // A socket that connects or comes back at once spares the request; and when a server ends
      // all connections, not all its clients ask in the same moment.
      const { environment } = this.#options;
      this.#pollingState = 'soon';
      const delay_ms = 200 + 800 * environment.random();
      this.#pollingSoon = environment.after(delay_ms, () => this.#startPolling());
    } else if (!wanted && this.#pollingState !== 'off') {
      this.#pollingSoon?.cancel();
      if (this.#pollingState !== 'soon') this.#options.debug('polling: stopped');
      this.#pollingState = 'off';
      this.#polling.stop();
    }
  }

  #startPolling(): void {
    this.#pollingSoon?.cancel();
    this.#pollingState = 'asking';
    this.#options.debug('polling: started');
    this.#polling.start();
  }

  #pollingHandlers(): PollingHandlers {
    const { handlers, debug } = this.#options;
    return {
      onWorking: (working) => {
        const state = working ? 'working' : 'failing';
        if (this.#pollingState === 'off' || this.#pollingState === state) return;
        const isBack = working && this.#pollingState === 'failing';
        this.#pollingState = state;
        this.#publish();
        // The server is there again: a socket need not wait for its own next attempt.
        if (isBack) this.#kickSockets();
      },
      onSubscribed: (channel, heads) => void handlers.onSubscribed(channel, heads),
      onEvent: (channel, event, data) => handlers.onEvent(channel, event, data, 'polling'),
      onUnauthorized: () => handlers.onUnauthorized(),
      // Nobody waits on polling for the next look behind, when a better one works again (RT-4).
      onDegraded: (names) => this.#setDegraded(names),
      onNote: (note) => debug(`polling: ${note}`),
    };
  }

  #publish(): void {
    const live = this.#slots.find(({ state }) => state === 'live');
    const polling = this.#pollingState === 'working';
    const served = live !== undefined || polling;
    const before = this.state.get();
    const next: RealtimeState = {
      realtimeProvider: live?.provider.name ?? (polling ? 'polling' : null),
      realtimeConnected: live !== undefined,
      channelSubscription: live === undefined ? null : this.#main,
      trouble: this.#judgeTrouble(served),
    };
    if (sameState(before, next)) return;
    this.state.set(next);
    if (before.realtimeProvider !== next.realtimeProvider) {
      this.#options.debug(`events come by ${next.realtimeProvider ?? 'nothing'}`);
    }
  }

  #judgeTrouble(served: boolean): RealtimeState['trouble'] {
    const active = this.#run !== null && this.#channels.size > 0;
    if (served || !active) {
      this.#trouble?.timer.cancel();
      this.#trouble = null;
      return 'none';
    }
    if (!this.#options.environment.online()) return 'offline';
    if (this.#trouble === null) {
      const timer = this.#options.environment.after(TROUBLE_ms, () => {
        if (this.#trouble !== null) this.#trouble.due = true;
        this.#publish();
      });
      this.#trouble = { timer, due: false };
    }
    return this.#trouble.due ? 'connecting' : 'none';
  }
}
