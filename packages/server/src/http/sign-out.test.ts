import { setTimeout as delay } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { plain, runOne } from '../database/database.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { call, newVisitor, signIn, type TestAgent } from '../testing/http-client.ts';
import { listenTo, type Listener } from '../testing/pusher-clients.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';

/** SEC-5: what ends a login ends its sockets, as the real pusher-js sees it. */

const INBOX = 'private-chat.site.1.inbox';

let databases: TestDatabases;
let server: RunningServer;
let key: string;

beforeAll(async () => {
  databases = await sqliteDatabases();
  server = await startServer(databases, { recheckInterval_ms: 100 });
  const { json } = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
  ({ key } = (json as { reverb: { key: string } }).reverb);
});
afterAll(async () => {
  await server.stop();
  await databases.discard();
});

async function listen(headers: Record<string, unknown>, channel = INBOX): Promise<Listener> {
  const listener = await listenTo(channel, {
    port: server.port,
    key,
    authUrl: server.url,
    headers: headers as TestAgent['headers'],
  });
  onTestFinished(() => {
    listener.disconnect();
  });
  return listener;
}

const asAgent = (agent: TestAgent): Promise<Listener> => listen({ cookie: agent.sessionCookie });

/** Resolves when the socket is gone, with the code. */
function closed({ client }: Listener): Promise<unknown> {
  return new Promise((resolve) => {
    client.connection.bind('error', (error: { data?: { code?: number } }) => {
      resolve(error.data?.code);
    });
  });
}

const authorize = (agent: TestAgent, socketId: string) =>
  agent.call('POST', '/broadcasting/auth', { socket_id: socketId, channel_name: INBOX });

test('[SEC-5] signing out closes the sockets of that session, and no others, and they stay away', async () => {
  const [agent, other] = [await signIn(server.url, OWNER), await signIn(server.url, OWNER)];
  const [first, second, elsewhere] = [
    await asAgent(agent),
    await asAgent(agent),
    await asAgent(other),
  ];
  const visitor = await newVisitor(server.url);
  const { conversation_id: id } = await visitor.say('Hello');
  const visitors = await listen(visitor.headers, `private-chat.conversation.${id}`);
  const ends = [closed(first), closed(second)];
  const began = performance.now();
  expect((await agent.call('POST', '/admin/logout')).status).toBe(200);
  expect(await Promise.all(ends)).toEqual([4009, 4009]);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect((await authorize(agent, first.client.connection.socket_id)).status).toBe(401);
  // pusher-js gives up after 4009; after a loss it would be back within 1 s.
  await delay(1_200);
  expect(first.client.connection.state).toBe('disconnected');
  await visitor.say('Anybody?');
  expect(await elsewhere.heard('ChatInboxUpdated')).not.toEqual([]);
  expect(await visitors.heard('ChatMessageReceived')).toMatchObject([{ text: 'Anybody?' }]);
});

test('[SEC-5] a login in place of another ends the sockets of the former', async () => {
  const agent = await signIn(server.url, OWNER);
  const listener = await asAgent(agent);
  const end = closed(listener);
  const again = await call(`${server.url}/admin/login`, {
    method: 'POST',
    headers: { cookie: agent.sessionCookie },
    body: OWNER,
  });
  expect(again.status).toBe(200);
  expect(await end).toBe(4009);
});

test('[SEC-5] an agent that is disabled, in whatever way, loses its sockets and its polls', async () => {
  const account = await server.newAgent([{ siteId: 1 }]);
  const agent = await signIn(server.url, account);
  const listener = await asAgent(agent);
  const { cursor } = (await agent.call('GET', '/admin/updates')).json as { cursor: string };
  const poll = agent.call('GET', `/admin/updates?cursor=${cursor}&wait=25`);
  const end = closed(listener);
  await disable(server, account.id);
  expect(await end).toBe(4009);
  expect((await poll).status).toBe(401);
  expect((await authorize(agent, listener.client.connection.socket_id)).status).toBe(401);
});

test('[SEC-5] a membership that is removed is felt at once: the channel is refused on the way back', async () => {
  const account = await server.newAgent([{ siteId: 1 }]);
  const agent = await signIn(server.url, account);
  const listener = await asAgent(agent);
  const refused = listener.heard('pusher:subscription_error');
  await leaveSites(server, account.id);
  await refused;
  expect((await agent.call('GET', '/admin/me')).json).toMatchObject({ sites: [] });
});

test('[SYNC-13] a visitor that turned out to be a person comes back and is authorized as that person', async () => {
  const site = await server.newSite();
  const init = (body: object) =>
    call(`${server.url}/api/chatbot/init`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.token}` },
      body,
    });
  const identity_token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('person-7')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(site.identitySecret));
  await init({ identity_token });
  const visitor = await newVisitor(server.url, site.token);
  const { conversation_id: id } = await visitor.say('before');
  const listener = await listen(visitor.headers, `private-chat.conversation.${id}`);
  const before = listener.client.connection.socket_id;
  await init({ visitor_token: visitor.token, identity_token });
  await listener.heard('pusher:subscription_succeeded', 2);
  expect(listener.client.connection.socket_id).not.toBe(before);
  await visitor.say('after');
  await expect
    .poll(async () => (await listener.heard('ChatMessageReceived')).at(-1))
    .toMatchObject({ text: 'after' });
});

/** There is no call for these yet, so straight into the tables. */
function disable({ database }: RunningServer, id: number): Promise<number> {
  const { db } = database.sql;
  return database.write(
    runOne,
    plain(db.updateTable('agents').set({ disabled: 1 }).where('id', '=', id).compile()),
  );
}

function leaveSites({ database }: RunningServer, id: number): Promise<number> {
  const { db } = database.sql;
  return database.write(
    runOne,
    plain(db.deleteFrom('memberships').where('agent_id', '=', id).compile()),
  );
}
