import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { probeRedis } from '@parley/realtime';

import { createS3Storage } from '../attachment/storage.s3.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/variables.ts';
import { faultOfSqlite } from '../database/sqlite-backup.ts';
import { databaseState, type DatabaseState } from '../database/state.ts';
import { probeMail } from '../mail/mailer.ts';
import { isThere } from './backup.ts';
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
import { configHere, sqliteFileOf } from './settings.ts';

const SIGNS = { ok: 'ok     ', warning: 'warning', wrong: 'WRONG  ' } as const;

/** Prints each finding as it is made; something wrong sets the exit code. */
export async function doctor(): Promise<void> {
  const counts = { ok: 0, warning: 0, wrong: 0 };
  for await (const finding of findings()) {
    counts[finding.state] += 1;
    process.stdout.write(`${SIGNS[finding.state]}  ${finding.what}: ${finding.said}\n`);
    if (finding.state !== 'ok') process.stdout.write(`         → ${finding.advice}\n`);
  }
  const { wrong: bad, warning: doubtful } = counts;
  process.stdout.write(
    bad + doubtful === 0 ? '\nAll is well.\n' : `\n${bad} wrong, ${doubtful} to look at.\n`,
  );
  if (bad > 0) process.exitCode = 1;
}

async function* findings(): AsyncGenerator<Finding> {
  yield ok('node', process.versions.node);
  const config = readConfig();
  if ('faults' in config) {
    const advice = 'Correct it in the environment or in .env; docs/configure.md has all of them.';
    for (const fault of config.faults) yield wrong('configuration', fault, advice);
    return;
  }
  yield* configurationFindings(config);
  const clocks = new Map<string, number>();
  yield* databaseFindings(config, clocks);
  yield* redisFindings(config, clocks);
  yield* publicFindings(config);
  yield await mailFinding(config);
  yield await filesFinding(config);
  yield* diskFindings(config);
  yield clockFinding(Date.now(), clocks, await lastWritten(config));
}

function readConfig(): Config | { readonly faults: readonly string[] } {
  try {
    return configHere();
  } catch (error) {
    if (error instanceof ConfigError) return { faults: error.faults };
    throw error;
  }
}

function* configurationFindings({ remarks, appUrl, trustProxy }: Config): Generator<Finding> {
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
  clocks: Map<string, number>,
): AsyncGenerator<Finding> {
  const url = config.databaseUrl?.reveal();
  const file = sqliteFileOf(config);
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
  if (url === undefined && !(await isThere(file))) {
    yield ok('database', `${name}: the first start makes it`);
    return;
  }
  const fault = url === undefined ? faultOfSqlite(file) : null;
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

async function mailFinding({ mail }: Config): Promise<Finding> {
  if (mail === null) return ok('mail', 'none is sent: MAIL_HOST is not set');
  const where = `${mail.host}:${mail.port}`;
  try {
    await probeMail(mail);
    return ok('mail', `${where} takes mail from ${mail.from.address}`);
  } catch (error) {
    return wrong('mail', `${where}: ${reasonOf(error)}`, 'Look at the variables MAIL_*.');
  }
}

async function filesFinding({ s3, dataDir }: Config): Promise<Finding> {
  if (s3 === null) return ok('files', `in ${dataDir}: S3_BUCKET is not set`);
  const where = `bucket ${s3.bucket}${s3.endpoint === undefined ? '' : ` at ${s3.endpoint}`}`;
  try {
    await probeFiles(createS3Storage(s3));
    return ok('files', `${where}: written, read and removed`);
  } catch (error) {
    const advice = 'Is the bucket there, and may this key put, get and delete in it? See S3_*.';
    return wrong('files', `${where}: ${reasonOf(error)}`, advice);
  }
}

async function* diskFindings(config: Config): AsyncGenerator<Finding> {
  const { dataDir, limits } = config;
  let folder = dataDir;
  while (!(await isThere(folder)) && dirname(folder) !== folder) folder = dirname(folder);
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

async function lastWritten(config: Config): Promise<number | null> {
  const file = sqliteFileOf(config);
  if (config.databaseUrl !== undefined || !(await isThere(file))) return null;
  return (await stat(file)).mtimeMs;
}
