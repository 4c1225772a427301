import type { ChatViewing } from '@parley/protocol';
import { SignJWT } from 'jose';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { type RunningRedis, startRedis } from '../../../scripts/testing/redis-server.ts';
import { createAgentCommands } from './agent/agent.commands.ts';
import { postgresDatabases, type TestDatabases } from './testing/databases.ts';
import {
  call,
  caller,
  newVisitor,
  signIn,
  type TestAgent,
  type TestVisitor,
} from './testing/http-client.ts';
import { openDashboard } from './testing/dashboard-client.ts';
import { waitForLooks } from './testing/lookout.ts';
import { startProcess, type StartedProcess } from './testing/process.ts';
import { listenTo, type Listener } from './testing/pusher-clients.ts';
import { OWNER, SITE_TOKEN } from './testing/running-server.ts';

/** Several real processes on one PostgreSQL and one Redis are one server. */

const postgresUrl = inject('postgresUrl');
const redisServer = inject('redisServer');
const INBOX = 'private-chat.site.1.inbox';

/** What takes a while when a bus was lost: reconnecting is tried again after a second or two. */
const PATIENT = { timeout: 15_000 };

const channelOf = (id: number): string => `private-chat.conversation.${id}`;

interface Node extends StartedProcess {
  readonly port: number;
  readonly key: string;
}

describe.skipIf(postgresUrl === null || redisServer === null)('several nodes', () => {
  let databases: TestDatabases;
  let redis: RunningRedis;

  beforeAll(async () => {
    databases = await postgresDatabases(postgresUrl ?? '');
    redis = await startRedis(redisServer ?? '');
  });
  afterAll(async () => {
    await redis.stop();
    await databases.discard();
  });

  async function startNode(): Promise<Node> {
    const started = await startProcess(
      [],
      {
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'info',
        RATE_LIMITS: 'off',
        DATABASE_URL: databases.url ?? '',
        REDIS_URL: redis.url,
        PARLEY_SITE_TOKEN: SITE_TOKEN,
        PARLEY_ADMIN_EMAIL: OWNER.email,
        PARLEY_ADMIN_PASSWORD: OWNER.password,
      },
      /Sign in/,
    );
    const { json } = await call(`${started.url}/api/chatbot/config?token=${SITE_TOKEN}`);
    const { reverb } = json as { reverb: { key: string; port: number } };
    return { ...started, ...reverb };
  }

  /** Another agent of the first site; there is no call for it yet. */
  async function newColleague() {
    const database = await databases.open();
    const random = { token: () => crypto.randomUUID() };
    const commands = createAgentCommands({ database, clock: { now_ms: () => Date.now() }, random });
    const colleague = {
      email: 'colleague@agents.example',
      password: 'the password of a colleague',
    };
    const { id } = await commands.createAgent({ name: 'Colleague', ...colleague });
    await commands.addMembership({ siteId: 1, agentId: id, role: 'agent' });
    await database.close();
    return colleague;
  }

  /** A socket on one node, whose channels are authorized by another, as behind a load balancer. */
  async function listen(
    on: Node,
    by: Node,
    name: string,
    headers: TestAgent['headers'],
  ): Promise<Listener> {
    const listener = await listenTo(name, { port: on.port, key: on.key, authUrl: by.url, headers });
    onTestFinished(() => {
      listener.disconnect();
    });
    return listener;
  }

  const asAgent = (agent: TestAgent) => ({ cookie: agent.sessionCookie });

  interface Scene {
    readonly one: Node;
    readonly two: Node;
    readonly visitor: TestVisitor;
    readonly agent: TestAgent;
    readonly id: number;
  }

  async function scene(): Promise<Scene> {
    const one = await startNode();
    const two = await startNode();
    const visitor = await newVisitor(one.url);
    const agent = await signIn(two.url, OWNER);
    const { conversation_id: id } = await visitor.say('Hello');
    return { one, two, visitor, agent, id };
  }

  /** They look every second who is there: so long they have to know of each other. */
  async function eachLooked(nodes: number): Promise<void> {
    const outside = new Client({ connectionString: databases.url ?? '' });
    await outside.connect();
    await waitForLooks(outside, nodes);
    await outside.end();
  }

  const reply = (agent: TestAgent, id: number, text: string) =>
    agent.call('POST', `/admin/chatbot/${id}/reply`, { text });

  test(
    '[RT-5][SYNC-6][SYNC-7] a visitor on one and an agent on the other are live, and so are polls',
    { timeout: 60_000 },
    async () => {
      const { one, two, visitor, agent, id } = await scene();
      const [visitors, agents, inbox] = [
        await listen(one, two, channelOf(id), visitor.headers),
        await listen(two, one, `${channelOf(id)}.agents`, asAgent(agent)),
        await listen(two, two, INBOX, asAgent(agent)),
      ];
      expect(await visitors.heard('ChatHead')).toEqual([{ conversation_id: id, head: 1 }]);
      expect(await agents.heard('ChatHead')).toEqual([{ conversation_id: id, head: 1 }]);
      const dashboard = await openDashboard(two.url, asAgent(agent));
      await agent.call('POST', `/admin/chatbot/${id}/typing`, { typing: true });
      expect(await visitors.heard('ChatTyping')).toMatchObject([{ typing: true }]);
      await reply(agent, id, 'from the other node');
      expect(await visitors.heard('ChatMessageReceived')).toMatchObject([
        { text: 'from the other node', seq: 2 },
      ]);
      await visitor.say('and back');
      expect(await agents.heard('ChatMessageReceived', 2)).toMatchObject([{ seq: 2 }, { seq: 3 }]);
      const row = { conversation: { id, last_message: { preview: 'and back' } } };
      expect((await inbox.heard('ChatInboxUpdated', 2)).at(-1)).toMatchObject(row);
      await dashboard.state((users) =>
        users.some(({ chats }) => chats[0]?.messages.at(-1)?.content === 'and back'),
      );
      // Who is on a page is told from node to node, and not kept.
      await agent.call('PATCH', '/admin/sites/1', { settings: { live_visitors: true } });
      const looking = caller(one.url, asAgent(agent));
      await looking.call('GET', '/admin/visitors');
      const page = { url: 'https://shop.example/cart' };
      const site = caller(two.url, { authorization: `Bearer ${SITE_TOKEN}` });
      await site.call('POST', '/api/chatbot/init', { visitor_token: visitor.token, page });
      expect(await inbox.heard('ChatVisitorsChanged')).toEqual([{ site_id: 1 }]);
      const { json: live } = await looking.call('GET', '/admin/visitors');
      expect(live).toMatchObject({ visitors: [{ page, conversation_id: id }] });
      await agent.call('POST', `/admin/chatbot/${id}/mark-read`, { up_to: 3 });
      expect(await visitors.heard('ChatMessagesRead')).toMatchObject([
        { reader: 'agent', up_to: 3 },
      ]);

      const { cursor } = (await visitor.call('GET', '/api/chatbot/updates')).json as {
        cursor: string;
      };
      const poll = visitor.call('GET', `/api/chatbot/updates?cursor=${cursor}&wait=20`);
      const began = performance.now();
      await reply(agent, id, 'to who polls');
      expect((await poll).json).toMatchObject({ events: [{ data: { text: 'to who polls' } }] });
      expect(performance.now() - began).toBeLessThan(15_000);
    },
  );

  test('[PP-4] agents see each other across nodes', { timeout: 60_000 }, async () => {
    const { one, two, agent, id } = await scene();
    const presence = 'presence-chat.site.1.agents';
    const colleague = await signIn(one.url, await newColleague());
    const here = await listen(one, one, presence, asAgent(colleague));
    await listen(two, two, presence, asAgent(agent));
    const member = { id: String(agent.id) };
    expect(await here.heard('pusher:member_added')).toMatchObject([member]);
    const open = `${channelOf(id)}.agents`;
    const theirs = await listen(one, one, open, asAgent(colleague));
    await listen(two, one, open, asAgent(agent));
    const [{ agents }] = (await theirs.heard('ChatViewing')) as [ChatViewing];
    expect(new Set(agents.map((viewer) => viewer.id))).toEqual(new Set([agent.id, colleague.id]));
    two.process.kill('SIGTERM');
    expect(await here.heard('pusher:member_removed')).toMatchObject([member]);
  });

  test(
    '[SEC-5] signing out on one closes a socket on the other, and ends its polls',
    { timeout: 60_000 },
    async () => {
      const { one, two, agent } = await scene();
      const listener = await listen(one, two, INBOX, asAgent(agent));
      const elsewhere = caller(one.url, agent.headers);
      const { cursor } = (await elsewhere.call('GET', '/admin/updates')).json as { cursor: string };
      const poll = elsewhere.call('GET', `/admin/updates?cursor=${cursor}&wait=25`);
      const end = new Promise((resolve) => {
        listener.client.connection.bind('error', (error: { data?: { code?: number } }) => {
          resolve(error.data?.code);
        });
      });
      const dashboard = await openDashboard(one.url, asAgent(agent));
      await dashboard.state(() => true);
      const began = performance.now();
      expect((await agent.call('POST', '/admin/logout')).status).toBe(200);
      expect(await end).toBe(4009);
      expect(await dashboard.closed).toBe(1008);
      expect((await poll).status).toBe(401);
      expect(performance.now() - began).toBeLessThan(10_000);
      expect((await elsewhere.call('GET', '/admin/me')).status).toBe(401);
    },
  );

  test(
    '[SYNC-8] a node that is killed takes nothing along: who was on it goes on at the other',
    { timeout: 60_000 },
    async () => {
      const { one, two, visitor, agent, id } = await scene();
      const visitors = await listen(one, one, channelOf(id), visitor.headers);
      await reply(agent, id, 'before');
      await visitors.heard('ChatMessageReceived');
      await eachLooked(2);
      two.process.kill('SIGKILL');
      // Should it have committed what it did not live to publish: the head says so.
      const since = performance.now();
      expect((await visitors.heard('ChatHead', 2)).at(-1)).toEqual({
        conversation_id: id,
        head: 2,
      });
      expect(performance.now() - since).toBeLessThan(15_000);
      const moved = caller(one.url, agent.headers);
      await moved.call('POST', `/admin/chatbot/${id}/reply`, { text: 'after' });
      expect(await visitors.heard('ChatMessageReceived', 2)).toMatchObject([
        { text: 'before' },
        { text: 'after' },
      ]);
    },
  );

  test(
    '[SYNC-8] Redis goes and comes: nobody is cut off, and heads are told again',
    { timeout: 60_000 },
    async () => {
      const { one, two, visitor, agent, id } = await scene();
      const visitors = await listen(one, one, channelOf(id), visitor.headers);
      const agents = await listen(two, two, `${channelOf(id)}.agents`, asAgent(agent));
      const own = await signIn(one.url, OWNER);
      const signedOut = await listen(two, one, INBOX, asAgent(own));
      const end = new Promise((resolve) => {
        signedOut.client.connection.bind('error', (error: { data?: { code?: number } }) => {
          resolve(error.data?.code);
        });
      });
      const { port } = redis;
      await redis.stop();
      await expect
        .poll(() => one.output() + two.output(), PATIENT)
        .toMatch(/bus is lost[^]*bus is lost/);
      // On its own node a message is live all the same; the other one hears nothing.
      await reply(agent, id, 'in the meantime');
      expect(await agents.heard('ChatMessageReceived')).toMatchObject([{ seq: 2 }]);
      expect((await own.call('POST', '/admin/logout')).status).toBe(200);
      redis = await startRedis(redisServer ?? '', { port });
      const heads = await visitors.heard('ChatHead', 2);
      expect(heads.at(-1)).toEqual({ conversation_id: id, head: 2 });
      expect(await end).toBe(4009);
      await reply(agent, id, 'live again');
      await expect
        .poll(async () => (await visitors.heard('ChatMessageReceived')).at(-1), PATIENT)
        .toMatchObject({ seq: 3, text: 'live again' });
      expect(visitors.client.connection.state).toBe('connected');
    },
  );

  test(
    '[SEC-2] a token that ended while Redis was away opens nothing on another node once it is back',
    { timeout: 60_000 },
    async () => {
      const { one, two, visitor, agent, id } = await scene();
      const read = () =>
        call(`${two.url}/api/chatbot/conversation/${id}`, { headers: visitor.headers });
      expect((await read()).status).toBe(200);
      const owner = caller(one.url, agent.headers);
      const { json } = await owner.call('POST', '/admin/sites/1/identity-secret');
      const { identity_secret: secret } = json as { identity_secret: string };
      const { port } = redis;
      await redis.stop();
      await expect
        .poll(() => one.output() + two.output(), PATIENT)
        .toMatch(/bus is lost[^]*bus is lost/);
      const identity_token = await new SignJWT({})
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('somebody')
        .setExpirationTime('5m')
        .sign(new TextEncoder().encode(secret));
      const verified = await call(`${one.url}/api/chatbot/init`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SITE_TOKEN}` },
        body: { visitor_token: visitor.token, identity_token },
      });
      expect(verified.status).toBe(200);
      redis = await startRedis(redisServer ?? '', { port });
      await expect.poll(async () => (await read()).status, PATIENT).toBe(401);
    },
  );
});
