import { pause, type Environment, type Pause } from './environment.ts';
import { isOf } from './outbox-owner.ts';
import { isStoredEntry, type StoredEntry } from './outbox-store.ts';
import { reconnectDelay_ms } from './reconnect-policy.ts';
import { createStore, type WritableStore } from './store.ts';

/** Storage that takes longer is not waited for: sending goes on without it. */
const PATIENCE_ms = 1_000;

interface Wanted {
  readonly entry: StoredEntry;
  state: 'asked' | 'kept' | 'unkept';
}

/**
 * Keeps messages beyond the page, where the browser lets it. Nothing here rejects or takes long:
 * what cannot be stored lives in memory, and `durable` says so.
 */
export class OutboxKeeper {
  /** Whether everything that is not sent yet would survive a reload. */
  readonly durable: WritableStore<boolean> = createStore(true);
  readonly #environment: Environment;
  readonly #debug: (line: string) => void;
  /** What is not sent yet, in its newest state, and whether that is kept; `asked`: not known yet. */
  readonly #wanted = new Map<string, Wanted>();
  /** Settled: what was read a moment before may still show it. */
  readonly #dropped = new Set<string>();
  /** Before storage that did not answer is asked again. */
  readonly #rests = new Set<Pause>();
  #closed = false;

  constructor(environment: Environment, debug: (line: string) => void) {
    this.#environment = environment;
    this.#debug = debug;
  }

  /**
   * What is kept that is this owner's, in order. Ends within a second. Storage that has not answered by
   * then, or fails, is asked until it answers, for messages lie in it; then it goes to `late`.
   */
  async load(
    owner: string,
    late: (entries: readonly StoredEntry[]) => void,
  ): Promise<readonly StoredEntry[]> {
    const reading = this.#read(owner);
    const entries = await this.#inTime(reading);
    if (entries === null) void this.#insist(owner, reading).then(late);
    return entries ?? [];
  }

  /** As `load`, where it is no loss to learn nothing. */
  async look(owner: string): Promise<readonly StoredEntry[]> {
    return (await this.#inTime(this.#read(owner))) ?? [];
  }

  /** The page is looked at again, or online: storage may answer, too. */
  kick(): void {
    for (const rest of this.#rests) rest.wake();
  }

  close(): void {
    this.#closed = true;
    this.kick();
  }

  /** Resolves when it is kept, or cannot be. */
  async keep(entry: StoredEntry): Promise<void> {
    // Whoever finds this one has to find those before it: storage that hung then may work now.
    this.#putAgain('asked');
    this.#wanted.set(entry.clientMessageId, { entry, state: 'asked' });
    const done = await this.#inTime(this.#put(entry));
    if (done === null) this.#note(entry, false);
  }

  drop(clientMessageId: string): void {
    this.#dropped.add(clientMessageId);
    this.#wanted.delete(clientMessageId);
    this.#publish();
    this.#environment.outbox.remove(clientMessageId).catch((error: unknown) => {
      // It will be sent once more, which the server recognizes.
      this.#debug(`outbox: ${String(error)}`);
    });
  }

  async #insist(
    owner: string,
    first: Promise<readonly StoredEntry[] | null>,
  ): Promise<readonly StoredEntry[]> {
    let reading = first;
    for (let failures = 1; !this.#closed; failures += 1) {
      const delay_ms = reconnectDelay_ms(failures, this.#environment.random());
      const rest = pause(this.#environment, delay_ms);
      this.#rests.add(rest);
      const entries = await Promise.race([reading, rest.done.then(() => null)]);
      if (entries !== null) rest.wake();
      await rest.done;
      this.#rests.delete(rest);
      if (entries !== null) return entries;
      reading = this.#read(owner);
    }
    return [];
  }

  /** Null: it cannot be read now. */
  async #read(owner: string): Promise<readonly StoredEntry[] | null> {
    try {
      const found = await this.#environment.outbox.load();
      // The last of an id counts: the stores may each have one.
      const entries = new Map<string, StoredEntry>();
      for (const entry of found) {
        if (!isStoredEntry(entry) || !isOf(owner, entry.owner)) continue;
        if (!this.#dropped.has(entry.clientMessageId)) entries.set(entry.clientMessageId, entry);
      }
      return [...entries.values()].sort((a, b) => a.order - b.order);
    } catch (error) {
      this.#debug(`outbox: ${String(error)}`);
      return null;
    }
  }

  async #put(entry: StoredEntry): Promise<true> {
    try {
      await this.#environment.outbox.put(entry);
      this.#note(entry, true);
      // What there was no room for may fit by now.
      this.#putAgain('unkept');
    } catch (error) {
      this.#debug(`outbox: ${String(error)}`);
      this.#note(entry, false);
    }
    return true;
  }

  #putAgain(state: Wanted['state']): void {
    for (const wanted of this.#wanted.values()) {
      if (wanted.state !== state) continue;
      wanted.state = 'asked';
      void this.#put(wanted.entry);
    }
  }

  #note(entry: StoredEntry, kept: boolean): void {
    const wanted = this.#wanted.get(entry.clientMessageId);
    // Of an older state, or of what was sent meanwhile, nobody needs to know.
    if (wanted?.entry !== entry) return;
    wanted.state = kept ? 'kept' : 'unkept';
    this.#publish();
  }

  #publish(): void {
    this.durable.set(![...this.#wanted.values()].some(({ state }) => state === 'unkept'));
  }

  /** Null: it takes too long. */
  async #inTime<T>(work: Promise<T>): Promise<T | null> {
    const patience = pause(this.#environment, PATIENCE_ms);
    const result = await Promise.race([work, patience.done.then(() => null)]);
    patience.wake();
    return result;
  }
}
