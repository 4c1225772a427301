import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

const PLACES = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'];

/** @returns where it is, of its package where this may be installed; null where there is none */
export function findNginx(): string | null {
  const found = PLACES.find(existsSync);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = (command: string, ...args: string[]): boolean =>
    spawnSync(command, args, { env, stdio: 'ignore' }).status === 0;
  const wait = ['-o', 'DPkg::Lock::Timeout=120'];
  run('apt-get', 'update');
  run('apt-get', ...wait, 'install', '-y', '--no-install-recommends', 'nginx-light');
  // The package starts a service of its own, where there is something to start services.
  run('service', 'nginx', 'stop');
  return PLACES.find(existsSync) ?? null;
}

/**
 * Runs a part of a configuration that belongs into `http { … }`, until the test is over.
 *
 * @param http made for the port that it shall listen on
 * @returns that port
 */
export async function startNginx(
  executable: string,
  http: (port: number) => string,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n');
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 256; }
http {
access_log off;
${paths}
${http(port)}
}
`,
  );
  const child = spawn(executable, ['-p', folder, '-e', 'stderr', '-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  await expect
    .poll(async () => {
      if (child.exitCode !== null) return errors;
      return fetch(`http://127.0.0.1:${port}/up`).then(
        () => 'listens',
        () => 'not yet',
      );
    })
    .toBe('listens');
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
