import type { PageEvent } from '../environment.ts';
import type { OutboxStore, StoredEntry } from '../outbox-store.ts';
import type { TokenStorage } from '../token-store.ts';
import type { Random } from './random.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** A page: its visibility, and the events that a browser would send to it. */
export class SimulatedPage {
  visible = true;
  online = true;
  readonly #listeners = new Set<(event: PageEvent) => void>();

  listen(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(event: PageEvent): void {
    if (event === 'visible' || event === 'hidden') this.visible = event === 'visible';
    if (event === 'online' || event === 'offline') this.online = event === 'online';
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

/** The outbox's store of one browser: it outlives every page, takes its time, and may fail. */
export class SimulatedOutboxStore implements OutboxStore {
  fault: StorageFault = 'works';
  readonly entries = new Map<string, StoredEntry>();
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
    await this.#clock.wait(this.#random.between(0, 5));
    if (fault === 'refuses') throw new DOMException('full', 'QuotaExceededError');
    if (fault === 'hangs') await new Promise<never>(() => undefined);
  }
}

/** One life of a page, from its load until it is closed or crashes. */
export class Life {
  readonly #end = new AbortController();

  /** Whatever it waits for, it never hears of it any more. */
  end(): void {
    this.#end.abort();
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  run(callback: () => void): void {
    if (!this.signal.aborted) callback();
  }

  async wait<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      if (this.signal.aborted) await new Promise<never>(() => undefined);
    }
  }
}
