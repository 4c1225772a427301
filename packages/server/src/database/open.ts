import type { Database, DatabaseLogger } from './database.ts';

export interface DatabaseOptions {
  /** `postgres://…`; undefined: SQLite. */
  readonly url: string | undefined;
  /** The SQLite file; its folder must exist. */
  readonly file: string;
  readonly logger: DatabaseLogger;
}

/** Opens and migrates. */
export declare function openDatabase(options: DatabaseOptions): Promise<Database>;
