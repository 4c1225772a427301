/** How often somebody may do something: a burst at once, then a steady rate. */
export interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

/** Above this many keys those that are full again, and so say nothing, are let go. */
const KEYS_MAX = 50_000;
/** So many are left then at most. */
const KEYS_LEFT = 45_000;

function dropOldest(map: Map<string, unknown>, left: number): void {
  for (const key of map.keys()) {
    if (map.size <= left) return;
    map.delete(key);
  }
}

/** A token bucket for each key. Pure: the time is passed in. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, { tokens: number; at_ms: number }>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /**
   * @param amount may be more than there is: the rest is paid off before anything is allowed again
   * @returns 0 where it was allowed, else in how many seconds to ask again
   */
  take(key: string, now_ms: number, amount = 1): number {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: this.#rate.burst, at_ms: now_ms };
      this.#buckets.set(key, bucket);
      if (this.#buckets.size > KEYS_MAX) this.#forget(now_ms);
    }
    bucket.tokens = this.#level(bucket, now_ms);
    bucket.at_ms = now_ms;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60) / this.#rate.perMinute);
    bucket.tokens -= amount;
    return 0;
  }

  #level(bucket: { tokens: number; at_ms: number }, now_ms: number): number {
    const minutes = Math.max(0, now_ms - bucket.at_ms) / 60_000;
    return Math.min(this.#rate.burst, bucket.tokens + minutes * this.#rate.perMinute);
  }

  #forget(now_ms: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (this.#level(bucket, now_ms) >= this.#rate.burst) this.#buckets.delete(key);
    }
    // All of them in use: an attack with many keys. The oldest go, many at once: to look at all costs time.
    if (this.#buckets.size > KEYS_LEFT) dropOldest(this.#buckets, KEYS_LEFT);
  }
}

/**
 * How often something happened to each key lately: in the present window, and as much of the one before
 * as is not over.
 */
export class RecentCounts {
  readonly #window_ms: number;
  readonly #counts = new Map<string, { window: number; now: number; before: number }>();

  constructor(window_ms: number) {
    this.#window_ms = window_ms;
  }

  add(key: string, now_ms: number): void {
    const counted = this.#at(key, now_ms);
    // As the newest.
    this.#counts.delete(key);
    this.#counts.set(key, { ...counted, now: counted.now + 1 });
    dropOldest(this.#counts, KEYS_MAX);
  }

  count(key: string, now_ms: number): number {
    if (this.#counts.size === 0) return 0;
    const { now, before } = this.#at(key, now_ms);
    const gone = (now_ms % this.#window_ms) / this.#window_ms;
    return now + before * (1 - gone);
  }

  #at(key: string, now_ms: number): { window: number; now: number; before: number } {
    const window = Math.floor(now_ms / this.#window_ms);
    const known = this.#counts.get(key);
    if (known === undefined || known.window < window - 1) return { window, now: 0, before: 0 };
    return known.window === window ? known : { window, now: 0, before: known.now };
  }
}

/**
 * Counts failures of each key in a sliding window. An attempt counts as failed from its beginning
 * until it succeeds, so that many at once get no more tries than one after another.
 */
export class FailureWindow {
  readonly #failuresMax: number;
  readonly #window_ms: number;
  readonly #failures = new Map<string, number[]>();

  constructor(failuresMax: number, window_ms: number) {
    this.#failuresMax = failuresMax;
    this.#window_ms = window_ms;
  }

  /** @returns 0 where an attempt may be made, else in how many seconds to ask again */
  retryAfter_s(key: string, now_ms: number): number {
    const recent = this.#recent(key, now_ms);
    const [oldest] = recent;
    if (recent.length < this.#failuresMax || oldest === undefined) return 0;
    return Math.max(1, Math.ceil((oldest + this.#window_ms - now_ms) / 1_000));
  }

  begin(key: string, now_ms: number): void {
    const recent = this.#recent(key, now_ms);
    // As the newest. Whoever tries so many names that one is forgotten before its time needs longer than that.
    this.#failures.delete(key);
    this.#failures.set(key, [...recent, now_ms]);
    dropOldest(this.#failures, KEYS_MAX);
  }

  /** The attempt that began at `began_ms` succeeded. */
  succeed(key: string, began_ms: number): void {
    const failures = this.#failures.get(key) ?? [];
    const index = failures.indexOf(began_ms);
    if (index !== -1) failures.splice(index, 1);
  }

  #recent(key: string, now_ms: number): number[] {
    const recent = (this.#failures.get(key) ?? []).filter((at) => at > now_ms - this.#window_ms);
    if (recent.length === 0) this.#failures.delete(key);
    else this.#failures.set(key, recent);
    return recent;
  }
}
