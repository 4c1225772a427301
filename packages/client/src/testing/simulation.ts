import type { RealtimeConfig } from '@parley/protocol';
import type { AgentChat } from '../agent-chat-interface.ts';
import { createAgentChat } from '../agent-chat.ts';
import type { OpenConversation } from '../agent-conversation.ts';
import type { Environment } from '../environment.ts';
import type { Store } from '../store.ts';
import type { LogMessage } from '../view.ts';
import { createVisitorChat } from '../visitor-chat.ts';
import type { VisitorChat, VisitorChatOptions } from '../visitor-chat-interface.ts';
import { Random } from './random.ts';
import {
  Life,
  SimulatedOutboxStore,
  SimulatedPage,
  SimulatedStorage,
  SimulatedTabs,
} from './simulated-browser.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { createPollingProvider } from '../polling-provider.ts';
import { simulatedPusher } from './simulated-pusher.ts';
import { simulatedSocket, type OpenSocket } from './simulated-socket.ts';
import { VisitorConversation } from '../visitor-conversation.ts';
import { AGENT, SimulatedServer, SITE } from './simulated-server.ts';

const BASE = 'https://chat.example';

export type ProvidersInUse = 'pusher and reverb' | 'reverb' | 'reverb without heads' | 'polling';

/** One server, one network, one clock, and the clients of the product as they are. */
export class Simulation {
  readonly random: Random;
  readonly clock = new SimulatedClock();
  readonly server: SimulatedServer;
  readonly network: SimulatedNetwork;
  readonly openSockets = new Set<OpenSocket>();
  readonly storage = new SimulatedStorage();
  /** Of the one browser, where the tabs are in one. */
  readonly outbox: SimulatedOutboxStore;
  readonly #tabs: SimulatedTabs | null;
  readonly #lives = new Map<string, Life>();
  /** What all clients said, for whoever looks into a failure. */
  readonly lines: string[] = [];

  /** @param together whether tabs can talk, and find what others have stored to send */
  constructor(seed: number, providers: ProvidersInUse, { together = true } = {}) {
    this.random = new Random(seed);
    this.server = new SimulatedServer(this.clock, realtimeConfig(providers));
    this.network = new SimulatedNetwork(this.clock, this.server, this.random);
    this.outbox = this.#newOutbox();
    this.#tabs = together ? new SimulatedTabs(this.clock) : null;
  }

  #newOutbox(): SimulatedOutboxStore {
    return new SimulatedOutboxStore(this.clock, new Random(1));
  }

  /** The page stands still, and nobody is told of it. */
  freeze(name: string): void {
    this.#lives.get(name)?.freeze();
  }

  thaw(name: string): void {
    this.#lives.get(name)?.thaw();
  }

  /** The page is gone from one moment to the next; what it asked of the server goes on there. */
  crash(name: string): void {
    this.#lives.get(name)?.end();
    for (const socket of Array.from(this.openSockets)) {
      if (socket.client === name) socket.close();
    }
  }

  visitor(
    name: string,
    page = new SimulatedPage(),
    options: Pick<VisitorChatOptions, 'consent'> = {},
  ): VisitorChat {
    return createVisitorChat({
      ...options,
      baseUrl: BASE,
      siteToken: SITE,
      storage: this.storage.tab(name),
      debug: (line) => this.#note(name, line),
      environment: this.#environment(name, page),
    });
  }

  agent(name: string, page = new SimulatedPage()): AgentChat {
    const environment = this.#environment(name, page);
    const withCookie: Environment = {
      ...environment,
      fetch: (url, init) => {
        const headers = new Headers(init.headers);
        headers.set('authorization', `Bearer ${AGENT}`);
        return environment.fetch(url, { ...init, headers });
      },
    };
    return createAgentChat({
      baseUrl: BASE,
      debug: (line) => this.#note(name, line),
      environment: withCookie,
    });
  }

  #note(name: string, line: string): void {
    this.lines.push(`${this.clock.now_ms() % 10_000_000} ${name}: ${line}`);
  }

  #environment(name: string, page: SimulatedPage): Environment {
    const { clock, random, network, storage, openSockets } = this;
    const outbox = this.#tabs === null ? this.#newOutbox() : this.outbox;
    const life = new Life();
    this.#lives.set(name, life);
    // Parts of the program come as answers do.
    const script = async <T>(part: T): Promise<T> => {
      if (network.faults.http === 'down') throw new TypeError('the script did not come');
      return Promise.resolve(part);
    };
    return {
      now_ms: () => clock.now_ms(),
      after: (delay_ms, callback) => clock.after(delay_ms, () => life.run(callback)),
      random: () => random.next(),
      uuid: () => random.uuid(),
      fetch: (url, init) => life.wait(network.fetch(name, url, withLife(init, life))),
      openSocket: simulatedSocket(network, name, openSockets),
      upload: () => Promise.reject(new TypeError('nobody sends files here')),
      loadPusher: () => Promise.resolve(simulatedPusher(network, name, openSockets)),
      loadPolling: () => life.wait(script(createPollingProvider)),
      loadConversation: () => life.wait(script(VisitorConversation)),
      visible: () => page.visible,
      online: () => page.online,
      onPage: (listener) => page.listen((event) => life.run(() => listener(event))),
      onStorage: (listener) => storage.listen(name, (key) => life.run(() => listener(key))),
      outbox: {
        load: () => life.wait(outbox.load()),
        put: (entry) => life.wait(outbox.put(entry)),
        remove: (id) => life.wait(outbox.remove(id)),
      },
      tabs: this.#tabs?.of(life) ?? null,
    };
  }
}

function withLife(init: RequestInit, life: Life): RequestInit {
  const signals = [life.signal, ...(init.signal instanceof AbortSignal ? [init.signal] : [])];
  return { ...init, signal: AbortSignal.any(signals) };
}

export function realtimeConfig(providers: ProvidersInUse): RealtimeConfig {
  const sockets = providers !== 'polling';
  const pusher = providers === 'pusher and reverb';
  return {
    realtimeProvider: pusher ? 'pusher' : sockets ? 'reverb' : 'polling',
    reverb: {
      enabled: sockets,
      key: 'reverb',
      host: 'chat.example',
      port: 443,
      scheme: 'https',
      heads: providers !== 'reverb without heads',
    },
    pusher: { enabled: pusher, key: 'pusher', cluster: 'mt1', encrypted: true },
    polling: { interval_ms: 2_000, wait_s: 25 },
  };
}

/** The rows that a client shows of its conversation. */
export function rowsOf(shown: VisitorChat | OpenConversation): readonly LogMessage[] {
  if ('pending' in shown) return [...(shown.view.get()?.messages ?? []), ...shown.pending.get()];
  const view = shown.view.get();
  return view.status === 'ready' ? view.messages : [];
}

/**
 * Where in the stream that is shown the message of a key really is; null: nowhere yet. `elsewhere`: in
 * another conversation.
 */
type PlaceOf = (key: string) => number | 'elsewhere' | null;

/**
 * Watches what a person would see (SYNC-10): at no time a row twice; no row ever goes or becomes
 * another; no two rows ever change places. A row that was sent again after a failure may, for that
 * is what was asked for.
 */
export class Watcher {
  readonly #read: () => readonly LogMessage[];
  readonly #placeOf: PlaceOf;
  readonly #shown: () => number | null;
  #conversation: number | null = null;
  readonly #retried = new Set<string>();
  readonly #stops: readonly (() => void)[];
  #order: readonly string[] = [];
  #rows: readonly LogMessage[] = [];
  readonly #faults: string[] = [];
  readonly #reordered: [before: readonly string[], now: readonly string[]][] = [];

  /**
   * @param shown which conversation is shown: what was taken goes with it when another one begins
   */
  constructor(
    stores: readonly Store<unknown>[],
    read: () => readonly LogMessage[],
    placeOf: PlaceOf,
    shown: () => number | null = () => null,
  ) {
    this.#read = read;
    this.#placeOf = placeOf;
    this.#shown = shown;
    this.#stops = stores.map((store) => store.subscribe(() => this.#look()));
  }

  /** Looks no more: what is shown from now on is somebody else's. */
  end(): void {
    for (const stop of this.#stops) stop();
  }

  retried(key: string): void {
    this.#retried.add(key);
  }

  /** To be read in the end: a message that failed, which another tab may hear of late, may move. */
  get faults(): readonly string[] {
    const stays = (key: string) => !this.#retried.has(key) && this.#isCommitted(key);
    const reordered = this.#reordered.flatMap(([before, now]) => {
      const [was, is] = [before.filter(stays).join(' '), now.filter(stays).join(' ')];
      return was === is ? [] : `order changed: ${was} → ${is}`;
    });
    return [...this.#faults, ...reordered];
  }

  #isCommitted(key: string): boolean {
    return key.startsWith('message:') || this.#placeOf(key) !== null;
  }

  #look(): void {
    const rows = this.#read();
    const keys = rows.map(({ key }) => key);
    if (new Set(keys).size < keys.length) this.#faults.push(`a key twice: ${keys.join(' ')}`);
    const ids = rows.flatMap(({ id }) => id ?? []);
    if (new Set(ids).size < ids.length) this.#faults.push(`a message twice: ${ids.join(' ')}`);
    // Only what the first page leaves to the older ones may go.
    const first = rows.find(({ seq }) => seq !== null)?.seq ?? 0;
    const left = this.#conversation;
    this.#conversation = this.#shown();
    const isOther = left !== null && left !== this.#conversation;
    const gone = this.#rows.filter(({ key, seq }) => {
      const place = seq ?? this.#placeOf(key);
      // It waited here, for this tab did not know that it was taken before this conversation began.
      if (place === 'elsewhere') return false;
      return !keys.includes(key) && (isOther ? place === null : (place ?? first) >= first);
    });
    if (gone.length > 0) this.#faults.push(`gone: ${gone.map(({ key }) => key).join(' ')}`);
    const isHere = (key: string) => this.#placeOf(key) !== 'elsewhere';
    const now = keys.filter((key) => this.#order.includes(key) && isHere(key));
    const before = this.#order.filter((key) => keys.includes(key) && isHere(key));
    if (now.join() !== before.join()) this.#reordered.push([before, now]);
    this.#order = keys;
    this.#rows = rows;
  }
}
