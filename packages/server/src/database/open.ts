import type { Database, DatabaseLogger } from './database.ts';

export interface DatabaseOptions {
  /** `postgres://…`; undefined: SQLite. */
  readonly url: string | undefined;
  /** The SQLite file; its folder must exist. */
  readonly file: string;
  readonly logger: DatabaseLogger;
}

/** Opens and migrates. Loads only the driver that is needed. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url === undefined) {
    const { openSqlite } = await import('./sqlite.ts');
    return openSqlite(options.file);
  }
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(options.url, options.logger);
}
