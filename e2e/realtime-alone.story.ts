import type { Page } from '@playwright/test';
import type Echo from 'laravel-echo';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import PusherHttp from 'pusher';
import { expect, test } from './harness/story.ts';

// As they come from npm, in the form for `<script>` tags.
const { resolve } = createRequire(import.meta.url);
const scripts = [
  join(dirname(resolve('pusher-js')), '../web/pusher.js'),
  join(dirname(resolve('laravel-echo')), 'echo.iife.js'),
];

const credentials = (name: string) => ({ id: name, key: `${name}-key`, secret: `${name}-secret` });

/** What the scripts and the application's own leave on the window. */
interface AppPage {
  Echo: Echo<'reverb'>;
  heard: unknown[];
  here: string[];
}

test('[PP-10][PP-9][RT-4] two Laravel applications, unchanged, on one server that dies and returns', async ({
  stage,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-apps-'));
  const shop = await startApplication('shop');
  const blog = await startApplication('blog');
  try {
    const file = join(folder, 'apps.yaml');
    const webhooks = [{ url: `${shop.url}/hooks`, events: ['channel_occupied', 'member_added'] }];
    const apps = [{ ...credentials('shop'), webhooks }, credentials('blog')];
    await writeFile(file, JSON.stringify({ apps }));
    const realtime = await stage.realtime({ REVERB_APPS_FILE: file });

    const [ann, bob, cid] = await Promise.all([stage.browser(), stage.browser(), stage.browser()]);
    await openPage(ann, shop, 'ann', realtime.port);
    await openPage(bob, shop, 'bob', realtime.port);
    await openPage(cid, blog, 'cid', realtime.port);
    await expect.poll(() => hereOf(ann)).toEqual(['ann', 'bob']);
    await expect.poll(() => hereOf(bob)).toEqual(['ann', 'bob']);
    // The channel of the same name in the other app is another one.
    expect(await hereOf(cid)).toEqual(['cid']);

    const sell = backendOf('shop', realtime.port);
    await sell.trigger('private-orders', 'App\\Events\\Shipped', { id: 7 });
    await backendOf('blog', realtime.port).trigger('private-orders', 'App\\Events\\Shipped', {
      id: 8,
    });
    for (const page of [ann, bob]) await expect.poll(() => heardBy(page)).toEqual([{ id: 7 }]);
    await expect.poll(() => heardBy(cid)).toEqual([{ id: 8 }]);
    await expect
      .poll(() => shop.told)
      .toEqual(
        expect.arrayContaining([
          { name: 'channel_occupied', channel: 'private-orders' },
          { name: 'member_added', channel: 'presence-room', user_id: 'ann' },
          { name: 'member_added', channel: 'presence-room', user_id: 'bob' },
        ]),
      );
    expect(blog.told).toEqual([]);

    await realtime.kill('SIGKILL');
    await expect.poll(() => stateOf(ann)).not.toBe('connected');
    await realtime.startAgain();
    for (const page of [ann, bob, cid]) {
      await expect.poll(() => stateOf(page), { timeout: 40_000 }).toBe('connected');
    }
    await expect.poll(() => hereOf(ann)).toEqual(['ann', 'bob']);
    await expect
      .poll(async () => {
        await sell.trigger('private-orders', 'App\\Events\\Shipped', { id: 9 });
        return (await heardBy(bob)).at(-1);
      })
      .toEqual({ id: 9 });
  } finally {
    await Promise.all([shop.close(), blog.close(), rm(folder, { recursive: true, force: true })]);
  }
});

const backendOf = (name: string, port: number): PusherHttp => {
  const { id: appId, key, secret } = credentials(name);
  return new PusherHttp({
    appId,
    key,
    secret,
    host: '127.0.0.1',
    port: String(port),
    useTLS: false,
  });
};

interface Application {
  readonly name: string;
  readonly url: string;
  /** Events of webhooks whose signature was right. */
  readonly told: unknown[];
  close(): Promise<void>;
}

/** What a Laravel application does with a broadcaster: pages, authorizations, webhooks. */
async function startApplication(name: string): Promise<Application> {
  const told: unknown[] = [];
  const pusher = backendOf(name, 0);
  const answer = async (request: IncomingMessage): Promise<string> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://app');
    const body = await text(request);
    if (pathname === '/broadcasting/auth') {
      const form = new URLSearchParams(body);
      const channel = form.get('channel_name') ?? '';
      const user = searchParams.get('user') ?? '';
      const member = { user_id: user, user_info: { name: user } };
      const data = channel.startsWith('presence-') ? member : undefined;
      return JSON.stringify(pusher.authorizeChannel(form.get('socket_id') ?? '', channel, data));
    }
    if (pathname === '/hooks') {
      const webhook = pusher.webhook({ headers: request.headers, rawBody: body });
      if (webhook.isValid()) told.push(...webhook.getEvents());
      return '';
    }
    return `<!doctype html><title>${name}</title>`;
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (page) => response.end(page),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    told,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The application's page, with the script of `docs/realtime.md` as Vite would build it. */
async function openPage(page: Page, app: Application, user: string, port: number): Promise<void> {
  await page.goto(app.url);
  for (const path of scripts) await page.addScriptTag({ path });
  const env = {
    VITE_REVERB_APP_KEY: credentials(app.name).key,
    VITE_REVERB_HOST: '127.0.0.1',
    VITE_REVERB_PORT: String(port),
    VITE_REVERB_SCHEME: 'http',
  };
  const documented = await echoScript();
  const built = documented
    .replaceAll(/^import .*$/gm, '')
    .replaceAll(/import\.meta\.env\.(\w+)/g, (_, name: keyof typeof env) =>
      JSON.stringify(env[name]),
    )
    // Who asks is told by a session in Laravel.
    .replace("broadcaster: 'reverb',", `$& authEndpoint: '/broadcasting/auth?user=${user}',`);
  await page.addScriptTag({
    content: `{ const Echo = window.Echo.default, Pusher = window.Pusher; ${built} }`,
  });
  await page.evaluate(async () => {
    const shop = globalThis as unknown as AppPage;
    shop.heard = [];
    const orders = shop.Echo.private('orders');
    orders.listen('Shipped', (event: unknown) => shop.heard.push(event));
    await new Promise<void>((done) => {
      orders.subscribed(done);
    });
    const show = (members: { name: string }[]): void => {
      shop.here = members.map(({ name }) => name).sort();
    };
    shop.here = [];
    shop.Echo.join('room')
      .here(show)
      .joining((member: { name: string }) => {
        shop.here = [...shop.here, member.name].sort();
      })
      .leaving((member: { name: string }) => {
        shop.here = shop.here.filter((name) => name !== member.name);
      });
  });
}

async function echoScript(): Promise<string> {
  const page = await readFile(new URL('../docs/realtime.md', import.meta.url), 'utf8');
  const [, script] = /^```js\n(.*?)^```$/ms.exec(page) ?? [];
  if (script === undefined) throw new Error('docs/realtime.md has no script for Echo');
  return script;
}

const heardBy = async (page: Page): Promise<unknown[]> =>
  page.evaluate(() => (globalThis as unknown as AppPage).heard);

const hereOf = async (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as AppPage).here);

const stateOf = async (page: Page): Promise<string> =>
  page.evaluate(() => (globalThis as unknown as AppPage).Echo.connectionStatus());
