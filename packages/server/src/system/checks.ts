import { existsSync, constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { probeRedis } from '@parley/realtime';
import { createS3Storage } from '../attachment/storage.s3.ts';
import type { Config } from '../config/config.ts';
import type { VirusSettings } from '../config/virus.ts';
import { faultOfSqlite } from '../database/sqlite-backup.ts';
import { databaseState, type DatabaseState } from '../database/state.ts';
import { probeMail } from '../mail/mailer.ts';
import { clockFinding, diskFinding, type Finding, found, reasonOf } from './finding.ts';
import { probeFiles } from './probe-files.ts';
import { probeVirus } from './probe-virus.ts';
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
  /** Whether SQLite's file is read through and the virus scanner tried in full, which may take a while. */
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
      () => virusFindings(config, thorough),
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
  if (remarks.length === 0) yield found('configuration.ok', {});
  for (const remark of remarks) yield found(remark, {});
  if (appUrl?.startsWith('https:') && trustProxy === false) yield found('proxy.untrusted', {});
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
    const reason = reasonOf(error);
    yield url === undefined
      ? found('database.file', { reason, file })
      : found('database.server', { reason });
    return;
  }
  if (state.now_ms !== null) clocks.set('PostgreSQL', state.now_ms);
  const name = url === undefined ? `SQLite, ${file}` : 'PostgreSQL';
  if (url === undefined && !existsSync(file)) {
    yield found('database.new', { name });
    return;
  }
  const fault = url === undefined && of.thorough ? faultOfSqlite(file) : null;
  if (fault !== null) yield found('database.damaged', { name, fault });
  else if (state.unknown.length > 0) yield found('database.newer', { name });
  else if (state.pending.length > 0) {
    yield found('database.pending', { name, count: state.pending.length });
  } else yield found('database.ok', { name });
}

async function* redisFindings(
  { reverb }: Config,
  clocks: Map<string, number>,
): AsyncGenerator<Finding> {
  const redis = reverb.mode === 'embedded' ? reverb.server.redis : null;
  if (redis === null) {
    yield found('redis.unused', {});
    return;
  }
  try {
    clocks.set('Redis', await probeRedis(redis.url.reveal()));
    yield found('redis.ok', {});
  } catch (error) {
    yield found('redis.away', { reason: reasonOf(error) });
  }
}

async function* mailFindings({ mail }: Config): AsyncGenerator<Finding> {
  if (mail === null) {
    yield found('mail.unused', {});
    return;
  }
  const server = `${mail.host}:${mail.port}`;
  try {
    await probeMail(mail);
    yield found('mail.ok', { server, sender: mail.from.address });
  } catch (error) {
    yield found('mail.away', { server, reason: reasonOf(error) });
  }
}

async function* filesFindings({ s3, dataDir }: Config): AsyncGenerator<Finding> {
  if (s3 === null) {
    yield found('files.folder', { folder: dataDir });
    return;
  }
  const bucket = s3.endpoint === undefined ? s3.bucket : `${s3.bucket} (${s3.endpoint})`;
  try {
    await probeFiles(createS3Storage(s3));
    yield found('files.bucket', { bucket });
  } catch (error) {
    yield found('files.away', { bucket, reason: reasonOf(error) });
  }
}

async function* virusFindings(
  { virus, limits }: Config,
  thorough: boolean,
): AsyncGenerator<Finding> {
  if (virus === null) {
    yield found('virus.unused', {});
    return;
  }
  // A program may read all its signatures first, for many seconds.
  if (virus.kind === 'command' && !thorough) return;
  const scanner = scannerName(virus);
  try {
    const state = await probeVirus(virus, thorough ? limits.file_bytes : null);
    if (state === 'small') {
      const mebibytes = Math.round((limits.file_bytes / 1024 ** 2) * 10) / 10;
      yield found('virus.small', { scanner, mebibytes });
    } else yield found(`virus.${state}`, { scanner });
  } catch (error) {
    yield found('virus.away', { scanner, reason: reasonOf(error) });
  }
}

function scannerName(virus: VirusSettings): string {
  if (virus.kind === 'command') return virus.program;
  const { address } = virus;
  return 'path' in address ? `clamd (${address.path})` : `clamd (${address.host}:${address.port})`;
}

async function* diskFindings(config: Config): AsyncGenerator<Finding> {
  const { dataDir, limits } = config;
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const here = await stat(folder);
  if (!here.isDirectory()) {
    yield found('configuration.fault', { fault: `DATA_DIR: ${folder} is a file, not a folder` });
    return;
  }
  const { bavail, bsize } = await statfs(folder);
  yield diskFinding(bavail * bsize, limits.freeDisk_bytes, folder);
  const canWrite = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!canWrite) yield found('disk.readonly', { folder });
  const isOpen = folder === dataDir && (here.mode & 0o007) !== 0;
  if (isOpen && process.platform !== 'win32') yield found('disk.open', { folder });
}

async function lastWritten(config: Config, file: string): Promise<number | null> {
  if (config.databaseUrl !== undefined || !existsSync(file)) return null;
  return (await stat(file)).mtimeMs;
}
