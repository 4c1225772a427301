import { mapped, whenFree, type SqliteConnection } from './sqlite-connection.ts';

/** A batch ends after this many transactions, so that reads and sockets get their turn. */
const BATCH_MAX = 256;
/** How long a batch waits for another process that writes. */
const BUSY_MAX_MS = 5_000;

interface Waiting {
  /** Runs the transaction's statements; synchronous. */
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: the transactions that wait in one turn of the event loop are written one after
 * another in one SQLite transaction, each under its own savepoint, and answered after its COMMIT.
 * "Sent" means on disk, and waiting for the disk dominates: once for all in place of once for each.
 * Between BEGIN and COMMIT nothing is awaited, or another request's write would land in between.
 */
export class SqliteBatch {
  readonly #connection: SqliteConnection;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | null = null;
  #closed = false;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  add<R>(run: () => R): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.#closed) return reject(new Error('The database is closed'));
      this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#flushing ??= this.#flushAll();
    });
  }

  /** Writes what waits, then refuses more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
  }

  async #flushAll(): Promise<void> {
    do {
      // The requests that arrive in the same turn are heard before this.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const batch = this.#waiting.splice(0, BATCH_MAX);
      try {
        await whenFree(() => this.#begin(), BUSY_MAX_MS);
        this.#write(batch);
      } catch (error) {
        for (const waiting of batch) waiting.reject(mapped(error));
      }
    } while (this.#waiting.length > 0);
    this.#flushing = null;
  }

  #begin(): void {
    // Left over where even the ROLLBACK of a failed batch failed.
    if (this.#connection.raw.inTransaction) this.#connection.control('ROLLBACK');
    this.#connection.control('BEGIN IMMEDIATE');
  }

  /** Throws where the whole batch failed. */
  #write(batch: readonly Waiting[]): void {
    const outcomes: (() => void)[] = [];
    try {
      for (const waiting of batch) outcomes.push(this.#writeOne(waiting));
      this.#connection.control('COMMIT');
    } catch (error) {
      if (this.#connection.raw.inTransaction) this.#connection.control('ROLLBACK');
      throw error;
    }
    for (const answer of outcomes) answer();
  }

  /** Gives the answer that is due after COMMIT. Throws where SQLite has undone the whole batch. */
  #writeOne(waiting: Waiting): () => void {
    this.#connection.control('SAVEPOINT request');
    try {
      const result = waiting.run();
      this.#connection.control('RELEASE request');
      return () => waiting.resolve(result);
    } catch (error) {
      // A full disk or an I/O error ends the surrounding transaction by itself.
      if (!this.#connection.raw.inTransaction) throw error;
      this.#connection.control('ROLLBACK TO request');
      this.#connection.control('RELEASE request');
      return () => waiting.reject(mapped(error));
    }
  }
}
