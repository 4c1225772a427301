// The redis-server of this machine, or that of its packages: there is none in npm.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface RunningRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Without a memory of its own: what was in it is gone when it stops. Port 0 takes a free one. */
export async function startRedis(
  executable: string,
  { port = 0, settings = [] }: { port?: number; settings?: readonly string[] } = {},
): Promise<RunningRedis> {
  const listenOn = port === 0 ? await freePort() : port;
  const folder = mkdtempSync(join(tmpdir(), 'parley-redis-'));
  const fixed = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const argv = ['--port', String(listenOn), ...fixed, ...settings];
  const server = spawn(executable, argv, { stdio: ['ignore', 'pipe', 'ignore'] });
  const kill = (): void => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', kill);
  const ended = once(server, 'exit');
  let log = '';
  for await (const chunk of server.stdout
    .setEncoding('utf8')
    .iterator({ destroyOnReturn: false })) {
    log += String(chunk);
    if (log.includes('Ready to accept connections')) break;
  }
  // Read on, or the pipe fills up.
  server.stdout.resume();
  if (!log.includes('Ready to accept connections') || server.pid === undefined) {
    throw new Error(`Redis did not start:\n${log}`);
  }
  return {
    url: `redis://127.0.0.1:${listenOn}`,
    port: listenOn,
    pid: server.pid,
    async stop(signal = 'SIGTERM') {
      process.off('exit', kill);
      server.kill(signal);
      // One that was stopped by SIGSTOP would not hear it.
      server.kill('SIGCONT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @throws Error where there is none and none can be installed */
export function findRedisServer(): string {
  return which('redis-server') ?? which('valkey-server') ?? install();
}

function which(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(':');
  const paths = [...folders, '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
  return paths.map((folder) => `${folder}/${name}`).find((path) => existsSync(path)) ?? null;
}

function install(): string {
  if (which('apt-get') === null) throw new Error('redis-server is not there; please install it');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const run = (...argv: string[]): string | null => {
    const [command = '', ...rest] = [...asRoot, ...argv];
    const { status, stderr, error } = spawnSync(command, rest, { env, encoding: 'utf8' });
    return status === 0 ? null : `${argv.join(' ')} failed: ${error?.message ?? stderr}`;
  };
  const fault = run('apt-get', 'update') ?? run('apt-get', 'install', '-y', 'redis-server');
  if (fault !== null) throw new Error(fault);
  // The package starts a service of its own, where there is something to start services.
  run('service', 'redis-server', 'stop');
  const path = which('redis-server');
  if (path === null) throw new Error('redis-server was installed and is not there');
  return path;
}
