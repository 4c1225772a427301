import { existsSync, constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { probeRedis } from '@parley/realtime';
import { createS3Storage } from '../attachment/storage.s3.ts';
import type { Config } from '../config/config.ts';
import { faultOfSqlite } from '../database/sqlite-backup.ts';
import { databaseState, type DatabaseState } from '../database/state.ts';
import { probeMail } from '../mail/mailer.ts';
import {
  clockFinding,
  diskFinding,
  type Finding,
  ok,
  reasonOf,
  warning,
  wrong,
} from './finding.ts';
import { probeFiles } from './probe-files.ts';
import { publicFindings } from './public-address.ts';

/** What is looked at: by `parley doctor`, and by the running server for the page of its owner. */
export interface Checks {
  /** Independent of each other; each changes nothing, and none rejects for what is wrong with its thing. */
  readonly things: readonly (() => AsyncIterable<Finding>)[];
  /** After these: they asked others for the time. */
  readonly clock: () => Promise<Finding>;
}

export interface ChecksOptions {
  readonly config: Config;
  /** Where SQLite is, unless PostgreSQL is used. */
  readonly sqliteFile: string;
  /** Whether SQLite's file is read through, which may take a while: nothing else is done meanwhile. */
  readonly thorough: boolean;
}

export function checksOf({ config, sqliteFile, thorough }: ChecksOptions): Checks {
  const clocks = new Map<string, number>();
  return {
    things: [
      () => configurationFindings(config),
      () => databaseFindings(config, { sqliteFile, thorough, clocks }),
      () => redisFindings(config, clocks),
      () => publicFindings(config),
      () => mailFindings(config),
      () => filesFindings(config),
      () => diskFindings(config),
    ],
    clock: async () => clockFinding(Date.now(), clocks, await lastWritten(config, sqliteFile)),
  };
}

async function* configurationFindings({
  remarks,
  appUrl,
  trustProxy,
}: Config): AsyncGenerator<Finding> {
  if (remarks.length === 0) yield ok('configuration', 'every variable can be read');
  for (const remark of remarks) yield warning('configuration', remark, 'See docs/configure.md.');
  if (appUrl?.startsWith('https:') && trustProxy === false) {
    yield warning(
      'proxy',
      'APP_URL is https, and TRUST_PROXY is off: all visitors seem to have one address',
      'Set TRUST_PROXY=true where the proxy is on this machine or in its private network.',
    );
  }
}

async function* databaseFindings(
  config: Config,
  of: { sqliteFile: string; thorough: boolean; clocks: Map<string, number> },
): AsyncGenerator<Finding> {
  const url = config.databaseUrl?.reveal();
  const { sqliteFile: file, clocks } = of;
  let state: DatabaseState;
  try {
    state = await databaseState({ url, file });
  } catch (error) {
    yield url === undefined
      ? wrong('database', reasonOf(error), `Look at ${file}: its owner, its rights, its disk.`)
      : wrong('database', reasonOf(error), 'Is PostgreSQL up, and DATABASE_URL right?');
    return;
  }
  if (state.now_ms !== null) clocks.set('PostgreSQL', state.now_ms);
  const name = url === undefined ? `SQLite, ${file}` : 'PostgreSQL';
  if (url === undefined && !existsSync(file)) {
    yield ok('database', `${name}: the first start makes it`);
    return;
  }
  const fault = url === undefined && of.thorough ? faultOfSqlite(file) : null;
  if (fault !== null) {
    yield wrong('database', `${name}: ${fault}`, 'Bring a backup back with "parley restore".');
  } else if (state.unknown.length > 0) {
    yield wrong('database', `${name} is of a newer Parley`, 'Install the version that it was.');
  } else if (state.pending.length > 0) {
    const said = `${name}: ${state.pending.length} migrations are to be done`;
    yield warning('database', said, 'The next start does them, and so does "parley migrate".');
  } else yield ok('database', `${name}, up to date`);
}

async function* redisFindings(
  { reverb }: Config,
  clocks: Map<string, number>,
): AsyncGenerator<Finding> {
  const redis = reverb.mode === 'embedded' ? reverb.server.redis : null;
  if (redis === null) {
    yield ok('redis', 'not used: this is the only node');
    return;
  }
  try {
    clocks.set('Redis', await probeRedis(redis.url.reveal()));
    yield ok('redis', 'answers');
  } catch (error) {
    const advice = 'Is it up, and REDIS_URL right? Until then each node is alone.';
    yield wrong('redis', reasonOf(error), advice);
  }
}

async function* mailFindings({ mail }: Config): AsyncGenerator<Finding> {
  if (mail === null) {
    yield ok('mail', 'none is sent: MAIL_HOST is not set');
    return;
  }
  const where = `${mail.host}:${mail.port}`;
  try {
    await probeMail(mail);
    yield ok('mail', `${where} takes mail from ${mail.from.address}`);
  } catch (error) {
    yield wrong('mail', `${where}: ${reasonOf(error)}`, 'Look at the variables MAIL_*.');
  }
}

async function* filesFindings({ s3, dataDir }: Config): AsyncGenerator<Finding> {
  if (s3 === null) {
    yield ok('files', `in ${dataDir}: S3_BUCKET is not set`);
    return;
  }
  const where = `bucket ${s3.bucket}${s3.endpoint === undefined ? '' : ` at ${s3.endpoint}`}`;
  try {
    await probeFiles(createS3Storage(s3));
    yield ok('files', `${where}: written, read and removed`);
  } catch (error) {
    const advice = 'Is the bucket there, and may this key put, get and delete in it? See S3_*.';
    yield wrong('files', `${where}: ${reasonOf(error)}`, advice);
  }
}

async function* diskFindings(config: Config): AsyncGenerator<Finding> {
  const { dataDir, limits } = config;
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  yield diskFinding(bavail * bsize, limits.freeDisk_bytes, folder);
  const canWrite = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!canWrite) {
    const advice = `Give it to the user that Parley runs as: chown -R parley ${folder}`;
    yield wrong('disk', `this user may not write to ${folder}`, advice);
  }
  const isOpen = folder === dataDir && ((await stat(folder)).mode & 0o007) !== 0;
  if (isOpen && process.platform !== 'win32') {
    const advice = `chmod -R o= ${folder}`;
    yield warning('disk', `every user of this machine can look into ${folder}`, advice);
  }
}

async function lastWritten(config: Config, file: string): Promise<number | null> {
  if (config.databaseUrl !== undefined || !existsSync(file)) return null;
  return (await stat(file)).mtimeMs;
}
