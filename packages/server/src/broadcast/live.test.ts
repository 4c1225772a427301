import { createServer } from 'node:net';
import { ChatHead, ChatInboxUpdated, ChatMessageReceived, ConfigAnswer } from '@parley/protocol';
import { listenRealtime } from '@parley/realtime';
import Echo from 'laravel-echo';
import PusherJs from 'pusher-js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod/mini';
import { freePort } from '../../../../scripts/testing/free-port.ts';
import type { Environment } from '../config/environment.ts';
import { sqliteDatabases } from '../testing/databases.ts';
import {
  call,
  newVisitor,
  signIn,
  type TestAgent,
  type TestVisitor,
} from '../testing/http-client.ts';
import { type ClientOptions, listenTo } from '../testing/pusher-clients.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { REMOTE } from '../testing/second-server.ts';

/** The real pusher-js and Laravel Echo on the real server: SPEC §4 as clients of others see it. */

async function start(env: Environment = {}): Promise<RunningServer> {
  const databases = await sqliteDatabases();
  const server = await startServer(databases, { env }).catch(async (error: unknown) => {
    await databases.discard();
    throw error;
  });
  return {
    ...server,
    async stop() {
      await server.stop();
      await databases.discard();
    },
  };
}

async function startHere(env: Environment = {}): Promise<RunningServer> {
  const server = await start(env);
  onTestFinished(() => server.stop());
  return server;
}

async function configOf(server: RunningServer): Promise<ConfigAnswer> {
  const answer = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
  return z.parse(ConfigAnswer, answer.json);
}

const channelOf = (id: number): string => `private-chat.conversation.${id}`;

/** Stands in for an external server. */
const startRemote = () => listenRealtime({ apps: [REMOTE], host: '127.0.0.1', port: 0 });

describe('the own server', () => {
  let server: RunningServer;
  let own: Omit<ClientOptions, 'headers'>;
  beforeAll(async () => {
    server = await start();
    const { reverb } = await configOf(server);
    own = { port: reverb.port, key: reverb.key, authUrl: server.url };
  });
  afterAll(() => server.stop());

  async function listening(visitor: TestVisitor, name: string) {
    const listener = await listenTo(name, { ...own, headers: visitor.headers });
    onTestFinished(() => {
      listener.disconnect();
    });
    return listener;
  }

  test('[SYNC-6] pusher-js subscribes with its token, is told the head, and hears the reply', async () => {
    const visitor = await newVisitor(server.url);
    const agent = await signIn(server.url, OWNER);
    await visitor.say('one');
    const { conversation_id: id } = await visitor.say('two');
    const listener = await listening(visitor, channelOf(id));
    const [head] = await listener.heard('ChatHead');
    expect(z.parse(ChatHead, head)).toEqual({ conversation_id: id, head: 2 });

    await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'Hello' });
    const [received] = await listener.heard('ChatMessageReceived');
    expect(Object.keys(z.parse(ChatMessageReceived, received)).sort()).toEqual(
      Object.keys(received as object).sort(),
    );
    expect(received).toMatchObject({
      conversation_id: id,
      seq: 3,
      sender_type: 'agent',
      text: 'Hello',
      attachments: [],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as unknown,
    });
  });

  test('an agent who opens a conversation is shown to a colleague there, and no longer when the tab is closed', async () => {
    const visitor = await newVisitor(server.url);
    const { conversation_id: id } = await visitor.say('Hello');
    const ann = await signIn(server.url, OWNER);
    const bea = await signIn(server.url, await server.newAgent([{ siteId: 1 }]));
    const open = async (who: TestAgent) => {
      const headers = { cookie: who.sessionCookie };
      const listener = await listenTo(`${channelOf(id)}.agents`, { ...own, headers });
      onTestFinished(() => listener.disconnect());
      return listener;
    };
    const anns = await open(ann);
    const beas = await open(bea);
    const both = { agents: [{ id: ann.id }, { id: bea.id }], gone: [] };
    expect(await anns.heard('ChatViewing')).toMatchObject([both]);
    expect(await beas.heard('ChatViewing')).toMatchObject([both]);
    // A second tab is no second person, and is told who is there as well.
    const second = await open(bea);
    expect(await second.heard('ChatViewing')).toMatchObject([both]);
    beas.disconnect();
    second.disconnect();
    await expect
      .poll(async () => (await anns.heard('ChatViewing')).at(-1))
      .toMatchObject({ agents: [{ id: ann.id }], gone: [bea.id] });
  });

  test('Laravel Echo, unchanged, hears .listen(".ChatMessageReceived") on the private channel', async () => {
    const visitor = await newVisitor(server.url);
    const agent = await signIn(server.url, OWNER);
    const { conversation_id: id } = await visitor.say('Hello');
    const { key, port } = own;
    const echo = new Echo({
      broadcaster: 'reverb',
      key,
      Pusher: PusherJs,
      withoutInterceptors: true,
      wsHost: '127.0.0.1',
      wsPort: port,
      forceTLS: false,
      enabledTransports: ['ws'],
      authEndpoint: `${server.url}/broadcasting/auth`,
      auth: { headers: { Authorization: `Bearer ${visitor.token}` } },
    });
    onTestFinished(() => {
      echo.disconnect();
    });
    const heard = new Promise((resolve, reject) => {
      const channel = echo.private(`chat.conversation.${id}`);
      channel.listen('.ChatMessageReceived', resolve);
      channel.error(reject);
      channel.subscribed(() => {
        agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'from Laravel' }).catch(reject);
      });
    });
    expect(await heard).toMatchObject({ conversation_id: id, text: 'from Laravel', seq: 2 });
  });

  test('agents follow the inbox, their own stream and each other', async () => {
    const visitor = await newVisitor(server.url);
    const agent = await signIn(server.url, OWNER);
    const { conversation_id: id } = await visitor.say('Hello');
    const names = [
      'private-chat.site.1.inbox',
      `${channelOf(id)}.agents`,
      'presence-chat.site.1.agents',
    ];
    const headers = { cookie: agent.sessionCookie };
    const [inbox, stream, presence] = await Promise.all(
      names.map((name) => listenTo(name, { ...own, headers })),
    );
    onTestFinished(() => {
      for (const listener of [inbox, stream, presence]) listener?.disconnect();
    });
    await visitor.say('Anybody?');
    const [row] = (await inbox?.heard('ChatInboxUpdated')) ?? [];
    expect(z.parse(ChatInboxUpdated, row).conversation).toMatchObject({ id, unread: 2, head: 2 });
    expect(await stream?.heard('ChatMessageReceived')).toMatchObject([
      { text: 'Anybody?', seq: 2 },
    ]);
    const members = presence?.client.channel('presence-chat.site.1.agents');
    expect(members).toMatchObject({ members: { myID: String(agent.id), count: 1 } });
  });

  test('[SEC-1] a channel of another visitor is refused by pusher-js itself', async () => {
    const [visitor, other] = [await newVisitor(server.url), await newVisitor(server.url)];
    const { conversation_id: id } = await visitor.say('private');
    await expect(listening(other, channelOf(id))).rejects.toThrow('Not subscribed');
    await expect(listening(visitor, `${channelOf(id)}.agents`)).rejects.toThrow('Not subscribed');
  });

  test('[RT-5] a message that exceeds 10 KB comes as a pointer, and in full over polling', async () => {
    const visitor = await newVisitor(server.url);
    const { conversation_id: id } = await visitor.say('short');
    const start = await visitor.call('GET', '/api/chatbot/updates');
    const { cursor } = start.json as { cursor: string };
    const listener = await listening(visitor, channelOf(id));
    const text = '語'.repeat(4_000);
    await visitor.say(text);
    expect(await listener.heard('ChatMessageReceived')).toEqual([
      { conversation_id: id, seq: 2, truncated: true },
    ]);
    const polled = await visitor.call('GET', `/api/chatbot/updates?cursor=${cursor}`);
    expect(polled.json).toMatchObject({ events: [{ data: { text, seq: 2 } }] });
  });

  test('[SYNC-3] events of many concurrent sends arrive dense and in order', async () => {
    const visitor = await newVisitor(server.url);
    const { conversation_id: id } = await visitor.say('first');
    const listener = await listening(visitor, channelOf(id));
    await Promise.all(Array.from({ length: 30 }, (_, i) => visitor.say(`message ${i}`)));
    const heard = await listener.heard('ChatMessageReceived', 30);
    const seqs = heard.map((data) => (data as { seq: number }).seq);
    expect(seqs).toEqual(Array.from({ length: 30 }, (_, i) => i + 2));
  });
});

test("Laravel's .env: the Pusher-protocol server answers on REVERB_PORT as well", async () => {
  const port = await freePort();
  const server = await startHere({
    REVERB_APP_ID: '1',
    REVERB_APP_KEY: 'laravel-key',
    REVERB_APP_SECRET: 'laravel-secret',
    REVERB_HOST: 'localhost',
    REVERB_PORT: String(port),
    REVERB_SCHEME: 'http',
  });
  expect((await configOf(server)).reverb).toMatchObject({ host: 'localhost', port });
  const visitor = await newVisitor(server.url);
  const { conversation_id: id } = await visitor.say('Hello');
  const options = { key: 'laravel-key', authUrl: server.url, headers: visitor.headers };
  // And on the main port too: the same server, so both hear the same.
  const [there, here] = await Promise.all([
    listenTo(channelOf(id), { ...options, port }),
    listenTo(channelOf(id), { ...options, port: server.port }),
  ]);
  await visitor.say('on both');
  expect(await there.heard('ChatMessageReceived')).toMatchObject([{ text: 'on both' }]);
  expect(await here.heard('ChatMessageReceived')).toMatchObject([{ text: 'on both' }]);
  there.disconnect();
  here.disconnect();
});

test('a port that is taken: the start fails, and says which setting chose it', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  await expect(start({ REVERB_PORT: String(port) })).rejects.toThrow(
    `Cannot listen on port ${port} (REVERB_PORT)`,
  );
  await expect(start({ PORT: String(port) })).rejects.toThrow(`port ${port} (PORT)`);
});

describe('REVERB_SERVER=external', () => {
  test('publishes to that one and starts none of its own', async () => {
    const remote = await startRemote();
    onTestFinished(() => remote.close());
    const server = await startHere({
      REVERB_SERVER: 'external',
      REVERB_APP_ID: REMOTE.id,
      REVERB_APP_KEY: REMOTE.key,
      REVERB_APP_SECRET: REMOTE.secret,
      REVERB_HOST: '127.0.0.1',
      REVERB_PORT: String(remote.port),
    });
    expect(await configOf(server)).toMatchObject({
      realtimeProvider: 'reverb',
      reverb: { enabled: true, key: REMOTE.key, port: remote.port, heads: false },
    });
    const visitor = await newVisitor(server.url);
    const agent = await signIn(server.url, OWNER);
    const { conversation_id: id } = await visitor.say('Hello');
    const options = { key: REMOTE.key, authUrl: server.url, headers: visitor.headers };
    const listener = await listenTo(channelOf(id), { ...options, port: remote.port });
    await agent.call('POST', `/admin/chatbot/${id}/typing`, { typing: true });
    await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'from afar' });
    expect(await listener.heard('ChatTyping')).toMatchObject([{ typing: true }]);
    // The first message may still have been on its way when the listener came.
    await expect
      .poll(() => listener.heard('ChatMessageReceived'), { timeout: 5_000 })
      .toContainEqual(expect.objectContaining({ text: 'from afar' }));
    listener.disconnect();
    // Its own port knows no Pusher protocol: that is what external means.
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const own = await call(`${server.url}/app/${REMOTE.key}?protocol=7`, { headers: upgrade });
    expect(own.status).toBe(404);
  });
});

test('[RT-0] BROADCAST_CONNECTION=null leaves polling, and authorizes nothing', async () => {
  const server = await startHere({ BROADCAST_CONNECTION: 'null' });
  expect(await configOf(server)).toMatchObject({
    realtimeProvider: 'polling',
    reverb: { enabled: false },
    pusher: { enabled: false },
  });
  const visitor = await newVisitor(server.url);
  const { conversation_id: id } = await visitor.say('Hello');
  const body = { socket_id: '1.2', channel_name: channelOf(id) };
  expect((await visitor.call('POST', '/broadcasting/auth', body)).status).toBe(422);
});
