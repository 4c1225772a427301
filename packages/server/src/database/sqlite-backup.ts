import BetterSqlite3 from 'better-sqlite3';

/** All pages in one step: then it is one moment's state, and no write makes it begin anew. */
const ALL_PAGES = 0x7fff_ffff;

/**
 * Copies a database while others write to it: SQLite's online backup. The copy is one file with
 * nothing beside it.
 *
 * @param settings rows of the table `settings` that the copy shall have
 */
export async function copySqlite(
  file: string,
  target: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const source = new BetterSqlite3(file, { fileMustExist: true, timeout: 5_000 });
  try {
    await source.backup(target, { progress: () => ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = new BetterSqlite3(target);
  try {
    copy.pragma('journal_mode = DELETE');
    copy.pragma('synchronous = FULL');
    const insert = copy.prepare(
      'insert or replace into settings (key, value, updated_at) values (?, ?, ?)',
    );
    for (const [key, value] of Object.entries(settings)) insert.run(key, value, Date.now());
  } finally {
    copy.close();
  }
}

/** What SQLite finds wrong in a file; null: nothing. Reads all of it. */
export function faultOfSqlite(file: string): string | null {
  try {
    const connection = new BetterSqlite3(file, { readonly: true, timeout: 5_000 });
    try {
      const found = String(connection.pragma('quick_check(1)', { simple: true }));
      return found === 'ok' ? null : found;
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof BetterSqlite3.SqliteError) return error.message;
    throw error;
  }
}

/** Whether a process has the database open. If not, all of it is in the one file from now on. */
export function isSqliteInUse(file: string): boolean {
  const connection = new BetterSqlite3(file, { timeout: 0 });
  try {
    // Only who is alone may leave the write-ahead log.
    return connection.pragma('journal_mode = DELETE', { simple: true }) !== 'delete';
  } catch (error) {
    const isBusy =
      error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY');
    if (isBusy) return true;
    // What is no database any more is used by nobody.
    if (error instanceof BetterSqlite3.SqliteError) return false;
    throw error;
  } finally {
    connection.close();
  }
}
