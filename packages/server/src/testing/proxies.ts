import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../../../../scripts/testing/free-port.ts';

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
  await run(port, folder, executable, ['-p', folder, '-e', 'stderr', '-c', file]);
  return port;
}

/**
 * Runs a Caddyfile without certificates, until the test is over.
 *
 * @param text whose `{$DOMAIN}` is where it shall listen
 * @returns the port that it listens on
 */
export async function startCaddy(executable: string, text: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-caddy-'));
  const port = await freePort();
  const file = join(folder, 'Caddyfile');
  await writeFile(file, `{\n\tadmin off\n}\n${text}`);
  const args = ['run', '--config', file, '--adapter', 'caddyfile'];
  await run(port, folder, executable, args, {
    ...process.env,
    DOMAIN: `http://127.0.0.1:${port}`,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
  });
  return port;
}

/** Until the test is over; resolves when what is behind it answers. */
async function run(
  port: number,
  folder: string,
  executable: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const child = spawn(executable, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
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
    .poll(
      async () => {
        if (child.exitCode !== null) return errors;
        return fetch(`http://127.0.0.1:${port}/up`).then(
          ({ status }) => (status < 500 ? 'answers' : 'not yet'),
          () => 'not yet',
        );
      },
      { timeout: 20_000 },
    )
    .toBe('answers');
}
