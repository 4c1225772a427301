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
  /** `#line`, where storage does not work. */
  #memoryLine = ':';
  #broken = false;

  constructor(storage: TokenStorage, key: string) {
    this.#storage = storage;
    this.key = key;
  }

  get(): string | null {
    return this.#try(() => this.#storage.getItem(this.key), this.#memory);
  }

  /** Whose words are written here, as the outbox keeps them. */
  get owner(): string {
    return `${this.key}:${this.#line}`;
  }

  /** The line comes second, in both: a tab that looks between them sees nobody, of the same time. */
  set(token: string): void {
    const line = this.#line;
    this.#memory = token;
    this.#try(() => this.#storage.setItem(this.key, token), undefined);
    this.#keepLine(line.endsWith(':') ? line + fingerprint(token) : line);
  }

  clear(): void {
    // Nobody yet, and forgotten all the same: who comes next is another one.
    const mark = this.get() === null ? '+' : '';
    this.#memory = null;
    this.#try(() => this.#storage.removeItem(this.key), undefined);
    this.#keepLine(mark + this.#line);
  }

  /**
   * `BEFORE:FIRST`, of the first token of this person and of the one before. The server may give others,
   * and it is the same person until `clear`. Of who has no token yet it is `BEFORE:`, with which that of
   * the person begins whom the server will make of them.
   */
  get #line(): string {
    const kept =
      this.#try(() => this.#storage.getItem(`${this.key}:line`), null) ?? this.#memoryLine;
    if (this.get() !== null || kept.endsWith(':')) return kept;
    return `${kept.slice(kept.indexOf(':') + 1)}:`;
  }

  #keepLine(line: string): void {
    this.#memoryLine = line;
    this.#try(() => this.#storage.setItem(`${this.key}:line`, line), undefined);
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

/**
 * Tells tokens apart without telling them (FNV-1a, twice with other beginnings). Not a secret's
 * only guard: the token stands in the same browser's storage; and `crypto.subtle` is missing on
 * pages that are not served over TLS.
 */
export function fingerprint(token: string): string {
  return [0x811c9dc5, 0x050c5d1f].map((seed) => fnv1a(token, seed)).join('');
}

function fnv1a(text: string, seed: number): string {
  let hash = seed;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return (hash >>> 0).toString(16);
}
