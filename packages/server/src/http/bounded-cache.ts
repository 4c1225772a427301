/** Keeps the entries that were used last, up to a number, each for a time. Pure: the time is passed in. */
export class BoundedCache<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly until_ms: number }>();
  readonly #sizeMax: number;
  readonly #lifetime_ms: number;

  constructor(sizeMax: number, lifetime_ms: number) {
    this.#sizeMax = sizeMax;
    this.#lifetime_ms = lifetime_ms;
  }

  get(key: string, now_ms: number): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until_ms <= now_ms) {
      this.#entries.delete(key);
      return undefined;
    }
    // Who was used last matters only where somebody may have to go soon.
    if (this.#entries.size * 2 > this.#sizeMax) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry.value;
  }

  set(key: string, value: V, now_ms: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until_ms: now_ms + this.#lifetime_ms });
    if (this.#entries.size <= this.#sizeMax) return;
    // A map keeps the order of insertion, so the first was not used for the longest time.
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      break;
    }
  }

  /** Also where its time is over. */
  peek(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Another value for the rest of its time; nothing where there is none. */
  replace(key: string, value: V): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, value });
  }

  /** Of those whose time was over by then nothing is left. */
  forget(until_ms: number): void {
    for (const [key, entry] of this.#entries) {
      if (entry.until_ms <= until_ms) this.#entries.delete(key);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** All, those whose time is over included. */
  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Looks at all of them: for what happens rarely. */
  deleteWhere(isUnwanted: (value: V) => boolean): void {
    for (const [key, { value }] of this.#entries) {
      if (isUnwanted(value)) this.#entries.delete(key);
    }
  }
}
