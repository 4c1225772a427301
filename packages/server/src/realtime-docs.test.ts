import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { createRealtime, DEFAULT_LIMITS } from '@parley/realtime';
import PusherHttp from 'pusher';
import PusherJs from 'pusher-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pino } from 'pino';
import { realtimeOptions } from './broadcast/realtime-options.ts';
import { appSettingsFrom } from './config/app-settings.ts';
import { parseApps } from './config/apps-file.ts';
import { realtimeConfigFrom } from './config/config.ts';
import { expand } from './config/environment.ts';
import { parseVariables } from './config/variables.ts';
import { findNginx, startNginx } from './testing/proxies.ts';
import { startProcess } from './testing/process.ts';

/** The Node build is the class itself; its types speak of a module with a default. */
const Pusher = PusherJs as unknown as typeof PusherJs.default;

const PAGE = await readFile(new URL('../../../docs/realtime.md', import.meta.url), 'utf8');

/** The first block of code in this language. */
function block(language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(PAGE) ?? [];
  if (code === undefined) throw new Error(`docs/realtime.md has no ${language}`);
  return code;
}

const SILENT = pino({ enabled: false });

describe('docs/realtime.md', () => {
  test("Laravel's .env is one that the server takes", () => {
    const environment = expand(parseEnv(block('ini')), {});
    const { apps, listen } = realtimeConfigFrom(environment, new Set());
    expect(apps.map(({ id, key, secret }) => [id, key, secret.reveal()])).toEqual([
      ['shop', 'shop-key', 'change-this-secret'],
    ]);
    expect(listen).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(environment['VITE_REVERB_HOST']).toBe('ws.example.com');
  });

  test('the file of apps is one, shows every setting, and tells the true defaults', () => {
    const defaults = appSettingsFrom(parseVariables({}));
    const [plain, full] = parseApps(block('yaml'), 'apps.yaml', defaults);
    expect(plain?.settings).toEqual({ ...defaults, name: undefined });
    const absent = Object.entries({ ...full?.settings, ...full?.settings.limits });
    expect(absent.filter(([, value]) => value === undefined)).toEqual([]);
    const server = realtimeConfigFrom({
      REVERB_APP_ID: '1',
      REVERB_APP_KEY: 'k',
      REVERB_APP_SECRET: 's',
    }).server;
    const { apps } = realtimeOptions(full ? [full] : [], server, SILENT);
    const { messageRate, ...limits } = apps[0]?.limits ?? {};
    expect(DEFAULT_LIMITS).toMatchObject(limits);
    expect(messageRate).toMatchObject({ max: 60 });
  });

  test('the figures are those that there are', async () => {
    const server = createRealtime({ apps: [{ id: '1', key: 'k', secret: 's' }] });
    onTestFinished(() => server.close());
    const told = [...(await server.metrics()).matchAll(/^# TYPE parley_realtime_(\w+)/gm)];
    const [, table = ''] = /^## Metrics\n(.*?)^## /ms.exec(PAGE) ?? [];
    const documented = [...table.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)]
      .flatMap(([, names = '']) => names.replaceAll('`', '').split(', '))
      // Only of a cluster.
      .filter((name) => !/^(nodes|bus_\w+)$/.test(name));
    expect(new Set(documented)).toEqual(new Set(told.map(([, name]) => name)));
  });

  const nginx = findNginx();
  if (nginx === null)
    console.warn('nginx is not there: what docs/realtime.md says of it is not tried');

  test.skipIf(nginx === null)("Nginx's part runs, and passes everything on", async () => {
    const started = await startProcess(
      ['realtime'],
      {
        REVERB_SERVER_HOST: '127.0.0.1',
        REVERB_SERVER_PORT: '0',
        REVERB_APP_ID: 'shop',
        REVERB_APP_KEY: 'shop-key',
        REVERB_APP_SECRET: 'change-this-secret',
      },
      /Pusher-protocol server: http/,
    );
    const upstream = new URL(started.url).host;
    const port = await startNginx(nginx ?? '', (listen) =>
      block('nginx')
        .replace('listen 443 ssl;', `listen 127.0.0.1:${listen};`)
        .replace('server 127.0.0.1:8080;', `server ${upstream};`),
    );
    const client = new Pusher('shop-key', {
      cluster: '',
      wsHost: '127.0.0.1',
      wsPort: port,
      forceTLS: false,
      enabledTransports: ['ws'],
    });
    onTestFinished(() => client.disconnect());
    const heard: unknown[] = [];
    const channel = client.subscribe('orders');
    channel.bind('shipped', (data: unknown) => heard.push(data));
    await expect.poll(() => channel.subscribed).toBe(true);
    const backend = new PusherHttp({
      appId: 'shop',
      key: 'shop-key',
      secret: 'change-this-secret',
      host: '127.0.0.1',
      port: String(port),
      useTLS: false,
    });
    for (let n = 0; n < 20; n += 1) await backend.trigger('orders', 'shipped', n);
    // Near the limit of an event, in a body that Nginx may keep in a file.
    await backend.trigger('orders', 'shipped', 'x'.repeat(10_000));
    await expect.poll(() => heard.length).toBe(21);
    expect(heard.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    const answer = await backend.get({
      path: '/channels/orders',
      params: { info: 'subscription_count' },
    });
    expect(await answer.json()).toMatchObject({ occupied: true, subscription_count: 1 });
    expect((await fetch(`http://127.0.0.1:${port}/up`)).status).toBe(200);
  });
});
