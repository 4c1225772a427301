import type { AppLimits } from '../limits.ts';

/** Milliseconds that the last event of a cache channel is kept, as by hosted Pusher. */
export const CACHED_EVENT_TTL_MS = 30 * 60 * 1000;

/** The last event that a server published on a cache channel. */
export interface CachedEvent {
  event: string;
  /** JSON text of the data, as it stands in the frame. */
  dataJson: string;
}

/** Keeps last events beyond one process, for nodes that start later. A bus may offer one. */
export interface SharedEventCache {
  /** Returns at once; a store that is down loses the event, never throws. */
  remember(appId: string, channel: string, event: CachedEvent, ttl_ms: number): void;
  /** Rejects, in a bounded time, where the store cannot be asked. */
  recall(appId: string, channel: string): Promise<CachedEvent | null>;
}

export interface RecalledEvent extends CachedEvent {
  /** Milliseconds until it is forgotten. */
  ttl_ms: number;
}

interface Entry extends CachedEvent {
  expiresAt_ms: number;
  bytes: number;
}

type CacheLimits = Pick<AppLimits, 'cachedEventsMax' | 'cachedBytesMax'>;

/**
 * PP-3: the last events of one app's cache channels, whether anyone is subscribed or not. Bounded
 * in number and size; what was published longest ago goes first. Times come from one clock that
 * never goes back.
 */
export class EventCache {
  readonly #limits: CacheLimits;
  /** In the order in which they came, which is that in which they expire. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  remember(channel: string, { event, dataJson }: CachedEvent, now_ms: number): void {
    this.#forget(channel);
    // A character takes up to two bytes in memory.
    const bytes = 2 * (channel.length + event.length + dataJson.length);
    const expiresAt_ms = now_ms + CACHED_EVENT_TTL_MS;
    this.#entries.set(channel, { event, dataJson, expiresAt_ms, bytes });
    this.#bytes += bytes;
    this.#makeRoom(now_ms);
  }

  recall(channel: string, now_ms: number): RecalledEvent | null {
    const entry = this.#entries.get(channel);
    if (!entry) return null;
    const { event, dataJson, expiresAt_ms } = entry;
    if (expiresAt_ms > now_ms) return { event, dataJson, ttl_ms: expiresAt_ms - now_ms };
    this.#forget(channel);
    return null;
  }

  #makeRoom(now_ms: number): void {
    const { cachedEventsMax, cachedBytesMax } = this.#limits;
    for (const [channel, { expiresAt_ms }] of this.#entries) {
      const isTooMuch = this.#entries.size > cachedEventsMax || this.#bytes > cachedBytesMax;
      if (!isTooMuch && expiresAt_ms > now_ms) return;
      this.#forget(channel);
    }
  }

  #forget(channel: string): void {
    const entry = this.#entries.get(channel);
    if (!entry) return;
    this.#entries.delete(channel);
    this.#bytes -= entry.bytes;
  }
}
