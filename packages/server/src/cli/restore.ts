import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { faultOfSqlite, isSqliteInUse } from '../database/sqlite-backup.ts';
import { databaseState } from '../database/state.ts';
import {
  BACKUP_APP_KEY,
  BACKUP_DATABASE,
  BACKUP_FILES,
  BACKUP_NOTE,
  BackupNote,
  copyFolder,
  isThere,
  keep,
} from './backup.ts';
import { CommandError, type Given } from './command.ts';
import { configHere, filesFolderOf, sqliteFileOf } from './settings.ts';

/**
 * Copies first and puts in place last, by renaming: what fails before leaves everything as it was.
 *
 * @throws CommandError
 */
export async function restore(given: Given): Promise<void> {
  const config = configHere();
  const folder = resolve(given.argument);
  const note = await noteOf(folder);
  const isSqlite = config.databaseUrl === undefined;
  if (note.database !== (isSqlite ? 'sqlite' : 'postgres')) {
    throw new CommandError(
      isSqlite
        ? 'The backup is of a Parley on PostgreSQL: set DATABASE_URL as it was.'
        : 'The backup is of a Parley on SQLite: start without DATABASE_URL.',
    );
  }
  if (isSqlite) await checkCopy(join(folder, BACKUP_DATABASE));
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  await checkPlace(config, isSqlite, given.isOn('force'));
  const aside = await putInPlace(config, folder, isSqlite);
  process.stdout.write(
    `Restored what was backed up at ${note.made_at}.\n` +
      (aside === null ? '' : `What was there is in ${aside}.\n`) +
      (isSqlite ? '' : await hintsOnPostgres(folder)),
  );
}

async function noteOf(folder: string): Promise<BackupNote> {
  const path = join(folder, BACKUP_NOTE);
  if (!(await isThere(path))) {
    throw new CommandError(`${folder} is no whole backup: it has no ${BACKUP_NOTE}.`);
  }
  try {
    return BackupNote.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new CommandError(`${path} is not what "parley backup" wrote.`, { cause: error });
  }
}

async function checkCopy(file: string): Promise<void> {
  if (!(await isThere(file))) throw new CommandError(`The backup has no ${BACKUP_DATABASE}.`);
  const fault = faultOfSqlite(file);
  if (fault !== null) throw new CommandError(`The backup's database is damaged: ${fault}`);
  const { unknown } = await databaseState({ url: undefined, file });
  if (unknown.length > 0) {
    throw new CommandError('The backup is of a newer Parley: install that one, then restore.');
  }
}

async function checkPlace(config: Config, isSqlite: boolean, isForced: boolean): Promise<void> {
  const file = sqliteFileOf(config);
  const hasDatabase = isSqlite && (await isThere(file));
  if (hasDatabase && isSqliteInUse(file)) {
    throw new CommandError('Parley runs on this database: stop it first.');
  }
  if (!isForced && (hasDatabase || (await isThere(filesFolderOf(config))))) {
    throw new CommandError(
      `${config.dataDir} is in use already. With --force, what is there is moved aside.`,
    );
  }
}

/** @returns where what was there lies now; null: nothing was there */
async function putInPlace(
  config: Config,
  folder: string,
  isSqlite: boolean,
): Promise<string | null> {
  const { dataDir } = config;
  const coming = join(dataDir, 'restoring');
  await rm(coming, { recursive: true, force: true });
  await copyFolder(join(folder, BACKUP_FILES), join(coming, BACKUP_FILES));
  if (isSqlite) {
    const copy = join(coming, BACKUP_DATABASE);
    await copyFile(join(folder, BACKUP_DATABASE), copy);
    await keep(copy);
  }
  const aside = join(dataDir, `before-restore-${new Date().toISOString().replaceAll(':', '')}`);
  await mkdir(aside, { mode: 0o700 });
  const old = [filesFolderOf(config), ...(isSqlite ? sqliteFilesOf(config) : [])];
  for (const path of old) {
    if (await isThere(path)) await rename(path, join(aside, path.slice(dataDir.length + 1)));
  }
  for (const name of await readdir(coming)) await rename(join(coming, name), join(dataDir, name));
  await rm(coming, { recursive: true, force: true });
  await keep(dataDir);
  if ((await readdir(aside)).length > 0) return aside;
  await rm(aside, { recursive: true });
  return null;
}

function sqliteFilesOf(config: Config): string[] {
  return ['', '-wal', '-shm', '-journal'].map((end) => `${sqliteFileOf(config)}${end}`);
}

async function hintsOnPostgres(folder: string): Promise<string> {
  const key = join(folder, BACKUP_APP_KEY);
  return (
    'PostgreSQL: bring the database back with psql or pg_restore.\n' +
    ((await isThere(key)) ? `APP_KEY must be the one in ${key}.\n` : '')
  );
}
