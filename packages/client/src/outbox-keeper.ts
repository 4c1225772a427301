import { pause, type Environment } from './environment.ts';
import { isStoredEntry, type StoredEntry } from './outbox-store.ts';
import { createStore, type WritableStore } from './store.ts';

/** Storage that takes longer is not waited for: sending goes on without it. */
const PATIENCE_ms = 1_000;

/**
 * Keeps messages beyond the page, where the browser lets it. Nothing here rejects or takes long:
 * what cannot be stored lives in memory, and `durable` says so.
 */
export class OutboxKeeper {
  /** Whether everything that is not sent yet would survive a reload. */
  readonly durable: WritableStore<boolean> = createStore(true);
  readonly #environment: Environment;
  readonly #debug: (line: string) => void;
  /** What is not sent yet, in its newest state. */
  readonly #wanted = new Map<string, { readonly entry: StoredEntry; kept: boolean }>();

  constructor(environment: Environment, debug: (line: string) => void) {
    this.#environment = environment;
    this.#debug = debug;
  }

  /** What is kept of this owner, in order. Ends within a second; what comes later goes to `late`. */
  async load(
    owner: string,
    late: (entries: readonly StoredEntry[]) => void,
  ): Promise<readonly StoredEntry[]> {
    let isLate = false;
    const loading = this.#load(owner).then((entries) => {
      if (isLate) late(entries);
      return entries;
    });
    const loaded = await this.#inTime(loading);
    isLate = loaded === null;
    return loaded ?? [];
  }

  /** Resolves when it is kept, or cannot be. */
  async keep(entry: StoredEntry): Promise<void> {
    this.#wanted.set(entry.clientMessageId, { entry, kept: true });
    const done = await this.#inTime(this.#put(entry));
    if (done === null) this.#note(entry, false);
  }

  drop(clientMessageId: string): void {
    this.#wanted.delete(clientMessageId);
    this.#publish();
    this.#environment.outbox.remove(clientMessageId).catch((error: unknown) => {
      // It will be sent once more, which the server recognizes.
      this.#debug(`outbox: not removed: ${String(error)}`);
    });
  }

  async #load(owner: string): Promise<readonly StoredEntry[]> {
    try {
      const found = await this.#environment.outbox.load();
      // The last of an id counts: the stores may each have one.
      const entries = new Map<string, StoredEntry>();
      for (const entry of found) {
        if (isStoredEntry(entry) && entry.owner === owner)
          entries.set(entry.clientMessageId, entry);
      }
      return [...entries.values()].sort((a, b) => a.order - b.order);
    } catch (error) {
      this.#debug(`outbox: storage cannot be read: ${String(error)}`);
      return [];
    }
  }

  async #put(entry: StoredEntry): Promise<true> {
    try {
      await this.#environment.outbox.put(entry);
      this.#note(entry, true);
      this.#putUnkept();
    } catch (error) {
      this.#debug(`outbox: not stored: ${String(error)}`);
      this.#note(entry, false);
    }
    return true;
  }

  /** What there was no room for may fit by now. */
  #putUnkept(): void {
    for (const wanted of this.#wanted.values()) {
      if (wanted.kept) continue;
      wanted.kept = true;
      void this.#put(wanted.entry);
    }
  }

  #note(entry: StoredEntry, kept: boolean): void {
    const wanted = this.#wanted.get(entry.clientMessageId);
    // Of an older state, or of what was sent meanwhile, nobody needs to know.
    if (wanted?.entry !== entry) return;
    wanted.kept = kept;
    this.#publish();
  }

  #publish(): void {
    this.durable.set([...this.#wanted.values()].every(({ kept }) => kept));
  }

  /** Null: it takes too long. */
  async #inTime<T>(work: Promise<T>): Promise<T | null> {
    const patience = pause(this.#environment, PATIENCE_ms);
    const result = await Promise.race([work, patience.done.then(() => null)]);
    patience.wake();
    return result;
  }
}
