import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { openDashboard } from '../testing/dashboard-client.ts';
import { call, codeOfAnswer, newVisitor, signIn } from '../testing/http-client.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { blockedFrom } from './blocked.ts';
import { shortAddress } from './client-address.ts';

let running: { server: RunningServer; databases: TestDatabases } | null = null;

afterEach(async () => {
  await running?.server.stop();
  await running?.databases.discard();
  running = null;
});

async function start(env: Record<string, string>): Promise<RunningServer> {
  const databases = await sqliteDatabases();
  const server = await startServer(databases, { env: { TRUST_PROXY: 'true', ...env } });
  running = { server, databases };
  return server;
}

test('[SEC-4] an address that is blocked gets a clear 403 on every way in, another one is served', async () => {
  const server = await start({ BLOCKED_ADDRESSES: '192.0.2.7, 198.51.100.0/24,2001:db8::/32' });
  const visitor = await newVisitor(server.url);
  const send = (address: string) =>
    visitor.call('POST', '/api/chatbot/message', { text: 'x' }, { 'x-forwarded-for': address });
  for (const address of ['192.0.2.7', '198.51.100.255', '2001:db8:1::1', '::ffff:192.0.2.7']) {
    for (const path of ['/up', '/api/chatbot/config', '/admin/login', '/nothing']) {
      const answer = await call(server.url + path, { headers: { 'x-forwarded-for': address } });
      expect([answer.status, codeOfAnswer(answer)], path).toEqual([403, 'address_blocked']);
    }
    expect(codeOfAnswer(await send(address))).toBe('address_blocked');
  }
  for (const address of ['192.0.2.8', '198.51.101.1', '2001:db9::1']) {
    expect((await send(address)).status).toBe(201);
  }
});

test('[SEC-4] from a blocked address no socket is opened, however the request is read', async () => {
  const server = await start({ BLOCKED_ADDRESSES: '192.0.2.7,2001:db8::/32' });
  const { json } = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
  const { key } = (json as { reverb: { key: string } }).reverb;
  /** What was said first, and the code of the close where that was no welcome. */
  const connect = async (headers: Record<string, string>): Promise<unknown> => {
    // Node's takes headers, too; the types are those of a browser's.
    const options = { headers } as unknown as string[];
    const webSocket = new WebSocket(`${server.url.replace('http', 'ws')}/app/${key}`, options);
    const closed = once(webSocket, 'close') as Promise<[CloseEvent]>;
    const [{ data }] = (await once(webSocket, 'message')) as [MessageEvent<string>];
    const { event } = JSON.parse(data) as { event: string };
    if (event === 'pusher:connection_established') webSocket.close();
    const [{ code }] = await closed;
    return event === 'pusher:error' ? code : event;
  };
  // What is not plain ASCII is read by Node.
  for (const more of [{}, { 'x-note': 'ä' }]) {
    for (const address of ['192.0.2.7', '2001:db8:1::1', '203.0.113.1, 192.0.2.7']) {
      expect(await connect({ 'x-forwarded-for': address, ...more })).toBe(4009);
    }
    // What stands before the last proxy's word, anybody may have written.
    for (const address of ['192.0.2.8', '192.0.2.7, 203.0.113.1']) {
      expect(await connect({ 'x-forwarded-for': address, ...more })).toMatch(/established$/);
    }
  }
});

test('[SEC-4] a blocked address has no dashboard, neither its pages nor its socket', async () => {
  const server = await start({ BLOCKED_ADDRESSES: '192.0.2.7' });
  const agent = await signIn(server.url, OWNER);
  const from = (address: string) => ({ cookie: agent.sessionCookie, 'x-forwarded-for': address });
  const { webSocket } = await openDashboard(server.url, from('192.0.2.8'));
  expect(webSocket.readyState).toBe(WebSocket.OPEN);
  const refused = {
    ...from('192.0.2.7'),
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-version': '13',
  };
  const answer = await call(`${server.url}/ws/dashboard`, { headers: refused });
  expect([answer.status, codeOfAnswer(answer)]).toEqual([403, 'address_blocked']);
});

test('[SEC-4] a message that comes straight from a blocked address is no exception', async () => {
  const server = await start({ BLOCKED_ADDRESSES: '127.0.0.0/8' });
  const answer = await call(`${server.url}/api/chatbot/message`, {
    method: 'POST',
    headers: { authorization: 'Bearer whatever' },
    body: { text: 'x' },
  });
  expect([answer.status, codeOfAnswer(answer)]).toEqual([403, 'address_blocked']);
});

test('[SEC-6] where addresses are shortened, none is kept or logged whole', async () => {
  const server = await start({ SHORTEN_ADDRESSES: 'true' });
  const from = { 'x-forwarded-for': '203.0.113.77' };
  await call(`${server.url}/admin/login`, { method: 'POST', headers: from, body: OWNER });
  const agent = await signIn(server.url, OWNER);
  await agent.call('PATCH', '/admin/sites/1', { name: 'Renamed' }, from);
  await (await newVisitor(server.url)).say('hello');
  const profile = await agent.call('GET', '/admin/profile');
  const audit = await agent.call('GET', '/admin/audit?site=1');
  for (const { text } of [profile, audit]) {
    expect(text).toContain('203.0.113.0');
    expect(text).not.toMatch(/203\.0\.113\.77|127\.0\.0\.1/);
  }
  // Where the server itself listens is no person's.
  const answered = server.log.filter((line) => line.includes('"answered"')).join('');
  expect(answered).toContain('127.0.0.0');
  expect(answered).not.toMatch(/203\.0\.113\.77|127\.0\.0\.1/);
});

test('an IPv4 address that came in on an IPv6 socket is kept and logged as people write it', async () => {
  const server = await start({});
  const from = { 'x-forwarded-for': '::ffff:203.0.113.77' };
  await call(`${server.url}/admin/login`, { method: 'POST', headers: from, body: OWNER });
  const agent = await signIn(server.url, OWNER);
  await agent.call('PATCH', '/admin/sites/1', { name: 'Renamed' }, from);
  const visitor = await newVisitor(server.url);
  await visitor.call('POST', '/api/chatbot/message', { text: 'hello' }, from);
  const profile = await agent.call('GET', '/admin/profile');
  const audit = await agent.call('GET', '/admin/audit?site=1');
  const answered = server.log.filter((line) => line.includes('"answered"'));
  const sent = answered.filter((line) => line.includes('/api/chatbot/message')).join('');
  for (const text of [profile.text, audit.text, answered.join(''), sent]) {
    expect(text).toContain('203.0.113.77');
    expect(text).not.toContain('::ffff');
  }
});

test('addresses however they are written', () => {
  expect(blockedFrom(['0.0.0.0/0'])('::ffff:1.2.3.4')).toBe(true);
  expect(blockedFrom(['fe80::/10'])('fe80::1%eth0')).toBe(true);
  expect(blockedFrom(['::/0'])('not an address')).toBe(false);
  expect(shortAddress('::ffff:192.0.2.77')).toBe('192.0.2.0');
  expect(shortAddress('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1::');
  expect(shortAddress('::1')).toBe('0:0:0::');
  expect(shortAddress('')).toBe('');
});
