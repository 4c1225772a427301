import {
  createAgentChat,
  createVisitorChat,
  type AgentChat,
  type VisitorChat,
} from '../../packages/client/src/index.ts';
import { Random } from '../../packages/client/src/testing/random.ts';
import { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';
import type { OpenSocket } from '../../packages/client/src/testing/simulated-socket.ts';
import { SimulatedBrowser, SimulatedTab } from './browser.ts';
import { Ledger } from './ledger.ts';
import { SimulatedNetwork } from './network.ts';
import { CREDENTIALS, SimulatedServer, type ProvidersInUse } from './server.ts';
import { SocketHub, type SocketDefect } from './sockets.ts';
import {
  AGENTS,
  sessionOf,
  SITES,
  type AgentName,
  type SimulatedDisk,
  type StoreDefect,
} from './store.ts';

export const BASE = 'https://chat.example';

/** Who visits, and which site. */
export const VISITORS = [
  { name: 'vi', site: 0 },
  { name: 'wu', site: 0 },
  { name: 'xi', site: 1 },
] as const;
export type VisitorName = (typeof VISITORS)[number]['name'];

/** What is broken on purpose, so that a test sees that it is found. */
export interface Defects {
  readonly store: StoreDefect;
  readonly sockets: SocketDefect;
}

export const NO_DEFECTS: Defects = { store: null, sockets: null };

/** Where the server dies next, beside any moment: with a commit, or with an event. */
export type Fuse = 'at a commit' | 'at an event' | null;

/** One server, one network, one clock, and the product's own clients. */
export class World {
  readonly random: Random;
  readonly clock = new SimulatedClock();
  readonly disk: SimulatedDisk;
  readonly hub: SocketHub;
  readonly server: SimulatedServer;
  readonly network: SimulatedNetwork;
  readonly ledger: Ledger;
  readonly openSockets = new Set<OpenSocket>();
  readonly providers: ProvidersInUse;
  fuse: Fuse = null;
  /** Deaths of the server so far. */
  crashes = 0;
  /** What happened, for whoever looks into a failure. */
  readonly lines: string[] = [];
  readonly #browsers = new Map<string, SimulatedBrowser>();
  readonly #tabs: SimulatedTab[] = [];

  constructor(seed: number, providers: ProvidersInUse, disk: SimulatedDisk, defects: Defects) {
    const { clock } = this;
    const random = new Random(seed);
    this.random = random;
    this.providers = providers;
    this.ledger = new Ledger((provider) => provider === 'reverb' && this.hasOwnSockets);
    this.disk = disk;
    this.hub = new SocketHub({ clock, random, credentials: CREDENTIALS, defect: defects.sockets });
    this.server = new SimulatedServer({
      clock,
      random,
      providers,
      disk: this.disk,
      hub: this.hub,
      defect: defects.store,
      onCommit: () => this.#burn('at a commit'),
    });
    this.network = new SimulatedNetwork(clock, random, this.hub, this.server);
    this.hub.onPublished = (published) => {
      this.note('server', `tells ${published.channel} ${published.event}`);
      this.ledger.published(published);
      this.#burn('at an event');
    };
    this.hub.onHeard = (client, data) => this.ledger.heard(client, data);
    this.network.onExchange = (exchange) => {
      const { client, request, answer } = exchange;
      this.note(client, `${request.method} ${request.url} ${answer.status}`);
      this.ledger.exchanged(exchange);
    };
    this.network.onRequest = (client, url) => this.ledger.requested(client, url);
  }

  /** Whether the server's own sockets live and die with it. */
  get hasOwnSockets(): boolean {
    return this.providers === 'reverb' || this.providers === 'pusher and reverb';
  }

  /** Starts the server; like a real one it ends at once where its database does not work. */
  async start(): Promise<void> {
    if (this.server.isAlive) return;
    const starting = { isOver: false };
    void this.server
      .start()
      .catch((error: unknown) => this.note('server', `does not start: ${String(error)}`))
      .finally(() => {
        starting.isOver = true;
      });
    // Its first reads and writes take simulated time.
    while (!starting.isOver) await this.clock.advance(1);
    this.ledger.nextLife();
  }

  /** As `kill -9`; whoever runs it starts it again. */
  crash(): void {
    if (!this.server.isAlive) return;
    this.note('server', 'dies');
    this.crashes += 1;
    this.fuse = null;
    this.server.crash();
    if (this.hasOwnSockets) {
      for (const socket of Array.from(this.openSockets)) {
        if (socket.name === 'reverb') socket.close();
      }
    }
  }

  /** The story is over: whoever still waits for anything would keep all of it in memory. */
  end(): void {
    for (const tab of this.#tabs) tab.crash();
    this.crash();
  }

  #burn(where: Fuse): void {
    if (this.fuse === where) this.crash();
  }

  browserOf(person: VisitorName | AgentName): SimulatedBrowser {
    const known = this.#browsers.get(person);
    if (known !== undefined) return known;
    const agent = AGENTS.find(({ name }) => name === person);
    const cookie = agent === undefined ? null : `parley_session=${sessionOf(agent.name)}`;
    const browser = new SimulatedBrowser(this.network, this.random, cookie);
    this.#browsers.set(person, browser);
    return browser;
  }

  tab(person: VisitorName | AgentName, name: string): SimulatedTab {
    this.ledger.introduce(name, person);
    const note = (line: string) => this.note(name, line);
    const browser = this.browserOf(person);
    const tab = new SimulatedTab(name, browser, this.network, this.openSockets, note);
    this.#tabs.push(tab);
    return tab;
  }

  visitor(person: VisitorName, tab: SimulatedTab): VisitorChat {
    return createVisitorChat({
      baseUrl: BASE,
      siteToken: siteTokenOf(person),
      storage: this.browserOf(person).storage.tab(tab.name),
      debug: (line) => this.note(tab.name, line),
      environment: tab.environment,
    });
  }

  agent(tab: SimulatedTab): AgentChat {
    return createAgentChat({
      baseUrl: BASE,
      debug: (line) => this.note(tab.name, line),
      environment: tab.environment,
    });
  }

  /** What a script would send in the name of a visitor. */
  post(client: string, person: VisitorName, path: string, body: unknown): void {
    const headers = {
      authorization: `Bearer ${this.tokenOf(person)}`,
      'content-type': 'application/json',
    };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    this.network.fetch(client, BASE + path, init, null).catch(() => undefined);
  }

  /** The secret that this visitor's browser keeps; null: none yet. */
  tokenOf(person: VisitorName): string | null {
    return this.browserOf(person)
      .storage.tab('checks')
      .getItem(`parley:visitor:${siteTokenOf(person)}`);
  }

  note(who: string, line: string): void {
    this.lines.push(`${this.clock.now_ms() % 10_000_000} ${who}: ${line}`);
  }
}

function siteTokenOf(visitor: VisitorName): string {
  return SITES[VISITORS.find(({ name }) => name === visitor)?.site ?? 0];
}
