import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { plain, runOne } from '../database/database.ts';
import {
  handshake,
  openDashboard,
  SUBSCRIBE,
  usersOf,
  type DashboardClient,
} from '../testing/dashboard-client.ts';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import { call, newVisitor, signIn, type TestAgent } from '../testing/http-client.ts';
import { type RunningServer, startServer } from '../testing/running-server.ts';

/** SPEC §3, “Sakura dashboard socket”, as a plain WebSocket client sees it. */
export function dashboardSocketContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;

  beforeAll(async () => {
    databases = await make();
    server = await startServer(databases, { recheckInterval_ms: 100 });
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  /** A site of its own with its owner, and an agent of that site alone. */
  async function scene() {
    const site = await server.newSite();
    const owner = await server.newAgent([{ siteId: site.id, role: 'owner' }]);
    const account = await server.newAgent([{ siteId: site.id }]);
    const agent = await signIn(server.url, account);
    const visitor = await newVisitor(server.url, site.token);
    return { site, owner, account, agent, visitor };
  }

  const open = (agent: TestAgent, options?: { subscribes: boolean }): Promise<DashboardClient> =>
    openDashboard(server.url, { cookie: agent.sessionCookie }, options);

  const contents = (users: ReturnType<typeof usersOf>): string[] =>
    users.flatMap(({ chats }) => chats.flatMap(({ messages }) => messages.map((m) => m.content)));

  const saying = (text: string) => (users: ReturnType<typeof usersOf>) =>
    contents(users).includes(text);

  const reply = (agent: TestAgent, id: number, text: string, isPrivate = false) =>
    agent.call('POST', `/admin/chatbot/${id}/reply`, {
      text,
      private: isPrivate,
      client_message_id: randomUUID(),
    });

  test('the whole state comes at once and after each change, to each member of the site', async () => {
    const { site, owner, agent, visitor } = await scene();
    const { conversation_id: id } = await visitor.say('first');
    const dashboard = await open(agent);
    const [user, ...others] = await dashboard.state(() => true);
    expect(others).toEqual([]);
    expect(user).toEqual({
      _id: visitor.id,
      name: 'Unknown',
      email: null,
      category: 'human-chats',
      status: 'active',
      dashboard_user_id: owner.id,
      chats: [
        {
          id,
          status: 'open',
          messages: [
            {
              id: expect.any(Number) as unknown,
              role: 'user',
              content: 'first',
              attachments: [],
              timestamp: expect.stringMatching(
                /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
              ) as unknown,
            },
          ],
        },
      ],
    });

    await call(`${server.url}/api/chatbot/init`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.token}` },
      body: { visitor_token: visitor.token, name: 'Sakura', email: 'Sakura@people.example' },
    });
    await dashboard.state(([user]) => user?.name === 'Sakura');
    await reply(agent, id, 'of an agent');
    await reply(agent, id, 'a note', true);
    await postForm(visitor, '/api/chatbot/file', { files: [['files', 'a.txt', 'A file']] });
    const named = await dashboard.state(([user]) => user?.chats[0]?.messages.length === 3);
    expect(named[0]).toMatchObject({ name: 'Sakura', email: 'Sakura@people.example' });
    expect(named[0]?.chats[0]?.messages).toMatchObject([
      { role: 'user', content: 'first' },
      { role: 'agent', content: 'of an agent', attachments: [] },
      {
        role: 'user',
        attachments: [{ name: 'a.txt', url: expect.stringMatching('^/files/') as unknown }],
      },
    ]);
    await agent.call('PATCH', `/admin/chatbot/${id}`, { status: 'resolved' });
    await dashboard.state(([user]) => user?.chats[0]?.status === 'resolved');
    // Whoever polls in place of it finds the same, by the visitor's token and as an agent.
    const path = `/api/users/${encodeURIComponent('sakura@people.example')}/chats`;
    const chats = { chats: dashboard.frames.map(usersOf).at(-1)?.[0]?.chats };
    expect((await visitor.call('GET', path)).json).toMatchObject(chats);
    expect((await agent.call('GET', path)).json).toMatchObject(chats);
  });

  test('[SEC-1] nobody receives a user of a site that is not theirs', async () => {
    const [mine, theirs] = [await scene(), await scene()];
    await theirs.visitor.say('private');
    const dashboard = await open(mine.agent);
    await dashboard.state((users) => users.length === 0);
    await theirs.visitor.say('private too');
    await mine.visitor.say('mine');
    await dashboard.state(saying('mine'));
    for (const users of dashboard.frames.map(usersOf))
      expect(contents(users)).not.toContain('private');
    const both = await server.newAgent([{ siteId: mine.site.id }, { siteId: theirs.site.id }]);
    const wide = await (
      await open(await signIn(server.url, both))
    ).state((users) => users.length === 2);
    expect(contents(wide)).toEqual(['mine', 'private', 'private too']);
    expect(new Set(wide.map((user) => user.dashboard_user_id))).toEqual(
      new Set([mine.owner.id, theirs.owner.id]),
    );
  });

  test('the newest 50 messages of a chat, and states at least 50 ms apart', async () => {
    const { agent, visitor } = await scene();
    await visitor.say('0');
    const dashboard = await open(agent);
    await dashboard.state(saying('0'));
    for (let n = 1; n <= 60; n += 1) await visitor.say(String(n));
    const users = await dashboard.state(saying('60'));
    expect(contents(users)).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 11)));
    const gaps = dashboard.times_ms.slice(1).map((time, i) => time - (dashboard.times_ms[i] ?? 0));
    expect(dashboard.frames.length).toBeLessThan(60);
    // What is sent 50 ms apart may arrive a little closer.
    expect(Math.max(0, ...gaps)).toBeGreaterThanOrEqual(45);
  });

  test('what is not read is not queued: once read, the newest state follows', async () => {
    const { site, agent, visitor } = await scene();
    const fill = async (): Promise<void> => {
      const filler = await newVisitor(server.url, site.token);
      for (let n = 0; n < 10; n += 1) await filler.say('x'.repeat(9_900));
    };
    // More in each state than the systems on both sides hold of a few of them.
    await Promise.all(Array.from({ length: 8 }, fill));
    const slow = connect(server.port, '127.0.0.1');
    onTestFinished(() => void slow.destroy());
    let received = '';
    slow.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    slow.write(
      `GET /ws/dashboard HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nCookie: ${agent.sessionCookie}\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await expect.poll(() => received).toContain('101');
    slow.pause();
    slow.write(masked(SUBSCRIBE));
    // Another one reads: so the states were made.
    const reader = await open(agent);
    for (let n = 0; n < 25; n += 1) {
      await visitor.say(`later ${n}`);
      await reader.state(saying(`later ${n}`));
    }
    slow.resume();
    await expect.poll(() => received, { timeout: 10_000 }).toContain('later 24');
    const states = received.split('"type":"chat_updates"').length - 1;
    expect(states).toBeLessThan(reader.frames.length - 5);
  });

  test('without a change nothing comes; what no event told comes within the safety net', async () => {
    const { site, agent, visitor } = await scene();
    await visitor.say('Hello');
    const dashboard = await open(agent);
    await dashboard.state(saying('Hello'));
    const { db } = server.database.sql;
    await server.database.write(
      runOne,
      plain(
        db
          .updateTable('visitors')
          .set({ name: 'Renamed' })
          .where('site_id', '=', site.id)
          .compile(),
      ),
    );
    await dashboard.state(([user]) => user?.name === 'Renamed');
    expect(dashboard.frames).toHaveLength(2);
    dashboard.webSocket.send(SUBSCRIBE);
    await expect.poll(() => dashboard.frames).toHaveLength(3);
  });

  test('[SEC-4] a foreign, null or look-alike Origin is refused, as is who is not signed in', async () => {
    const { agent } = await scene();
    const { url } = server;
    const cookie = agent.sessionCookie;
    expect(await handshake(url, { cookie })).toBe(101);
    expect(await handshake(url, { cookie, origin: url })).toBe(101);
    const own = `127.0.0.1:${server.port}`;
    for (const origin of [
      'https://evil.example',
      'null',
      `http://${own}.evil.example`,
      `http://evil.example/${own}`,
      `http://user@${own}`,
      `http://127.0.0.1:${server.port + 1}`,
      `http://127.0.0.1`,
      `HTTP://${own}`,
      '',
    ]) {
      expect.soft(await handshake(url, { cookie, origin }), origin).toBe(403);
    }
    expect(await handshake(url, {})).toBe(401);
    expect(await handshake(url, { cookie: 'parley_session=wrong' })).toBe(401);
    const visitor = await newVisitor(url);
    expect(await handshake(url, visitor.headers)).toBe(401);
    expect(await handshake(url, { cookie, 'sec-websocket-version': '8' })).toBe(400);
  });

  test('[SEC-5] signing out, a removed membership and a disabled agent end it within a second', async () => {
    const { account, agent, visitor } = await scene();
    await visitor.say('Hello');
    const { db } = server.database.sql;
    const ends: [number, () => Promise<unknown>][] = [
      [1008, async () => agent.call('POST', '/admin/logout')],
      [
        1012,
        async () =>
          server.database.write(
            runOne,
            plain(db.deleteFrom('memberships').where('agent_id', '=', account.id).compile()),
          ),
      ],
      [
        1008,
        async () =>
          server.database.write(
            runOne,
            plain(
              db.updateTable('agents').set({ disabled: 1 }).where('id', '=', account.id).compile(),
            ),
          ),
      ],
    ];
    const sessions = [agent, await signIn(server.url, account), await signIn(server.url, account)];
    for (const [index, [code, end]] of ends.entries()) {
      const dashboard = await open(sessions[index] ?? agent);
      await dashboard.state(() => true);
      const began = performance.now();
      await end();
      expect(await dashboard.closed).toBe(code);
      expect(performance.now() - began).toBeLessThan(10_000);
    }
  });

  test('an agent who joins a site sees its users without coming back', async () => {
    const { agent } = await scene();
    const other = await scene();
    await other.visitor.say('of the other site');
    const dashboard = await open(agent);
    await dashboard.state((users) => users.length === 0);
    const { db } = server.database.sql;
    const row = { site_id: other.site.id, agent_id: agent.id, role: 'agent', created_at: 1 };
    await server.database.write(runOne, plain(db.insertInto('memberships').values(row).compile()));
    await dashboard.state(saying('of the other site'));
  });

  test('what is not understood is answered, what is too large closed, and others live', async () => {
    const { agent, visitor } = await scene();
    const [loud, bystander] = [await open(agent, { subscribes: false }), await open(agent)];
    const nonsense = ['', '{', 'null', '[]', '{"type":"subscribe"}', '{"__proto__":{"type":1}}'];
    for (const text of nonsense) loud.webSocket.send(text);
    await expect.poll(() => loud.frames).toHaveLength(nonsense.length);
    expect(loud.frames[0]).toMatchObject({ type: 'error', error: { code: 'invalid_request' } });
    loud.webSocket.send('['.repeat(40_000));
    expect(await loud.closed).toBe(1009);
    await visitor.say('still here');
    await bystander.state(saying('still here'));
  });
}

/** A text frame as clients send it, with a mask of zeros. */
function masked(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
