import type { Page } from '@playwright/test';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import PusherHttp from 'pusher';
import type PusherJs from 'pusher-js';
import { expect, test } from './harness/story.ts';

const app = {
  REVERB_APP_ID: 'browser-app',
  REVERB_APP_KEY: 'browser-key',
  REVERB_APP_SECRET: 'browser-secret-of-the-stories',
};

const names = ['news', 'private-a', 'private-encrypted-a', 'cache-a', 'presence-a'];

/** Where it was heard, the event's name, its data. */
type Heard = [string, string, unknown];

/** What the script leaves on the window, and what the story keeps there. */
interface PusherPage {
  Pusher: typeof PusherJs.default;
  pusher: InstanceType<typeof PusherJs.default>;
  heard: Heard[];
  authorize(socketId: string, channel: string): Promise<{ auth: string }>;
  authenticate(socketId: string): Promise<{ auth: string; user_data: string }>;
}

// As it comes from npm, in the form for `<script>` tags.
const { resolve } = createRequire(import.meta.url);
const script = join(dirname(resolve('pusher-js')), '../web/pusher-with-encryption.js');

test('[PP-3][PP-4][PP-5][PP-6] pusher-js in a browser: every kind of channel, and signing in', async ({
  stage,
}) => {
  const server = await stage.realtime(app);
  const backend = backendOf(server.port);
  const website = await stage.website('<!doctype html><title>A shop</title>');
  const open = async (userId: string): Promise<Person> => {
    const page = await stage.browser();
    await page.goto(website.url);
    return connect(page, server.port, backend, userId);
  };

  await backend.trigger('cache-a', 'kept', { n: 0 });
  const ann = await open('ann');
  await expect.poll(ann.heard).toContainEqual(['cache-a', 'kept', { n: 0 }]);
  const bob = await open('bob');
  await expect.poll(ann.heard).toContainEqual(['watchlist', 'online', ['bob']]);

  for (const name of names) await backend.trigger(name, 'sent', { on: name });
  for (const { heard } of [ann, bob]) {
    for (const name of names) {
      await expect.poll(heard).toContainEqual([name, 'sent', { on: name }]);
    }
  }

  const typing: Heard = ['private-a', 'client-typing', { typing: true }];
  await ann.trigger(...typing);
  await expect.poll(bob.heard).toContainEqual(typing);
  expect(await ann.heard()).not.toContainEqual(typing);

  // The client subscribes to its own channel by itself, and does not say when it is.
  await expect
    .poll(async () => {
      await backend.sendToUser('bob', 'to-user', { n: 1 });
      return bob.heard();
    })
    .toContainEqual(['user', 'to-user', { n: 1 }]);
  expect((await ann.heard()).filter(([where]) => where === 'user')).toEqual([]);

  await backend.terminateUserConnections('bob');
  await expect.poll(bob.state).toBe('disconnected');
  await expect.poll(ann.heard).toContainEqual(['watchlist', 'offline', ['bob']]);
  expect(await ann.state()).toBe('connected');
});

/** The official server SDK, with a key of which the server knows nothing. */
function backendOf(port: number): PusherHttp {
  return new PusherHttp({
    appId: app.REVERB_APP_ID,
    key: app.REVERB_APP_KEY,
    secret: app.REVERB_APP_SECRET,
    host: '127.0.0.1',
    port: String(port),
    useTLS: false,
    encryptionMasterKeyBase64: Buffer.alloc(32, 'story').toString('base64'),
  });
}

interface Person {
  heard: () => Promise<Heard[]>;
  trigger: (name: string, event: string, data: unknown) => Promise<boolean>;
  state: () => Promise<string>;
}

/** A user who is connected, signed in and subscribed to every kind of channel. */
async function connect(
  page: Page,
  port: number,
  backend: PusherHttp,
  userId: string,
): Promise<Person> {
  await page.exposeFunction('authorize', (socketId: string, channel: string) => {
    const member = { user_id: userId, user_info: { name: userId } };
    const data = channel.startsWith('presence-') ? member : undefined;
    return backend.authorizeChannel(socketId, channel, data);
  });
  await page.exposeFunction('authenticate', (socketId: string) =>
    backend.authenticateUser(socketId, { id: userId, watchlist: ['ann', 'bob'] }),
  );
  await page.addScriptTag({ path: script });
  await page.evaluate(connectInPage, { key: app.REVERB_APP_KEY, port });
  for (const name of names) await page.evaluate(subscribeInPage, name);
  return {
    heard: async () => page.evaluate(() => (globalThis as unknown as PusherPage).heard),
    trigger: async (...args) =>
      page.evaluate(([name, event, data]) => {
        const { pusher } = globalThis as unknown as PusherPage;
        return pusher.channel(name).trigger(event, data);
      }, args),
    state: async () =>
      page.evaluate(() => (globalThis as unknown as PusherPage).pusher.connection.state),
  };
}

function connectInPage({ key, port }: { key: string; port: number }): void {
  const shop = globalThis as unknown as PusherPage;
  const pusher = new shop.Pusher(key, {
    cluster: '',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization: {
      transport: 'ajax',
      endpoint: '',
      customHandler: ({ socketId, channelName }, answer) => {
        void shop.authorize(socketId, channelName).then((auth) => answer(null, auth));
      },
    },
    userAuthentication: {
      transport: 'ajax',
      endpoint: '',
      customHandler: ({ socketId }, answer) => {
        void shop.authenticate(socketId).then((auth) => answer(null, auth));
      },
    },
  });
  const heard: Heard[] = [];
  for (const name of ['online', 'offline']) {
    pusher.user.watchlist.bind(name, ({ user_ids }: { user_ids: string[] }) =>
      heard.push(['watchlist', name, user_ids]),
    );
  }
  pusher.user.bind('to-user', (data: unknown) => heard.push(['user', 'to-user', data]));
  pusher.signin();
  Object.assign(shop, { pusher, heard });
}

async function subscribeInPage(name: string): Promise<void> {
  const { pusher, heard } = globalThis as unknown as PusherPage;
  const channel = pusher.subscribe(name);
  channel.bind_global((event: string, data: unknown) => {
    if (!event.startsWith('pusher:')) heard.push([name, event, data]);
  });
  await new Promise<void>((done, failed) => {
    channel.bind('pusher:subscription_succeeded', () => done());
    channel.bind('pusher:subscription_error', (error: unknown) =>
      failed(new Error(JSON.stringify(error))),
    );
  });
}
