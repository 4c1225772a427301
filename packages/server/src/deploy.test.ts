import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configFrom } from './config/config.ts';
import { VARIABLE_NAMES } from './config/variables.ts';
import { findNginx, startCaddy, startNginx } from './testing/proxies.ts';
import { startProcess } from './testing/process.ts';

const example = (name: string): Promise<string> =>
  readFile(new URL(`../../../${name}`, import.meta.url), 'utf8');

const Service = z.object({
  build: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).default([]),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

/** As compose puts values: of this environment, or else the default; what must be given is. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind, fallback) => {
    const value = values[name] ?? (kind === '-' ? String(fallback) : undefined);
    if (value === undefined) throw new Error(`${name} is not given`);
    return value;
  });
}

const GIVEN = {
  DOMAIN: 'chat.example.com',
  APP_KEY: 'k'.repeat(32),
  POSTGRES_PASSWORD: 'p4ss',
  S3_SECRET: 's3cret',
};

describe('examples for deploying', () => {
  test.each(['compose.yaml', 'compose.large.yaml'])(
    '%s: variables that there are, with values that the server takes',
    async (name) => {
      const text = await example(name);
      const required = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, variable]) => variable);
      for (const variable of required) {
        const rest = Object.entries(GIVEN).filter(([given]) => given !== variable);
        expect(() => filled(text, Object.fromEntries(rest))).toThrow('is not given');
      }
      const compose = Compose.parse(parse(filled(text, GIVEN), { merge: true }));
      const nodes = Object.values(compose.services).filter(({ build }) => build !== undefined);
      expect(nodes).toHaveLength(name === 'compose.yaml' ? 1 : 2);
      for (const { environment } of nodes) {
        expect(Object.keys(environment).filter((one) => !VARIABLE_NAMES.includes(one))).toEqual([]);
        const config = configFrom(environment);
        expect(config.remarks).toEqual([]);
        expect(config.trustProxy).toBe('private');
        if (name === 'compose.yaml') continue;
        expect(config.appUrl).toBe('https://chat.example.com');
        expect(config.reverb).toMatchObject({ mode: 'embedded', server: { redis: {} } });
        const { hostname: bucketHost } = new URL(config.s3?.endpoint ?? '');
        expect(compose.services).toHaveProperty(bucketHost);
        const { environment: bucket = {} } = compose.services[bucketHost] ?? {};
        expect(config.s3?.login?.keyId).toBe(bucket['ROOT_ACCESS_KEY']);
        expect(config.s3?.login?.key.reveal()).toBe(bucket['ROOT_SECRET_KEY']);
        // Each node is known to the proxy, and its services to compose.
        const { hostname } = new URL(config.databaseUrl?.reveal() ?? '');
        expect(compose.services).toHaveProperty(hostname);
      }
      const volumes = Object.values(compose.services).flatMap((service) => service.volumes);
      const used = volumes
        .map((one) => one.split(':', 1)[0] ?? '')
        .filter((one) => !/^[./]/.test(one));
      expect(new Set(used)).toEqual(new Set(Object.keys(compose.volumes)));
    },
  );

  test('the Caddyfile of two nodes names both', async () => {
    const compose = Compose.parse(
      parse(filled(await example('compose.large.yaml'), GIVEN), { merge: true }),
    );
    const [, upstreams = ''] =
      /reverse_proxy (.+) \{/.exec(await example('deploy/Caddyfile.large')) ?? [];
    const nodes = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
    expect(upstreams.split(' ')).toEqual(nodes.map(([name]) => `${name}:8000`));
  });

  const canVerify = spawnSync('systemd-analyze', ['--version']).status === 0;
  test.skipIf(!canVerify)('systemd finds nothing wrong with the unit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-unit-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const unit = await example('deploy/parley.service');
    const path = join(folder, 'parley.service');
    // A program that there is, in place of the one that installing brings.
    await writeFile(path, unit.replace('/opt/parley/node_modules/.bin/parley', process.execPath));
    const { stdout, stderr } = await promisify(execFile)('systemd-analyze', ['verify', path]);
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('parley.service'));
    expect(said).toEqual([]);
    const given = [...unit.matchAll(/^Environment=(.+)$/gm)]
      .flatMap(([, pairs = '']) => pairs.split(' '))
      .map((pair) => pair.split('=', 2) as [string, string]);
    const own = given.filter(([name]) => name !== 'NODE_ENV');
    expect(own.filter(([name]) => !VARIABLE_NAMES.includes(name))).toEqual([]);
    expect(configFrom(Object.fromEntries(own)).dataDir).toBe('/var/lib/parley');
  });

  const nginx = findNginx();
  if (nginx === null) console.warn('nginx is not there: deploy/nginx.conf is not tried');

  test.skipIf(nginx === null)(
    'Nginx runs its file, and passes pages and WebSockets on',
    async () => {
      const file = await example('deploy/nginx.conf');
      const started = await startProcess(
        [],
        { PORT: '0', HOST: '127.0.0.1', TRUST_PROXY: 'true', RATE_LIMITS: 'off' },
        /Sign in/,
      );
      const port = await startNginx(nginx ?? '', (port) =>
        file
          .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
          .replace('listen [::]:443 ssl;', '')
          .replaceAll(/^\s*ssl_.*$/gm, '')
          .replace('http://127.0.0.1:8000', started.url),
      );
      await passes(port);
    },
  );

  const caddy = ['/usr/bin/caddy', '/usr/local/bin/caddy'].find(existsSync);
  if (caddy === undefined) console.warn('Caddy is not there: its files are not tried');

  test.skipIf(caddy === undefined)(
    'Caddy runs its files, and passes on the same',
    { timeout: 60_000 },
    async () => {
      const { url } = await startProcess(
        [],
        { PORT: '0', HOST: '127.0.0.1', TRUST_PROXY: 'true', RATE_LIMITS: 'off' },
        /Sign in/,
      );
      const { host } = new URL(url);
      for (const file of ['deploy/Caddyfile', 'deploy/Caddyfile.large']) {
        const text = (await example(file))
          .replace('chat.example.com', '{$DOMAIN}')
          .replace('127.0.0.1:8000', host)
          // One of the two nodes is gone.
          .replace('node-a:8000 node-b:8000', `127.0.0.1:1 ${host}`);
        await passes(await startCaddy(caddy ?? '', text));
      }
    },
  );
});

/** Pages and WebSockets come through. */
async function passes(port: number): Promise<void> {
  const page = await fetch(`http://127.0.0.1:${port}/chatbot-test.html`);
  expect(page.status).toBe(200);
  // What the page is told comes from the headers that the proxy set.
  const socket = new WebSocket(`ws://127.0.0.1:${port}/app/unknown?protocol=7`);
  onTestFinished(() => socket.close());
  const told = await new Promise((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => resolve(data));
    socket.addEventListener('error', () => reject(new Error('No WebSocket came through')));
  });
  expect(told).toContain('4001');
}
