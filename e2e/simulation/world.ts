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
import { Ledger, type Density } from './ledger.ts';
import { SimulatedNetwork } from './network.ts';
import { SimulatedBus } from './bus.ts';
import { SimulatedNodes } from './nodes.ts';
import { CREDENTIALS, SimulatedServer, type ProvidersInUse } from './server.ts';
import { SocketHub, type Published, type SocketDefect } from './sockets.ts';
import { siteTokenOf, type Person } from './identities.ts';
import type { SimulatedDisk, StoreDefect } from './store.ts';

export const BASE = 'https://chat.example';

/** What is broken on purpose, so that a test sees that it is found. */
export interface Defects {
  readonly store: StoreDefect;
  readonly sockets: SocketDefect;
}

export const NO_DEFECTS: Defects = { store: null, sockets: null };

/** Where a node dies next, beside any moment: with a commit, or with an event. */
export type Fuse = 'at a commit' | 'at an event' | null;

export interface WorldOptions {
  readonly seed: number;
  readonly providers: ProvidersInUse;
  readonly disk: SimulatedDisk;
  readonly defects: Defects;
  /** How many there are behind the one address. */
  readonly nodes: 1 | 2;
  /** Whether people sign out, and others come to the same browser. */
  readonly peopleChange: boolean;
}

/** One server of one node or two, one network, one clock, and the product's own clients. */
export class World {
  readonly random: Random;
  readonly clock = new SimulatedClock();
  readonly disk: SimulatedDisk;
  readonly hub: SocketHub;
  readonly nodes: SimulatedNodes;
  /** Between the nodes. */
  readonly bus: SimulatedBus;
  readonly network: SimulatedNetwork;
  readonly ledger: Ledger;
  readonly openSockets = new Set<OpenSocket>();
  readonly providers: ProvidersInUse;
  readonly peopleChange: boolean;
  fuse: Fuse = null;
  /** Deaths of nodes so far. */
  crashes = 0;
  /** What happened, for whoever looks into a failure. */
  readonly lines: string[] = [];
  readonly #browsers = new Map<string, SimulatedBrowser>();
  readonly #tabs: SimulatedTab[] = [];

  constructor({ seed, providers, disk, defects, nodes, peopleChange }: WorldOptions) {
    const { clock } = this;
    const random = new Random(seed);
    this.random = random;
    this.providers = providers;
    this.peopleChange = peopleChange;
    this.ledger = new Ledger((provider) => this.#densityOf(provider));
    this.disk = disk;
    this.bus = new SimulatedBus(clock, random);
    const hub = new SocketHub({ clock, random, credentials: CREDENTIALS, defect: defects.sockets });
    this.hub = hub;
    const bus = nodes === 1 ? null : this.bus;
    const all = Array.from({ length: nodes }, (_, node): SimulatedServer => {
      const onCommit = (): void => this.#burn('at a commit', server);
      const defect = defects.store;

      const server = new SimulatedServer({
        node,
        bus,
        clock,
        random,
        disk,
        hub,
        providers,
        defect,
        onCommit,
      });
      return server;
    });
    this.nodes = new SimulatedNodes(all);
    hub.nodeOf = (client) => this.nodes.for(client).node;
    this.network = new SimulatedNetwork(clock, random, hub, this.nodes);
    hub.onPublished = (published) => {
      const server = all[published.node];
      this.note(nameOf(server), `tells ${published.channel} ${published.event}`);
      this.ledger.published(published);
      this.#burn('at an event', server);
    };
    hub.onHeard = (socket, data) => this.ledger.heard(socket, data);
    this.network.onExchange = (exchange) => {
      const { from, request, answer } = exchange;
      this.note(from.client, `${request.method} ${request.url} ${answer.status}`);
      this.ledger.exchanged(exchange);
    };
    this.network.onRequest = (from, url) => this.ledger.requested(from, url);
  }

  /** Whether the server's own sockets live and die with it. */
  get hasOwnSockets(): boolean {
    return this.providers === 'reverb' || this.providers === 'pusher and reverb';
  }

  /** How dense what a provider is told has to be. */
  #densityOf(provider: Published['provider']): Density {
    // What is reached over the network may have taken what it did not confirm.
    if (provider !== 'reverb' || !this.hasOwnSockets) return 'any';
    // Another node tells of what another one committed.
    return this.nodes.areSeveral ? 'rising' : 'dense';
  }

  /** Starts a node; like a real one it ends at once where its database does not work. */
  async start(server: SimulatedServer): Promise<void> {
    if (server.isAlive) return;
    const starting = { isOver: false };
    void server
      .start()
      .catch((error: unknown) => this.note(nameOf(server), `does not start: ${String(error)}`))
      .finally(() => {
        starting.isOver = true;
      });
    // Its first reads and writes take simulated time.
    while (!starting.isOver) await this.clock.advance(1);
    this.ledger.nextLife(server.node);
  }

  async startAll(): Promise<void> {
    for (const server of this.nodes.all) await this.start(server);
  }

  /** As `kill -9`; whoever runs it starts it again. */
  crash(server: SimulatedServer): void {
    if (!server.isAlive) return;
    this.note(nameOf(server), 'dies');
    this.crashes += 1;
    this.fuse = null;
    server.crash();
  }

  /** The story is over: whoever still waits for anything would keep all of it in memory. */
  end(): void {
    for (const tab of this.#tabs) tab.crash();
    for (const server of this.nodes.all) this.crash(server);
  }

  #burn(where: Fuse, server: SimulatedServer | undefined): void {
    if (this.fuse === where && server !== undefined) this.crash(server);
  }

  /** The browser of somebody, whoever is at it. */
  browserOf(home: Person): SimulatedBrowser {
    const known = this.#browsers.get(home);
    if (known !== undefined) return known;
    const browser = new SimulatedBrowser(this.network, this.random, home);
    this.#browsers.set(home, browser);
    return browser;
  }

  get browsers(): readonly SimulatedBrowser[] {
    return [...this.#browsers.values()];
  }

  tab(browser: SimulatedBrowser, name: string): SimulatedTab {
    this.nodes.seat(name);
    const note = (line: string) => this.note(name, line);
    const tab = new SimulatedTab(name, browser, this.network, this.openSockets, note);
    this.#tabs.push(tab);
    return tab;
  }

  visitor(tab: SimulatedTab): VisitorChat {
    return createVisitorChat({
      baseUrl: BASE,
      siteToken: siteTokenOf(tab.browser.home),
      storage: tab.browser.storage.tab(tab.name),
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

  /** What a script would send in the name of a browser's visitor. */
  post(client: string, { person, token }: SimulatedBrowser, path: string, body: unknown): void {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    this.network.fetch({ client, person }, BASE + path, init, null).catch(() => undefined);
  }

  note(who: string, line: string): void {
    this.lines.push(`${this.clock.now_ms() % 10_000_000} ${who}: ${line}`);
  }
}

function nameOf(server: SimulatedServer | undefined): string {
  return server === undefined || server.node === 0 ? 'server' : `server ${server.node + 1}`;
}
