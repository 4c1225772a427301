import type { InboxAnswer, InboxEntry, InboxQuery } from '@parley/protocol';
import type { Environment, Pause, Timer } from './environment.ts';
import { pause } from './environment.ts';
import { Demand } from './demand.ts';
import { asApiError } from './http.ts';
import { EMPTY_INBOX, fits, withEntry, withPage, type InboxList } from './inbox.ts';
import { isPassing, reconnectDelay_ms } from './reconnect-policy.ts';
import { createStore, type WritableStore } from './store.ts';

export interface InboxView {
  /** Latest activity first. */
  readonly entries: readonly InboxEntry[];
  readonly hasMore: boolean;
  /** Whether the first page of this filter, or a further one, is on its way. */
  readonly loading: boolean;
  readonly query: InboxQuery;
}

export interface InboxSyncOptions {
  readonly environment: Environment;
  /** Rejects with ApiError. */
  readonly fetch: (
    query: InboxQuery,
    page: { cursor?: string; limit: number },
  ) => Promise<InboxAnswer>;
  /** What is asked for until `filter`; default all. */
  readonly query?: InboxQuery | undefined;
  /** Whose inbox it is; 0 before that is known. */
  readonly agentId: () => number;
  /** Rows as they were fetched. */
  readonly onFetched: (entries: readonly InboxEntry[]) => void;
}

const PAGE = 50;
const PAGE_MAX = 100;
/** A search cannot be kept up by events: it is asked anew, but not for each of them. */
const SEARCH_AGAIN_ms = 1_000;

/**
 * The inbox: rows from the server, kept up by `ChatInboxUpdated`; fetched again after each
 * subscription and return, while the old rows stay on screen.
 */
export class InboxSync {
  readonly view: WritableStore<InboxView>;
  readonly #options: InboxSyncOptions;
  #list: InboxList = EMPTY_INBOX;
  #query: InboxQuery;
  /** Rows that came by event while a fetch was under way; the answer may be older. */
  #meanwhile = new Map<number, InboxEntry>();
  /** Of when the newest row of each conversation is, also where it is not in the list. */
  readonly #heads = new Map<number, number>();
  readonly #demand = new Demand();
  #running = false;
  #loadingFirst = true;
  #loadingMore: Promise<void> | null = null;
  #pause: Pause | null = null;
  #searchAgain: Timer | null = null;
  #closed = false;
  /** Raised by `clear`: what was asked for in another's name is not taken. */
  #life = 0;

  constructor(options: InboxSyncOptions) {
    this.#options = options;
    const query = options.query ?? {};
    this.#query = query;
    this.view = createStore<InboxView>({ entries: [], hasMore: false, loading: true, query });
  }

  close(): void {
    this.#closed = true;
    this.#pause?.wake();
    this.#searchAgain?.cancel();
    this.#demand.end();
  }

  /** Forgets the rows, those under way too; for another agent. */
  clear(): void {
    this.#life += 1;
    this.#meanwhile = new Map();
    this.#heads.clear();
    this.#list = EMPTY_INBOX;
    this.#loadingFirst = true;
    this.#publish();
  }

  kick(): void {
    this.#pause?.wake();
  }

  filter(query: InboxQuery): void {
    this.#query = query;
    const agentId = this.#options.agentId();
    // What surely fits is shown at once.
    const entries = this.#list.entries.filter((entry) => fits(entry, query, agentId) === true);
    this.#list = { entries, nextCursor: null };
    this.#loadingFirst = true;
    this.#publish();
    void this.refresh();
  }

  /** Fetches the rows again; resolves when a fetch that began after this call is done. */
  async refresh(): Promise<void> {
    if (this.#closed) return;
    const met = this.#demand.make();
    if (!this.#running) {
      this.#running = true;
      void this.#loop();
    }
    await met;
  }

  /**
   * A row as it is after a change. What two commits tell may come the other way round: the higher head
   * is the newer.
   */
  update(entry: InboxEntry): void {
    if (entry.head < (this.#heads.get(entry.id) ?? 0)) return;
    this.#heads.set(entry.id, entry.head);
    if (this.#running) this.#meanwhile.set(entry.id, entry);
    this.#list = withEntry(this.#list, entry, this.#query, this.#options.agentId());
    this.#publish();
    const { q, mentioned } = this.#query;
    const isKnownHere = q === undefined && mentioned === undefined;
    if (isKnownHere || this.#searchAgain !== null) return;
    this.#searchAgain = this.#options.environment.after(SEARCH_AGAIN_ms, () => {
      this.#searchAgain = null;
      void this.refresh();
    });
  }

  /** Rejects with ApiError. */
  async loadMore(): Promise<void> {
    if (this.#list.nextCursor === null) return;
    this.#loadingMore ??= this.#loadMore(this.#list.nextCursor).finally(() => {
      this.#loadingMore = null;
      this.#publish();
    });
    this.#publish();
    await this.#loadingMore;
  }

  async #loadMore(cursor: string): Promise<void> {
    const query = this.#query;
    const answer = await this.#options.fetch(query, { cursor, limit: PAGE });
    // A filter or a refresh changed what follows.
    if (query !== this.#query || this.#list.nextCursor !== cursor) return;
    this.#list = withPage(this.#list, toList(answer));
    this.#options.onFetched(answer.conversations);
  }

  async #loop(): Promise<void> {
    let failures = 0;
    while (this.#demand.isPending && !this.#closed) {
      const meet = this.#demand.begin();
      const query = this.#query;
      const life = this.#life;
      this.#meanwhile = new Map();
      try {
        // As many as are shown, so that a refresh does not shorten the list under one's hand.
        const limit = Math.min(PAGE_MAX, Math.max(PAGE, this.#list.entries.length));
        const answer = await this.#options.fetch(query, { limit });
        failures = 0;
        const isWanted = query === this.#query && life === this.#life;
        if (isWanted && !this.#closed) this.#take(answer);
        meet();
      } catch (thrown) {
        const error = asApiError(thrown);
        if (!isPassing(error.status)) {
          this.#loadingFirst = false;
          this.#publish();
          meet();
          continue;
        }
        failures += 1;
        const random = this.#options.environment.random();
        const delay_ms = reconnectDelay_ms(failures, random, error.retryAfter_s);
        this.#pause = pause(this.#options.environment, delay_ms);
        await this.#pause.done;
        this.#pause = null;
      }
    }
    this.#running = false;
  }

  #take(answer: InboxAnswer): void {
    const { agentId, onFetched } = this.#options;
    // Also where it knows less than before: then it was restored from a backup.
    for (const { id, head } of answer.conversations) {
      this.#heads.set(id, Math.max(head, this.#meanwhile.get(id)?.head ?? 0));
    }
    let list = toList(answer);
    for (const entry of this.#meanwhile.values()) {
      list = withEntry(list, entry, this.#query, agentId());
    }
    this.#list = list;
    this.#loadingFirst = false;
    this.#publish();
    onFetched(answer.conversations);
  }

  #publish(): void {
    this.view.set({
      entries: this.#list.entries,
      hasMore: this.#list.nextCursor !== null,
      loading: this.#loadingFirst || this.#loadingMore !== null,
      query: this.#query,
    });
  }
}

function toList(answer: InboxAnswer): InboxList {
  return { entries: answer.conversations, nextCursor: answer.next_cursor };
}
