/**
 * The polling provider's memory: what happened lately, for each audience, in one order. A poll is
 * answered from here and costs the database nothing (SYNC-11). Pure but for the clock of waiting.
 *
 * A cursor is `RUN.N`: the run of this server and the number of the newest event that was read. It
 * counts over all audiences, so that one cursor serves a reader of several. A reader whose cursor
 * is of another run, or older than what is still here, is told so (`reset`) and compares heads.
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
}

const DEFAULT_LIMITS: FeedLimits = {
  bytesMax: 32 * 1024 * 1024,
  eventsPerAudienceMax: 500,
  eventsPerPageMax: 200,
  bytesPerPageMax: 512 * 1024,
  waitsPerOwnerMax: 8,
};

/** What an entry costs beside its data. */
const ENTRY_BYTES = 300;

interface Entry {
  readonly n: number;
  readonly audience: string;
  readonly channel: string;
  readonly event: string;
  readonly data: string;
}

interface Audience {
  /** By n. */
  entries: Entry[];
  /** The highest n that was here and is gone. */
  floor: number;
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
  readonly #audiences = new Map<string, Audience>();
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #owners = new Map<string, Set<Waiter>>();
  /** All entries, oldest first, from `#oldest` on; those before it are gone. */
  #order: Entry[] = [];
  #oldest = 0;
  #last = 0;
  #bytes = 0;
  /** The highest n of an audience of which nothing is left. */
  #forgotten = 0;
  #closed = false;

  /** @param run of letters, digits, `-` and `_`, another for each start of the server */
  constructor(run: string, limits: Partial<FeedLimits> = {}) {
    this.#run = run;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
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
      this.#append(event);
      for (const waiter of this.#waiters.get(event.audience) ?? []) {
        if (waiter.wants(event)) woken.add(waiter);
      }
    }
    this.#shrink();
    for (const waiter of woken) waiter.end('news');
  }

  /** Without a cursor: where to begin, and no events. */
  read(audiences: readonly string[], cursor: string | undefined): FeedPage {
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

  #append({ audience: name, channel, event, data }: FeedEvent): void {
    const entry: Entry = { n: ++this.#last, audience: name, channel, event, data };
    // Of an audience that was forgotten, what is before the forgotten may be gone too.
    const audience = this.#audiences.get(name) ?? { entries: [], floor: this.#forgotten };
    this.#audiences.set(name, audience);
    audience.entries.push(entry);
    this.#order.push(entry);
    this.#bytes += costOf(entry);
    if (audience.entries.length > this.#limits.eventsPerAudienceMax) {
      const gone = audience.entries.shift();
      audience.floor = gone?.n ?? audience.floor;
    }
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
    if (audience.entries.length === 0) {
      this.#audiences.delete(entry.audience);
      this.#forgotten = entry.n;
    }
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
    return this.#audiences.get(name)?.floor ?? this.#forgotten;
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

/** Made when somebody polls for it: most events are delivered over sockets and never read here. */
function textOf({ channel, event, data }: Entry): string {
  return `{"channel":${JSON.stringify(channel)},"event":${JSON.stringify(event)},"data":${data}}`;
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
