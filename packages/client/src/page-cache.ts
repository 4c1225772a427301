import type { InboxEntry } from '@parley/protocol';
import type { LoadedLog, LogState, Page } from './conversation-log.ts';
import type { Environment } from './environment.ts';
import { asApiError } from './http.ts';

export interface PageCacheOptions {
  readonly environment: Environment;
  /** Rejects with ApiError. */
  readonly fetch: (conversationId: number) => Promise<Page<InboxEntry>>;
  readonly debug: (line: string) => void;
}

/** So many conversations are opened at once, from memory. */
const PAGES_MAX = 30;
/** As many messages as the server gives of a conversation at first. */
const MESSAGES = 50;
/** What was fetched within this time is not fetched ahead again. */
const FRESH_ms = 30_000;
/** What is older is no beginning any more: the addresses of its files would soon be over. */
const KEPT_ms = 60 * 60_000;

interface Known {
  readonly page: Promise<Page<InboxEntry> | null>;
  readonly at_ms: number;
}

/**
 * The newest messages of conversations that are about to be opened, or were open before. Whoever
 * shows them compares with the server at once: they are a beginning, never the last word (SYNC-5).
 */
export class PageCache {
  readonly #options: PageCacheOptions;
  /** The one that was used last stands last. */
  readonly #fetched = new Map<number, Known>();
  readonly #ready = new Map<number, Page<InboxEntry>>();

  constructor(options: PageCacheOptions) {
    this.#options = options;
  }

  /** Fetches ahead what is likely opened next; nothing where it is there. */
  prefetch(id: number): void {
    const { environment, fetch, debug } = this.#options;
    const now_ms = environment.now_ms();
    const known = this.#fetched.get(id);
    if (known !== undefined && now_ms - known.at_ms < FRESH_ms) return;
    const page = fetch(id).then(
      (answer) => {
        // Another agent may be at it, or it was shown meanwhile and is known better.
        if (this.#fetched.get(id)?.page === page) this.#ready.set(id, answer);
        return answer;
      },
      (error: unknown) => {
        debug(`conversation ${id} not fetched ahead: ${asApiError(error).code}`);
        this.#drop(id);
        return null;
      },
    );
    this.#note(id, { page, at_ms: now_ms });
  }

  /** What there is, or is on its way and may not come; null: nothing. */
  begin(id: number): Page<InboxEntry> | Promise<Page<InboxEntry> | null> | null {
    const known = this.#fetched.get(id);
    if (known === undefined) return null;
    if (this.#options.environment.now_ms() - known.at_ms > KEPT_ms) this.#drop(id);
    return this.#ready.get(id) ?? this.#fetched.get(id)?.page ?? null;
  }

  /** A conversation is not shown any more: its end may be asked for again. */
  keep(id: number, log: LogState<InboxEntry>): void {
    if (log.phase === 'empty') return;
    const page = endOf(log);
    this.#note(id, { page: Promise.resolve(page), at_ms: this.#options.environment.now_ms() });
    this.#ready.set(id, page);
  }

  /** Of another agent, nothing is left. */
  clear(): void {
    this.#fetched.clear();
    this.#ready.clear();
  }

  #note(id: number, known: Known): void {
    this.#drop(id);
    this.#fetched.set(id, known);
    const [oldest] = this.#fetched.keys();
    if (this.#fetched.size > PAGES_MAX && oldest !== undefined) this.#drop(oldest);
  }

  #drop(id: number): void {
    this.#fetched.delete(id);
    this.#ready.delete(id);
  }
}

/** As the server would have answered when the log was there: complete up to its cursor. */
function endOf({ conversation, messages, cursor, hasOlder }: LoadedLog<InboxEntry>) {
  return {
    conversation,
    messages: messages.slice(-MESSAGES),
    head: cursor,
    cursor,
    has_more: hasOlder || messages.length > MESSAGES,
  };
}
