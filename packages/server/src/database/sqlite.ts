import BetterSqlite3 from 'better-sqlite3';
import { Kysely, SqliteDialect, type CompiledQuery } from 'kysely';
import type { Database, OnGroup, Transaction, Transactions } from './database.ts';
import { migrate } from './migrations/migrations.ts';
import { sqliteSql } from './sql.ts';
import { mapped, SqliteConnection, whenFree } from './sqlite-connection.ts';
import { SqliteWriter } from './sqlite-writer.ts';

/** How long a read may wait for another process that holds the file: hardly ever, for writers do not. */
const BUSY_TIMEOUT_MS = 250;
const MIGRATION_TIMEOUT_MS = 60_000;

/** Opens the file (its folder must exist) and migrates it. */
export async function openSqlite(
  file: string,
  transactions: Transactions,
  onGroup: OnGroup = () => undefined,
): Promise<Database> {
  await migrateFile(file);
  return new SqliteDatabase(file, transactions, onGroup);
}

class SqliteDatabase implements Database {
  readonly sql = sqliteSql();
  readonly #writer: SqliteWriter;
  readonly #reader: SqliteConnection;

  constructor(file: string, transactions: Transactions, onGroup: OnGroup) {
    this.#reader = new SqliteConnection(file, { timeout: BUSY_TIMEOUT_MS, readonly: true });
    this.#writer = new SqliteWriter(file, transactions, onGroup);
  }

  write<I, R>(transaction: Transaction<I, R>, input: I): Promise<R> {
    return this.#writer.add(transaction, input);
  }

  // oxlint-disable-next-line require-await -- a thrown error becomes a rejection
  async snapshot<I, R>(transaction: Transaction<I, R>, input: I): Promise<R> {
    try {
      this.#reader.control('BEGIN');
      try {
        return this.#reader.run(transaction(this.sql, input));
      } finally {
        if (this.#reader.raw.inTransaction) this.#reader.control('COMMIT');
      }
    } catch (error) {
      throw mapped(error);
    }
  }

  // oxlint-disable-next-line require-await -- a thrown error becomes a rejection
  async query<R>(query: CompiledQuery<R>): Promise<R[]> {
    try {
      return this.#reader.execute(query).rows as R[];
    } catch (error) {
      throw mapped(error);
    }
  }

  onUnsaid(): void {
    // One process asks, and its writer hears what became of each COMMIT.
  }

  async ping(): Promise<void> {
    await this.query(this.sql.db.selectFrom('settings').select('key').limit(1).compile());
  }

  async close(): Promise<void> {
    await this.#writer.drain();
    // Before the writer: who closes last puts all into the one file, and this one may not write.
    this.#reader.raw.close();
    await this.#writer.close();
  }
}

/**
 * All migrations in one transaction that keeps other processes out: Kysely itself would begin none
 * on SQLite, though SQLite can undo changes of the schema. Foreign keys are off, so that a migration
 * may rebuild a table, and checked at the end.
 */
async function migrateFile(file: string): Promise<void> {
  const connection = new BetterSqlite3(file, { timeout: 0 });
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: connection }) });
  try {
    await whenFree(() => connection.pragma('journal_mode = WAL'), MIGRATION_TIMEOUT_MS);
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = OFF');
    await whenFree(() => connection.exec('BEGIN EXCLUSIVE'), MIGRATION_TIMEOUT_MS);
    await migrate(db);
    const broken = connection.pragma('foreign_key_check') as unknown[];
    if (broken.length > 0) throw new Error('A migration broke references between rows');
    connection.exec('COMMIT');
  } finally {
    // Closing undoes what was not committed.
    await db.destroy();
    if (connection.open) connection.close();
  }
}
