import type { EventName } from '@parley/protocol';
import type { Feed } from '../broadcast/feed.ts';
import type { Clock } from '../context.ts';
import { BoundedCache } from '../http/bounded-cache.ts';

/** The part of an answer with messages that decides whether it is the last there is. */
interface Page {
  readonly head: number;
  readonly messages: readonly unknown[];
  readonly cursor: number;
  readonly has_more: boolean;
}

export interface WaitForChange<T> {
  /** Null where the reader may not see the conversation, or there is none. */
  readonly read: () => Promise<T | null>;
  /** Readers of the same key are answered the same. */
  readonly key: string;
  /** Whether the reader may see a page that another of the same key was answered. */
  readonly maySee?: (page: T) => boolean;
  /** Whose feed brings the events of the conversation. */
  readonly audience: string;
  /** The conversation's channel in that feed. */
  readonly channel: string;
  readonly after: number | undefined;
  readonly wait_s: number;
  readonly signal: AbortSignal;
  readonly owner: string;
}

interface Known<T> {
  /** Without messages: for who has them all. */
  readonly page: T;
  /** The feed's place when it was read. */
  readonly cursor: string;
}

const PASSING: EventName = 'ChatTyping';
const KNOWN_MAX = 20_000;
const KNOWN_LIFETIME_MS = 10 * 60_000;

/**
 * Reads conversations, and where nothing is newer than `after`, waits for the event of a change and
 * reads again. What a reader was answered is remembered until something happens in the conversation:
 * to ask again and again costs the database nothing (SYNC-11).
 */
export class ConversationReads<T extends Page> {
  readonly #feed: Feed;
  readonly #clock: Clock;
  readonly #known = new BoundedCache<Known<T>>(KNOWN_MAX, KNOWN_LIFETIME_MS);

  constructor(feed: Feed, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  async readOrWait(options: WaitForChange<T>): Promise<T | null> {
    const { after, wait_s, signal, owner } = options;
    const { cursor } = this.#feed;
    const page = this.#recall(options) ?? (await this.#read(options));
    if (page === null || after === undefined || wait_s <= 0 || page.head > after) return page;
    const end = await this.#feed.wait({
      ...newsOf(options),
      cursor,
      timeout_ms: wait_s * 1_000,
      signal,
      owner,
    });
    return end === 'news' ? this.#read(options) : page;
  }

  #recall(options: WaitForChange<T>): T | null {
    const known = this.#known.get(options.key, this.#clock.now_ms());
    if (known === undefined || known.page.head !== options.after) return null;
    if (options.maySee?.(known.page) === false) return null;
    const { cursor } = known;
    return this.#feed.hasNews({ ...newsOf(options), cursor }) ? null : known.page;
  }

  async #read({ read, key, after }: WaitForChange<T>): Promise<T | null> {
    // Before it is read, so that no change falls between them.
    const { cursor } = this.#feed;
    const page = await read();
    if (page === null || after === undefined || page.has_more || page.cursor !== page.head) {
      return page;
    }
    this.#known.set(key, { page: { ...page, messages: [] }, cursor }, this.#clock.now_ms());
    return page;
  }
}

function newsOf({ audience, channel }: Pick<WaitForChange<unknown>, 'audience' | 'channel'>) {
  return {
    audiences: [audience],
    wants: (event: { channel: string; event: string }) =>
      event.channel === channel && event.event !== PASSING,
  };
}
