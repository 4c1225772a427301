import type { Environment, PageEvent } from '../../packages/client/src/environment.ts';
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
import type { SimulatedNetwork } from './network.ts';

/** One browser of one person: what its tabs share, and what outlives them. */
export class SimulatedBrowser {
  readonly storage = new SimulatedStorage();
  readonly outbox: SimulatedOutboxStore;
  readonly tabs: SimulatedTabs;
  /** Whether its storage ever hung: then a later message of another tab may go first. */
  hadDiskFaults = false;
  /** Null: no session. */
  readonly cookie: string | null;

  constructor(network: SimulatedNetwork, random: Random, cookie: string | null) {
    this.outbox = new SimulatedOutboxStore(network.clock, random);
    this.tabs = new SimulatedTabs(network.clock);
    this.cookie = cookie;
  }
}

/** A page in a tab, from its load to its end. */
export class SimulatedTab {
  readonly name: string;
  readonly page = new SimulatedPage();
  readonly environment: Environment;
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
    const { storage, outbox, tabs, cookie } = browser;
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
      fetch: (url, init) =>
        life.wait(network.fetch(this.name, url, endedBy(life, init), cookieFor(init, cookie))),
      openSocket: simulatedSocket(network, this.name, openSockets),
      upload: () => Promise.reject(new TypeError('nobody sends files here')),
      loadPusher: () => Promise.resolve(simulatedPusher(network, this.name, openSockets)),
      loadPolling: () => life.wait(script(createPollingProvider)),
      loadConversation: () => life.wait(script(VisitorConversation)),
      visible: () => this.page.visible,
      online: () => this.page.online,
      onPage: (listener) => this.page.listen((event) => life.run(() => listener(event))),
      onStorage: (listener) => storage.listen(this.name, (key) => life.run(() => listener(key))),
      outbox: {
        load: () => life.wait(outbox.load()),
        put: (entry) => life.wait(outbox.put(entry)),
        remove: (id) => life.wait(outbox.remove(id)),
      },
      tabs: tabs.of(life),
    };
  }
}

function endedBy(life: Life, init: RequestInit): RequestInit {
  const signals = [life.signal, ...(init.signal instanceof AbortSignal ? [init.signal] : [])];
  return { ...init, signal: AbortSignal.any(signals) };
}

function cookieFor({ credentials }: RequestInit, cookie: string | null): string | null {
  return credentials === 'omit' ? null : cookie;
}
