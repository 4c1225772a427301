/** As `localStorage`. Each call may throw (private mode, full, forbidden): then memory serves. */
export interface TokenStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Keeps one token for all tabs, or for this page where storage does not work. */
export class TokenStore {
  readonly key: string;
  readonly #storage: TokenStorage;
  #memory: string | null = null;
  #line: string | null = null;
  #broken = false;

  constructor(storage: TokenStorage, key: string) {
    this.#storage = storage;
    this.key = key;
  }

  get(): string | null {
    return this.#try(() => this.#storage.getItem(this.key), this.#memory);
  }

  /**
   * The first token of whoever has this one: the server may give others, and it is the same person
   * until `clear`. Null: there is nobody.
   */
  get line(): string | null {
    const token = this.get();
    if (token === null) return null;
    return this.#try(() => this.#storage.getItem(`${this.key}:line`), this.#line) ?? token;
  }

  set(token: string): void {
    const line = this.line ?? token;
    this.#memory = token;
    this.#line = line;
    this.#try(() => {
      // First: whoever is told of the token looks at it.
      this.#storage.setItem(`${this.key}:line`, line);
      this.#storage.setItem(this.key, token);
    }, undefined);
  }

  clear(): void {
    this.#memory = null;
    this.#try(() => this.#storage.removeItem(this.key), undefined);
  }

  #try<T>(use: () => T, otherwise: T): T {
    if (this.#broken) return otherwise;
    try {
      return use();
    } catch {
      // Once refused, always: half of a token's life in storage would be worse than none.
      this.#broken = true;
      return otherwise;
    }
  }
}
