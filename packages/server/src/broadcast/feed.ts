/**
 * The polling provider's memory: what happened lately, for each audience, in one order. A poll is
 * answered from here and costs the database nothing (SYNC-11). Pure but for the clock of waiting.
 *
 * A cursor is `RUN.N`: the run of this server and the number of the newest event that was read. It
 * counts over all audiences, so that one cursor serves a reader of several. A reader whose cursor
 * is of another run, or older than what is still here, is told so (`reset`) and compares heads.
 *
 * Only what somebody polls for is kept: most events are delivered over sockets and never read here. Of
 * all else it is known until when something happened, so that whoever comes to poll misses nothing.
 */
export interface FeedEvent {
  readonly audience: string;
  readonly channel: string;
  readonly event: string;
  /** JSON text. */
  readonly data: string;
}

export interface FeedPage {
  /** JSON text of each {@link FeedEvent} without its audience, oldest first. */
  readonly events: readonly string[];
  readonly cursor: string;
  readonly reset: boolean;
}

export interface FeedLimits {
  /** Of the whole feed, estimated. */
  readonly bytesMax: number;
  readonly eventsPerAudienceMax: number;
  readonly eventsPerPageMax: number;
  readonly bytesPerPageMax: number;
  /** Waits of one owner at once; one more ends the oldest. */
  readonly waitsPerOwnerMax: number;
  /** How long events of an audience are kept for after somebody asked for them. */
  readonly followed_ms: number;
}

const DEFAULT_LIMITS: FeedLimits = {
  bytesMax: 32 * 1024 * 1024,
  eventsPerAudienceMax: 500,
  eventsPerPageMax: 200,
  bytesPerPageMax: 512 * 1024,
  waitsPerOwnerMax: 8,
  // A tab that sleeps asks once a minute.
  followed_ms: 5 * 60_000,
};

/** Audiences that nobody polls for share so many numbers of their last events. */
const PASSED = 65_536;

/** What an entry costs beside its data. */
const ENTRY_BYTES = 300;

interface Entry {
  readonly n: number;
  readonly audience: string;
  readonly channel: string;
  readonly event: string;
  readonly data: string;
}

/** One that somebody polls for. */
interface Audience {
  /** By n. */
  readonly entries: Entry[];
  /** The highest n that was here and is gone. */
  floor: number;
  until_ms: number;
}

interface Waiter {
  readonly audiences: readonly string[];
  readonly wants: (event: Pick<FeedEvent, 'channel' | 'event'>) => boolean;
  readonly end: (why: WaitEnd) => void;
}

/** `over`: the time is, or waiting is pointless; there is nothing that the waiter wants. */
export type WaitEnd = 'news' | 'over';

export interface NewsOptions {
  readonly audiences: readonly string[];
  /** What {@link Feed.read} answered. */
  readonly cursor: string;
  /** Default: any event. */
  readonly wants?: (event: Pick<FeedEvent, 'channel' | 'event'>) => boolean;
}

/** Anything since the cursor ends the wait at once. */
export interface WaitOptions extends NewsOptions {
  readonly timeout_ms: number;
  /** Ends the wait when the client went away. */
  readonly signal: AbortSignal;
  /** Who waits: a visitor or a session. */
  readonly owner: string;
}

export class Feed {
  #run: string;
  readonly #limits: FeedLimits;
  readonly #now_ms: () => number;
  /** The longest unasked for first. */
  readonly #audiences = new Map<string, Audience>();
  /** By {@link placeOf} an audience: the highest n of what was not kept. */
  readonly #passed = new Float64Array(PASSED);
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #owners = new Map<string, Set<Waiter>>();
  /** All entries, oldest first, from `#oldest` on; those before it are gone. */
  #order: Entry[] = [];
  #oldest = 0;
  #last = 0;
  #bytes = 0;
  #closed = false;

  /**
   * @param run of letters, digits, `-` and `_`, another for each start of the server
   * @param now_ms milliseconds of a clock that never goes back
   */
  constructor(run: string, limits: Partial<FeedLimits> = {}, now_ms = () => performance.now()) {
    this.#run = run;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#now_ms = now_ms;
  }

  /** Where a reader that comes now begins. */
  get cursor(): string {
    return `${this.#run}.${this.#last}`;
  }

  /** How many wait now. */
  get waiting(): number {
    let count = 0;
    for (const waiters of this.#owners.values()) count += waiters.size;
    return count;
  }

  /** Events that belong together reach a waiting reader together. */
  publish(events: readonly FeedEvent[]): void {
    const woken = new Set<Waiter>();
    for (const event of events) {
      if (!this.#append(event)) continue;
      for (const waiter of this.#waiters.get(event.audience) ?? []) {
        if (waiter.wants(event)) woken.add(waiter);
      }
    }
    this.#shrink();
    for (const waiter of woken) waiter.end('news');
  }

  /** Without a cursor: where to begin, and no events. */
  read(audiences: readonly string[], cursor: string | undefined): FeedPage {
    this.#follow(audiences);
    if (cursor === undefined) return { events: [], cursor: this.cursor, reset: false };
    const from = this.#parse(cursor);
    if (from === null || audiences.some((name) => from < this.#floorOf(name))) {
      return { events: [], cursor: this.cursor, reset: true };
    }
    const news = audiences
      .flatMap((name) => after(this.#audiences.get(name)?.entries ?? [], from))
      .sort((a, b) => a.n - b.n);
    const page = this.#cut(news);
    const end = page.length < news.length ? (page.at(-1)?.n ?? from) : this.#last;
    return { events: page.map(textOf), cursor: `${this.#run}.${end}`, reset: false };
  }

  /** Whether anything wanted happened since the cursor, or may have: it is of another run, or too old. */
  hasNews({ audiences, cursor, wants = () => true }: NewsOptions): boolean {
    this.#follow(audiences);
    const from = this.#parse(cursor);
    if (from === null) return true;
    return audiences.some(
      (name) =>
        from < this.#floorOf(name) ||
        after(this.#audiences.get(name)?.entries ?? [], from).some((entry) => wants(entry)),
    );
  }

  /** Resolves when there is something to read, or when there is no more reason to wait for it. */
  async wait(options: WaitOptions): Promise<WaitEnd> {
    const { audiences, signal, owner, wants = () => true } = options;
    if (this.hasNews(options)) return 'news';
    if (this.#closed || signal.aborted) return 'over';
    return new Promise((resolve) => {
      const end = (why: WaitEnd): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#remove(waiter, owner);
        resolve(why);
      };
      const giveUp = (): void => {
        end('over');
      };
      const timer = setTimeout(giveUp, options.timeout_ms);
      const waiter: Waiter = { audiences, wants, end };
      signal.addEventListener('abort', giveUp);
      this.#add(waiter, owner);
    });
  }

  /** Those of this owner wait no longer: its login is over. */
  endWaitsOf(owner: string): void {
    for (const waiter of this.#owners.get(owner) ?? []) waiter.end('over');
  }

  /** Lets go of all that happened for these audiences, for it is erased: readers are told so (`reset`). */
  forget(names: readonly string[]): void {
    const gone = new Set(names);
    this.#last += 1;
    for (const name of gone) {
      const known = this.#audiences.get(name);
      if (known === undefined) this.#pass(name, this.#last);
      else this.#audiences.set(name, { ...known, entries: [], floor: this.#last });
    }
    const kept = this.#order.slice(this.#oldest).filter(({ audience }) => !gone.has(audience));
    this.#order = kept;
    this.#oldest = 0;
    this.#bytes = kept.reduce((sum, entry) => sum + costOf(entry), 0);
  }

  /**
   * Begins anew, for something may be missing here: every reader is told so (`reset`).
   * @param run as the constructor's
   */
  restart(run: string): void {
    this.#run = run;
    this.#audiences.clear();
    this.#order = [];
    this.#oldest = 0;
    this.#bytes = 0;
    for (const owner of this.#owners.keys()) this.endWaitsOf(owner);
  }

  /** Every wait ends now, and none begins any more. */
  close(): void {
    this.#closed = true;
    for (const owner of this.#owners.keys()) this.endWaitsOf(owner);
  }

  /** Keeps what is published for these from now on, and no longer what nobody asked for lately. */
  #follow(names: readonly string[]): void {
    const now_ms = this.#now_ms();
    for (const name of names) {
      const known = this.#audiences.get(name);
      const { entries, floor } = known ?? { entries: [], floor: this.#floorOf(name) };
      this.#audiences.delete(name);
      const until_ms = now_ms + this.#limits.followed_ms;
      this.#audiences.set(name, { entries, floor, until_ms });
    }
    for (const [name, { entries, floor, until_ms }] of this.#audiences) {
      if (until_ms > now_ms) break;
      this.#audiences.delete(name);
      this.#pass(name, entries.at(-1)?.n ?? floor);
    }
  }

  /** @returns false where nobody polls for it */
  #append({ audience: name, channel, event, data }: FeedEvent): boolean {
    const n = ++this.#last;
    const audience = this.#audiences.get(name);
    if (audience === undefined) {
      this.#pass(name, n);
      return false;
    }
    const entry: Entry = { n, audience: name, channel, event, data };
    audience.entries.push(entry);
    this.#order.push(entry);
    this.#bytes += costOf(entry);
    if (audience.entries.length > this.#limits.eventsPerAudienceMax) {
      const gone = audience.entries.shift();
      audience.floor = gone?.n ?? audience.floor;
    }
    return true;
  }

  #pass(name: string, n: number): void {
    const place = placeOf(name);
    this.#passed[place] = Math.max(n, this.#passed[place] ?? 0);
  }

  /** Lets the oldest go until the rest fits. */
  #shrink(): void {
    while (this.#bytes > this.#limits.bytesMax && this.#oldest < this.#order.length) {
      const entry = this.#order[this.#oldest++];
      if (entry === undefined) break;
      this.#bytes -= costOf(entry);
      this.#drop(entry);
    }
    if (this.#oldest > 1_000 && this.#oldest * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  #drop(entry: Entry): void {
    const audience = this.#audiences.get(entry.audience);
    // The audience let it go already, by its own limit.
    if (audience === undefined || audience.entries[0] !== entry) return;
    audience.entries.shift();
    audience.floor = entry.n;
  }

  #cut(news: readonly Entry[]): readonly Entry[] {
    let bytes = 0;
    const end = news.findIndex((entry, index) => {
      bytes += entry.data.length;
      const full = bytes > this.#limits.bytesPerPageMax || index >= this.#limits.eventsPerPageMax;
      return index > 0 && full;
    });
    return end === -1 ? news : news.slice(0, end);
  }

  #floorOf(name: string): number {
    return this.#audiences.get(name)?.floor ?? this.#passed[placeOf(name)] ?? 0;
  }

  /** Null for a cursor of another run, and for what is none. */
  #parse(cursor: string): number | null {
    const [run, n = '', ...rest] = cursor.split('.');
    if (run !== this.#run || rest.length > 0 || !/^\d{1,15}$/.test(n)) return null;
    return Number(n) <= this.#last ? Number(n) : null;
  }

  #add(waiter: Waiter, owner: string): void {
    for (const name of waiter.audiences) setOf(this.#waiters, name).add(waiter);
    const own = setOf(this.#owners, owner);
    own.add(waiter);
    const [first] = own;
    if (own.size > this.#limits.waitsPerOwnerMax) first?.end('over');
  }

  #remove(waiter: Waiter, owner: string): void {
    for (const name of waiter.audiences) discard(this.#waiters, name, waiter);
    discard(this.#owners, owner, waiter);
  }
}

function textOf({ channel, event, data }: Entry): string {
  return `{"channel":${JSON.stringify(channel)},"event":${JSON.stringify(event)},"data":${data}}`;
}

/** FNV-1a. */
function placeOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % PASSED;
}

function costOf(entry: Entry): number {
  return entry.data.length * 2 + ENTRY_BYTES;
}

/** Those with a number above `from`; `entries` are sorted and mostly few are wanted. */
function after(entries: readonly Entry[], from: number): readonly Entry[] {
  const index = entries.findLastIndex((entry) => entry.n <= from);
  return index === -1 ? entries : entries.slice(index + 1);
}

function setOf(map: Map<string, Set<Waiter>>, key: string): Set<Waiter> {
  const set = map.get(key) ?? new Set();
  map.set(key, set);
  return set;
}

function discard(map: Map<string, Set<Waiter>>, key: string, waiter: Waiter): void {
  const set = map.get(key);
  set?.delete(waiter);
  if (set?.size === 0) map.delete(key);
}
