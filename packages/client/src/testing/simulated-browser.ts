import type { PageEvent } from '../environment.ts';
import type { OutboxStore, StoredEntry } from '../outbox-store.ts';
import type { HeldLock, TabChannel, Tabs } from '../tabs.ts';
import type { TokenStorage } from '../token-store.ts';
import type { Random } from './random.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** A page: its visibility, and the events that a browser would send to it. */
export class SimulatedPage {
  visible = true;
  online = true;
  /** Left, and kept for the way back. */
  away = false;
  readonly #listeners = new Set<(event: PageEvent) => void>();

  listen(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(event: PageEvent): void {
    if (event === 'visible' || event === 'hidden') this.visible = event === 'visible';
    if (event === 'online' || event === 'offline') this.online = event === 'online';
    if (event === 'pagehide') this.away = true;
    if (event === 'pageshow' || event === 'visible' || event === 'online') this.away = false;
    for (const listener of Array.from(this.#listeners)) listener(event);
  }
}

/** `localStorage` of one origin, with the events that go to the other tabs. */
export class SimulatedStorage {
  readonly #values = new Map<string, string>();
  readonly #tabs = new Map<string, (key: string) => void>();

  tab(name: string): TokenStorage {
    return {
      getItem: (key) => this.#values.get(key) ?? null,
      setItem: (key, value) => {
        this.#values.set(key, value);
        this.#tell(name, key);
      },
      removeItem: (key) => {
        this.#values.delete(key);
        this.#tell(name, key);
      },
    };
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  listen(name: string, listener: (key: string) => void): () => void {
    this.#tabs.set(name, listener);
    return () => this.#tabs.delete(name);
  }

  #tell(from: string, key: string): void {
    for (const [name, listener] of this.#tabs) if (name !== from) listener(key);
  }
}

/** What the disk of one browser does with what is stored. */
export type StorageFault = 'works' | 'refuses' | 'hangs';

/** What the storage takes at most for one thing. */
const WORK_MS = 5;

/** The outbox's store of one browser: it outlives every page, takes its time, and may fail. */
export class SimulatedOutboxStore implements OutboxStore {
  fault: StorageFault = 'works';
  readonly entries = new Map<string, StoredEntry>();
  #ended_ms = 0;
  readonly #clock: SimulatedClock;
  readonly #random: Random;

  constructor(clock: SimulatedClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  async load(): Promise<readonly unknown[]> {
    await this.#work();
    return [...this.entries.values(), { nonsense: true }];
  }

  async put(entry: StoredEntry): Promise<void> {
    // As with the note in `localStorage`: where it is stored at all, it is stored at once.
    if (this.fault === 'works') this.entries.set(entry.clientMessageId, entry);
    await this.#work();
  }

  async remove(clientMessageId: string): Promise<void> {
    if (this.fault === 'works') this.entries.delete(clientMessageId);
    await this.#work();
  }

  async #work(): Promise<void> {
    const { fault } = this;
    // As IndexedDB: what was begun first ends first.
    const now_ms = this.#clock.now_ms();
    const left_ms = this.#ended_ms - now_ms;
    // More than that is left only where the clock was set back.
    const work_ms = Math.max(this.#random.between(0, WORK_MS), left_ms > WORK_MS ? 0 : left_ms);
    this.#ended_ms = now_ms + work_ms;
    await this.#clock.wait(work_ms);
    if (fault === 'refuses') throw new DOMException('full', 'QuotaExceededError');
    if (fault === 'hangs') await new Promise<never>(() => undefined);
  }
}

/** One life of a page, from its load until it is closed or crashes. It may be frozen meanwhile. */
export class Life {
  readonly #end = new AbortController();
  /** What happens to a frozen page happens when it thaws; null: it is not frozen. */
  #later: (() => void)[] | null = null;

  /** Whatever it waits for, it never hears of it any more. */
  end(): void {
    this.#end.abort();
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  freeze(): void {
    this.#later ??= [];
  }

  thaw(): void {
    const later = this.#later ?? [];
    this.#later = null;
    for (const callback of later) this.run(callback);
  }

  run(callback: () => void): void {
    if (this.signal.aborted) return;
    if (this.#later === null) callback();
    else this.#later.push(callback);
  }

  async wait<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      await new Promise<void>((resolve) => this.run(resolve));
    }
  }
}

interface Listener {
  readonly life: Life;
  readonly hear: (message: unknown) => void;
}

interface Request {
  readonly life: Life;
  readonly grant: (lock: HeldLock) => void;
  lose: () => void;
}

/** `BroadcastChannel` and Web Locks of one browser. */
export class SimulatedTabs {
  readonly #clock: SimulatedClock;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #holders = new Map<string, Request>();
  readonly #queues = new Map<string, Request[]>();

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  of(life: Life): Tabs {
    return {
      open: (name, hear) => this.#open(name, { life, hear }),
      lock: (name, how) => this.#lock(name, life, how),
    };
  }

  #open(name: string, listener: Listener): TabChannel {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    const close = () => listeners.delete(listener);
    listener.life.signal.addEventListener('abort', close);
    return {
      close,
      post: (message) => {
        const copy: unknown = structuredClone(message);
        this.#clock.after(1, () => {
          for (const other of Array.from(listeners)) {
            if (other !== listener) other.life.run(() => listeners.has(other) && other.hear(copy));
          }
        });
      },
    };
  }

  async #lock(
    name: string,
    life: Life,
    { steal, signal }: { steal: boolean; signal: AbortSignal },
  ): Promise<HeldLock> {
    return new Promise((grant, reject) => {
      const request: Request = { life, grant, lose: () => undefined };
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const giveUp = () => {
        if (queue.includes(request)) queue.splice(queue.indexOf(request), 1);
        if (life.signal.aborted && this.#holders.get(name) === request) this.#next(name);
        reject(new DOMException('given up', 'AbortError'));
      };
      signal.addEventListener('abort', giveUp);
      life.signal.addEventListener('abort', giveUp);
      const holder = this.#holders.get(name);
      if (steal && holder !== undefined) {
        queue.unshift(request);
        holder.life.run(() => holder.lose());
        this.#next(name);
      } else {
        queue.push(request);
        if (holder === undefined) this.#next(name);
      }
    });
  }

  #next(name: string): void {
    const request = this.#queues.get(name)?.shift();
    this.#holders.delete(name);
    if (request === undefined) return;
    this.#holders.set(name, request);
    const lost = new Promise<void>((resolve) => {
      request.lose = resolve;
    });
    const release = () => {
      if (this.#holders.get(name) === request) this.#next(name);
    };
    this.#clock.after(1, () => request.life.run(() => request.grant({ release, lost })));
  }
}
