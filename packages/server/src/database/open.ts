import type { Database, DatabaseLogger, OnGroup, Transactions } from './database.ts';

export interface DatabaseOptions {
  /** `postgres://…`; undefined: SQLite. */
  readonly url: string | undefined;
  /** The SQLite file; its folder must exist. */
  readonly file: string;
  /** All that {@link Database.write} will be given. */
  readonly transactions: Transactions;
  /** Whether other processes work on this database too. */
  readonly isShared: boolean;
  readonly logger: DatabaseLogger;
  /** On SQLite. */
  readonly onGroup?: OnGroup;
}

/** Opens and migrates. Loads only the driver that is needed. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url === undefined) {
    const { openSqlite } = await import('./sqlite.ts');
    return openSqlite(options.file, options.transactions, options.onGroup);
  }
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(options.url, options);
}
