import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, configFrom } from '../config/config.ts';
import { type Environment, readEnvironment } from '../config/environment.ts';
import type { Context } from '../context.ts';
import { openDatabase } from '../database/open.ts';
import { createProcessLogger } from '../process-logger.ts';
import { TRANSACTIONS } from '../transactions.ts';
import { CommandError } from './command.ts';

/** Of the process and of `.env` in its folder; what the command line says goes before both. */
export function environmentHere(said: Environment = {}): Environment {
  const given = Object.entries(said).filter(([, value]) => value !== undefined);
  return readEnvironment(process.cwd(), { ...process.env, ...Object.fromEntries(given) });
}

/** @throws ConfigError naming every variable at fault */
export function configHere(said: Environment = {}): Config {
  return configFrom(environmentHere(said));
}

export const sqliteFileOf = ({ dataDir }: Pick<Config, 'dataDir'>): string =>
  join(dataDir, 'parley.sqlite');

export const filesFolderOf = ({ dataDir }: Pick<Config, 'dataDir'>): string =>
  join(dataDir, 'files');

/**
 * Of a command that makes no sense before the first start: in another folder, or without the server's
 * settings, it would begin an empty database there.
 *
 * @throws CommandError
 */
export function requireDatabase(config: Config): void {
  const file = sqliteFileOf(config);
  if (config.databaseUrl !== undefined || existsSync(file)) return;
  throw new CommandError(
    `There is no database here: ${file} is not there.\n` +
      "Run this in the server's folder, with its settings and as its user; or start Parley once.",
  );
}

/** What a command works on. */
export type Parts = Pick<Context, 'database' | 'clock' | 'random'>;

/** Opens the database, made and brought up to date as a start does, and closes it after the work. */
export async function withDatabase<R>(
  config: Config,
  work: (parts: Parts) => Promise<R>,
): Promise<R> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase({
    url: config.databaseUrl?.reveal(),
    file: sqliteFileOf(config),
    transactions: TRANSACTIONS,
    isShared: false,
    logger: createProcessLogger(config.logLevel),
  });
  try {
    return await work({
      database,
      clock: { now_ms: () => Date.now() },
      random: { token: () => randomBytes(32).toString('base64url') },
    });
  } finally {
    await database.close();
  }
}
