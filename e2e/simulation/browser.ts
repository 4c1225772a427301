import type {
  Environment,
  HttpResponse,
  PageEvent,
} from '../../packages/client/src/environment.ts';
import { createPollingProvider } from '../../packages/client/src/polling-provider.ts';
import { simulatedPusher } from '../../packages/client/src/testing/simulated-pusher.ts';
import {
  simulatedSocket,
  type OpenSocket,
} from '../../packages/client/src/testing/simulated-socket.ts';
import { VisitorConversation } from '../../packages/client/src/visitor-conversation.ts';
import type { Random } from '../../packages/client/src/testing/random.ts';
import {
  Life,
  SimulatedOutboxStore,
  SimulatedPage,
  SimulatedStorage,
  SimulatedTabs,
} from '../../packages/client/src/testing/simulated-browser.ts';
import { isAgent, ownerOfSession, sessionOf, siteTokenOf, type Person } from './identities.ts';
import type { SimulatedNetwork } from './network.ts';

const SESSION = 'parley_session=';

/** One browser: what its tabs share, and what outlives them. */
export class SimulatedBrowser {
  readonly storage = new SimulatedStorage();
  readonly outbox: SimulatedOutboxStore;
  readonly tabs: SimulatedTabs;
  /** Whether its storage ever hung: then a later message of another tab may go first. */
  hadDiskFaults = false;
  /** Whose it is; somebody else may be at it for a while. */
  readonly home: Person;
  /** Who its visitor is. An agent's browser has a session in place of it. */
  #visitor: Person;
  /** Null: no session. */
  #cookie: string | null = null;

  constructor(network: SimulatedNetwork, random: Random, home: Person) {
    this.outbox = new SimulatedOutboxStore(network.clock, random);
    this.tabs = new SimulatedTabs(network.clock);
    this.home = home;
    this.#visitor = home;
    if (isAgent(home)) this.#cookie = `${SESSION}${sessionOf(home)}`;
  }

  get cookie(): string | null {
    return this.#cookie;
  }

  /** In whose name it asks now. */
  get person(): Person {
    return isAgent(this.home) ? ownerOfSession(this.#cookie) : this.#visitor;
  }

  /** Somebody else is the visitor from now on. */
  becomes(visitor: Person): void {
    this.#visitor = visitor;
  }

  /** The secret that is kept for the visitor; null: none yet. */
  get token(): string | null {
    return this.storage.tab('checks').getItem(`parley:visitor:${siteTokenOf(this.home)}`);
  }

  takeCookies(headers: Headers | { get(name: string): string | null }): void {
    const set = headers.get('set-cookie');
    if (set === null) return;
    const token = /parley_session=([^;,]*)/.exec(set)?.[1] ?? '';
    this.#cookie = token === '' ? null : `${SESSION}${token}`;
  }
}

/** A page in a tab, from its load to its end. */
export class SimulatedTab {
  readonly name: string;
  readonly page = new SimulatedPage();
  readonly environment: Environment;
  readonly browser: SimulatedBrowser;
  readonly #note: (line: string) => void;
  readonly #life = new Life();
  readonly #clock: SimulatedNetwork['clock'];
  #isFrozen = false;
  /** Since when the page goes on without a break. */
  #since_ms: number;
  readonly #openSockets: ReadonlySet<OpenSocket>;

  constructor(
    name: string,
    browser: SimulatedBrowser,
    network: SimulatedNetwork,
    openSockets: Set<OpenSocket>,
    note: (line: string) => void,
  ) {
    this.name = name;
    this.browser = browser;
    this.#note = note;
    this.#openSockets = openSockets;
    this.#clock = network.clock;
    this.#since_ms = network.clock.now_ms();
    this.environment = this.#environment(browser, network, openSockets);
  }

  /** Gone from one moment to the next; what it asked of the server goes on there. */
  crash(): void {
    this.#note('gone');
    this.#life.end();
    for (const socket of Array.from(this.#openSockets)) {
      if (socket.client === this.name) socket.close();
    }
  }

  send(event: PageEvent): void {
    this.#note(event);
    this.#since_ms = this.#clock.now_ms();
    this.page.send(event);
  }

  /** The browser stops all that goes on in the page, or lets it go on. */
  freezeOrThaw(): void {
    this.#isFrozen = !this.#isFrozen;
    this.#since_ms = this.#clock.now_ms();
    this.#note(this.#isFrozen ? 'frozen' : 'thawed');
    if (this.#isFrozen) this.#life.freeze();
    else this.#life.thaw();
  }

  /** Somebody looks at it again. */
  comeBack(): void {
    if (this.#isFrozen) this.freezeOrThaw();
    this.send('pageshow');
  }

  /** How long the page has gone on without a break. */
  get awake_ms(): number {
    return this.#clock.now_ms() - this.#since_ms;
  }

  /** Whether somebody can be at it. */
  get isThere(): boolean {
    return !this.#isFrozen && !this.page.away;
  }

  #environment(
    browser: SimulatedBrowser,
    network: SimulatedNetwork,
    openSockets: Set<OpenSocket>,
  ): Environment {
    const { clock, random } = network;
    const life = this.#life;
    const { storage, outbox, tabs } = browser;
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
      fetch: (url, init) => life.wait(this.#fetch(network, url, endedBy(life, init))),
      openSocket: simulatedSocket(network, this.name, openSockets),
      upload: () => Promise.reject(new TypeError('nobody sends files here')),
      loadPusher: () => Promise.resolve(simulatedPusher(network, this.name, openSockets)),
      loadPolling: () => life.wait(script(createPollingProvider)),
      loadConversation: () => life.wait(script(VisitorConversation)),
      visible: () => this.page.visible,
      online: () => this.page.online,
      onPage: (listener) => this.page.listen((event) => life.run(() => listener(event))),
      onStorage: (listener) =>
        storage.listen(this.name, (key) => {
          // What happened while a page was kept for the way back it is never told.
          if (!this.page.away) life.run(() => listener(key));
        }),
      outbox: {
        load: () => life.wait(outbox.load()),
        put: (entry) => life.wait(outbox.put(entry)),
        remove: (id) => life.wait(outbox.remove(id)),
      },
      tabs: tabs.of(life),
    };
  }

  async #fetch(network: SimulatedNetwork, url: string, init: RequestInit): Promise<HttpResponse> {
    const { browser, name } = this;
    const cookie = init.credentials === 'omit' ? null : browser.cookie;
    const from = { client: name, person: browser.person };
    const response = await network.fetch(from, url, init, cookie);
    browser.takeCookies(response.headers);
    return response;
  }
}

function endedBy(life: Life, init: RequestInit): RequestInit {
  const signals = [life.signal, ...(init.signal instanceof AbortSignal ? [init.signal] : [])];
  return { ...init, signal: AbortSignal.any(signals) };
}
