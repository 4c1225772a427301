import { setTimeout as delay } from 'node:timers/promises';
import { InitAnswer } from '@parley/protocol';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod/mini';
import { plain, runOne } from '../database/database.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import {
  call,
  codeOfAnswer,
  newVisitor,
  signIn,
  type TestAgent,
  visitorFrom,
} from '../testing/http-client.ts';
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

test('[SEC-4] who knew the token before the visitor turned out to be a person hears nothing of it', async () => {
  const site = await server.newSite();
  const init = async (body: object) => {
    const headers = { authorization: `Bearer ${site.token}` };
    const options = { method: 'POST', headers, body };
    return z.parse(InitAnswer, (await call(`${server.url}/api/chatbot/init`, options)).json);
  };
  const identityOf = (person: string) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(person)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(site.identitySecret));
  // One that was there before, and one whose first browser this is.
  await init({ identity_token: await identityOf('known') });
  for (const person of ['known', 'new']) {
    // Whoever used the browser before kept the token.
    const visitor = await newVisitor(server.url, site.token);
    const { conversation_id: id } = await visitor.say('before');
    const listener = await listen(visitor.headers, `private-chat.conversation.${id}`);
    const refused = listener.heard('pusher:subscription_error');
    const before = { visitor_token: visitor.token, identity_token: await identityOf(person) };
    const answer = await init(before);
    expect(await refused, person).toMatchObject([{ status: 401 }]);
    for (const path of [`/api/chatbot/conversation/${id}`, '/api/chatbot/updates']) {
      expect(codeOfAnswer(await visitor.call('GET', path)), person).toBe('unauthenticated');
    }
    // And an answer that was lost on its way is given once more.
    const again = await init(before);
    expect(again.visitor.id, person).toBe(answer.visitor.id);
    for (const each of [answer, again]) {
      expect(await visitorFrom(server.url, each).say('after')).toMatchObject({
        conversation_id: id,
      });
    }
  }
});

test('[SEC-5] a visitor that is blocked loses its sockets at once and gets no others, and reads on by polling', async () => {
  const agent = await signIn(server.url, OWNER);
  const [visitor, other] = [await newVisitor(server.url), await newVisitor(server.url)];
  const { conversation_id: id } = await visitor.say('Hello');
  const { conversation_id: otherId } = await other.say('Hello');
  const channel = `private-chat.conversation.${id}`;
  const listener = await listen(visitor.headers, channel);
  const bystander = await listen(other.headers, `private-chat.conversation.${otherId}`);
  const ask = () => ({ socket_id: listener.client.connection.socket_id, channel_name: channel });
  const authorization = () => visitor.call('POST', '/broadcasting/auth', ask());
  const end = closed(listener);
  const block = (blocked: boolean) =>
    agent.call('PATCH', `/admin/visitors/${visitor.id}`, { blocked });
  expect((await block(true)).status).toBe(200);
  expect(await end).toBe(4009);
  const refused = await authorization();
  expect([refused.status, codeOfAnswer(refused)]).toEqual([403, 'visitor_blocked']);
  const { cursor } = (await visitor.call('GET', '/api/chatbot/updates')).json as { cursor: string };
  const poll = visitor.call('GET', `/api/chatbot/updates?cursor=${cursor}&wait=25`);
  await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'Enough' });
  expect((await poll).text).toContain('Enough');
  expect(bystander.client.connection.state).toBe('connected');
  expect((await block(false)).status).toBe(200);
  expect((await authorization()).status).toBe(200);
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
