import type { Broadcast } from './broadcast/publication.ts';
import type { Database } from './database/database.ts';

/** What commands and queries stand on; `wiring.ts` makes it once. */
export interface Context {
  readonly database: Database;
  readonly broadcast: Broadcast;
  readonly clock: Clock;
  readonly random: Random;
  /** Signs addresses of files: see `attachment/file-link.ts`. */
  readonly fileKey: string;
  readonly hooks: Hooked;
}

/** Whether a transaction has to look who wants to hear of it by webhook. */
export interface Hooked {
  readonly any: boolean;
  /** A transaction that looked is committed: there may be jobs. */
  written(): void;
}

export interface Clock {
  /** Unix milliseconds. */
  now_ms(): number;
}

export interface Random {
  /** 256 bits from a secure source, URL-safe. */
  token(): string;
}
