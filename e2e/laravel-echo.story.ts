import type Echo from 'laravel-echo';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { newAgent, newVisitor } from './harness/api.ts';
import { expect, test } from './harness/story.ts';

const app = {
  REVERB_APP_ID: 'echo-app',
  REVERB_APP_KEY: 'echo-key',
  REVERB_APP_SECRET: 'echo-secret-of-the-stories',
};

/** What the two scripts leave on the window, and what the story keeps there. */
interface EchoPage {
  Echo: { default: typeof Echo };
  heard: unknown[];
}

// As they come from npm, in the form for `<script>` tags.
const { resolve } = createRequire(import.meta.url);
const scripts = [
  join(dirname(resolve('pusher-js')), '../web/pusher.js'),
  join(dirname(resolve('laravel-echo')), 'echo.iife.js'),
];

test('[PP-1][PP-3] Laravel Echo, unchanged and on another website, hears messages as in SPEC §4', async ({
  stage,
}) => {
  const server = await stage.server({ env: app });
  const visitor = await newVisitor(server.url);
  const { conversation_id } = await visitor.send('first');

  const website = await stage.website('<!doctype html><title>A shop</title>');
  const page = await stage.browser();
  await page.goto(website.url);
  for (const path of scripts) await page.addScriptTag({ path });
  await page.evaluate(
    async ({ key, port, token, id }) => {
      const shop = globalThis as unknown as EchoPage;
      const echo = new shop.Echo.default({
        broadcaster: 'reverb',
        key,
        wsHost: '127.0.0.1',
        wsPort: port,
        wssPort: port,
        forceTLS: false,
        enabledTransports: ['ws', 'wss'],
        authEndpoint: `http://127.0.0.1:${port}/broadcasting/auth`,
        auth: { headers: { Authorization: `Bearer ${token}` } },
      });
      shop.heard = [];
      const channel = echo.private(`chat.conversation.${id}`);
      channel.listen('.ChatMessageReceived', (event: unknown) => shop.heard.push(event));
      await new Promise<void>((resolve, reject) => {
        channel.subscribed(resolve);
        channel.error((error: unknown) => reject(new Error(JSON.stringify(error))));
      });
    },
    { key: app.REVERB_APP_KEY, port: server.port, token: visitor.token, id: conversation_id },
  );

  const clientMessageId = crypto.randomUUID();
  const sent = await visitor.send('heard by Echo', clientMessageId);
  const heard = (): Promise<unknown[]> =>
    page.evaluate(() => (globalThis as unknown as EchoPage).heard);
  await expect.poll(async () => (await heard()).length).toBe(1);
  expect(await heard()).toEqual([
    {
      id: sent.id,
      conversation_id,
      seq: 2,
      client_message_id: clientMessageId,
      sender_type: 'visitor',
      sender_name: null,
      text: 'heard by Echo',
      attachments: [],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      timestamp: Date.parse(`${sent.created_at.replace(' ', 'T')}Z`) / 1000,
    },
  ]);

  const agent = await newAgent(server.url);
  await agent.call('POST', `/admin/chatbot/${conversation_id}/reply`, { text: 'from the agent' });
  await agent.call('POST', `/admin/chatbot/${conversation_id}/reply`, {
    text: 'a note',
    private: true,
  });
  await visitor.send('the end');
  await expect
    .poll(async () => (await heard()).map((event) => (event as { text: string }).text))
    .toEqual(['heard by Echo', 'from the agent', 'the end']);
});
