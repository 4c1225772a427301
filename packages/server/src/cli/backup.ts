import { constants } from 'node:fs';
import { copyFile, mkdir, open, opendir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { copySqlite, faultOfSqlite } from '../database/sqlite-backup.ts';
import { CommandError, type Given } from './command.ts';
import { configHere, filesFolderOf, requireDatabase, sqliteFileOf } from './settings.ts';

/** Written last: a folder without it is no whole backup. */
export const BACKUP_NOTE = 'backup.json';
export const BACKUP_DATABASE = 'parley.sqlite';
export const BACKUP_FILES = 'files';
/** Beside a dump of PostgreSQL; a copy of SQLite has it inside. */
export const BACKUP_APP_KEY = 'app-key.txt';

export const BackupNote = z.object({
  parley: z.string(),
  database: z.enum(['sqlite', 'postgres']),
  made_at: z.iso.datetime(),
  files: z.int().nonnegative(),
});
export type BackupNote = z.infer<typeof BackupNote>;

/**
 * The database first, the files next: a file is put before the row that names it, so each that the
 * copy of the database knows is there.
 *
 * @throws CommandError
 */
export async function backup(given: Given): Promise<void> {
  const config = configHere();
  const folder = resolve(given.argument);
  const file = sqliteFileOf(config);
  const isSqlite = config.databaseUrl === undefined;
  requireDatabase(config);
  await makeNew(folder);
  const key = config.appKey?.reveal();
  if (isSqlite) {
    const copy = join(folder, BACKUP_DATABASE);
    await copySqlite(file, copy, key === undefined ? {} : { app_key: key });
    const fault = faultOfSqlite(copy);
    if (fault !== null) throw new CommandError(`The database is damaged: ${fault}`);
    await keep(copy);
  } else if (key !== undefined) {
    await writeFile(join(folder, BACKUP_APP_KEY), `${key}\n`, { mode: 0o600, flush: true });
  }
  // Also with S3: what was kept here before may not have been moved.
  const files = await copyFolder(filesFolderOf(config), join(folder, BACKUP_FILES));
  const note: BackupNote = {
    parley: given.version,
    database: isSqlite ? 'sqlite' : 'postgres',
    made_at: new Date().toISOString(),
    files,
  };
  await writeFile(join(folder, BACKUP_NOTE), `${JSON.stringify(note, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  process.stdout.write(
    `${folder}: ${isSqlite ? 'the database' : 'no database'} and ${files} files.\n` +
      (isSqlite ? '' : 'PostgreSQL: copy the database with pg_dump, and before this command.\n') +
      (config.s3 === null
        ? ''
        : `S3: copy the bucket ${config.s3.bucket} too, after this command.\n`),
  );
}

/** @throws CommandError where it cannot be made, or is there already */
async function makeNew(folder: string): Promise<void> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      code === 'EEXIST' ? `${folder} is there already: name a new folder.` : message,
    );
  }
}

/**
 * Copies what is in a folder, on disk when it resolves. What is removed meanwhile is left out.
 *
 * @returns how many files
 */
export async function copyFolder(from: string, to: string): Promise<number> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  if (!(await isThere(from))) return 0;
  let count = 0;
  for await (const entry of await opendir(from, { recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, path));
    if (entry.isDirectory()) await mkdir(target, { recursive: true, mode: 0o700 });
    else if (entry.isFile() && (await copyOne(path, target))) count += 1;
  }
  await keep(to);
  return count;
}

async function copyOne(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    // Shares the blocks where the file system can.
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await keep(to);
  return true;
}

/** Waits until it is on the disk. */
export async function keep(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    },
  );
}
