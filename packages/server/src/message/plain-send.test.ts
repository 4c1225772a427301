import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { plain, runOne } from '../database/database.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { newVisitor } from '../testing/http-client.ts';
import { type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';

/** What makes Fastify answer a call that would be plain without it. */
const DETOUR = 'Content-Encoding: identity';

let databases: TestDatabases;
let server: RunningServer;

beforeAll(async () => {
  databases = await sqliteDatabases();
  // The limits are on, and let a burst through.
  const env = {
    RATE_LIMITS: 'on',
    LIMIT_MESSAGES_BURST: '6',
    LIMIT_MESSAGES_PER_MINUTE: '1',
    TRUST_PROXY: 'true',
  };
  server = await startServer(databases, { env });
});
afterAll(async () => {
  await server.stop();
  await databases.discard();
});

function request(token: string, body: string, headers: readonly string[] = []): string {
  return [
    'POST /api/chatbot/message HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    `\r\n${body}`,
  ].join('\r\n');
}

function open(): Socket {
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  return socket;
}

interface Read {
  readonly status: string;
  /** In any order, without what differs each time. */
  readonly headers: readonly string[];
  readonly json: Record<string, unknown>;
}

const ANSWER = /(HTTP\/1\.1 [^\r]+)\r\n([^]*?)\r\n\r\n([^]*?)(?=HTTP\/1\.1|$)/g;

async function ask(socket: Socket, text: string, count = 1): Promise<Read[]> {
  let got = '';
  const all = (): RegExpMatchArray[] => [...got.matchAll(ANSWER)];
  const whole = (): boolean =>
    all().length === count &&
    all().every(([, , head = '', body = '']) => {
      const [, length] = /content-length: (\d+)/i.exec(head) ?? [];
      return Buffer.byteLength(body) === Number(length);
    });
  socket.write(text);
  while (!whole()) got += String(((await once(socket, 'data')) as [Buffer])[0]);
  return all().map(([, status = '', head = '', body = '']) => ({
    status,
    headers: head
      .split('\r\n')
      .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()))
      .filter((line) => !/^(date|x-request-id|content-length): ./.test(line))
      .toSorted(),
    json: JSON.parse(body) as Record<string, unknown>,
  }));
}

test('[SYNC-2] a plain call is answered as Fastify answers it, header by header, and again the same', async () => {
  const { token } = await newVisitor(server.url);
  const body = JSON.stringify({ text: 'Grüße 👋', client_message_id: randomUUID() });
  const [created] = await ask(open(), request(token, body));
  const [repeated] = await ask(open(), request(token, body));
  const [usual] = await ask(open(), request(token, body, [DETOUR]));
  expect(created?.status).toBe('HTTP/1.1 201 Created');
  expect(created?.json).toMatchObject({ success: true, message: { text: 'Grüße 👋', seq: 1 } });
  expect(repeated).toEqual(usual);
  expect(repeated).toEqual({ ...created, status: 'HTTP/1.1 200 OK' });
  const lines = server.log.filter((line) => line.includes('/api/chatbot/message'));
  expect(lines).toHaveLength(3);
  // SEC-6
  for (const line of lines) expect(line).not.toContain(token);
});

test('[SEC-4] whatever is refused is refused alike, and nothing of it is kept', async () => {
  const { token, ...visitor } = await newVisitor(server.url);
  const stranger = await newVisitor(server.url);
  const foreign = (await stranger.say('mine')).conversation_id;
  const used = randomUUID();
  await visitor.call('POST', '/api/chatbot/message', { text: 'before', client_message_id: used });
  const bodies: readonly (readonly [status: number, token: string, body: string])[] = [
    [401, 'no-such-token', '{"text":"a"}'],
    [400, token, '{"text":'],
    [400, token, '{"text":"a","__proto__":{}}'],
    [422, token, '{"text":" "}'],
    [422, token, '{"text":"a\\u0000"}'],
    [422, token, '{"text":"a","conversation_id":"1"}'],
    [422, token, JSON.stringify({ text: 'x'.repeat(10_001) })],
    [413, token, JSON.stringify({ text: 'x'.repeat(70_000) })],
    [404, token, JSON.stringify({ text: 'a', conversation_id: foreign })],
    [409, token, JSON.stringify({ text: 'another', client_message_id: used })],
  ];
  for (const [status, bearer, body] of bodies) {
    const [plain] = await ask(open(), request(bearer, body));
    const [usual] = await ask(open(), request(bearer, body, [DETOUR]));
    expect(plain?.status).toContain(String(status));
    expect(plain).toEqual(usual);
  }
  const socket = open();
  const statuses: string[] = [];
  for (let n = 0; n < 6; n += 1) {
    const [answer] = await ask(socket, request(token, `{"text":"${n}"}`));
    statuses.push(answer?.status ?? '');
  }
  // The refusal closes the burst: this connection is Fastify's by then.
  expect(statuses.at(-1)).toBe('HTTP/1.1 429 Too Many Requests');
  expect(statuses.filter((status) => status.includes('201')).length).toBeGreaterThan(0);
});

test('[SEC-4] a page is answered as Fastify answers it, or refused, by its origin', async () => {
  const site = await server.newSite();
  const allowed_origins = JSON.stringify(['https://shop.example']);
  const { db } = server.database.sql;
  const update = db.updateTable('sites').set({ allowed_origins }).where('id', '=', site.id);
  await server.database.write(runOne, plain(update.compile()));
  const pages: readonly (readonly [status: string, siteToken: string, origin: string])[] = [
    ['201 Created', SITE_TOKEN, 'https://shop.example'],
    ['201 Created', SITE_TOKEN, 'null'],
    ['201 Created', SITE_TOKEN, ''],
    ['201 Created', site.token, 'https://shop.example'],
    ['201 Created', site.token, 'http://x'],
    ['403 Forbidden', site.token, 'https://shop.example.evil.example'],
    ['403 Forbidden', site.token, ''],
  ];
  for (const [status, siteToken, origin] of pages) {
    const { token } = await newVisitor(server.url, siteToken);
    const body = JSON.stringify({ text: 'from a page', client_message_id: randomUUID() });
    const of = [`Origin: ${origin}`, `Referer: ${origin}/page`];
    const [first] = await ask(open(), request(token, body, of));
    const [again] = await ask(open(), request(token, body, of));
    const [usual] = await ask(open(), request(token, body, [...of, DETOUR]));
    expect(first?.status, origin).toBe(`HTTP/1.1 ${status}`);
    expect(again, origin).toEqual(usual);
    const allow = first?.headers.filter((line) => line.startsWith('access-control-allow-origin'));
    const isNamed = status.startsWith('201') && origin !== '';
    expect(allow, origin).toEqual(isNamed ? [`access-control-allow-origin: ${origin}`] : []);
  }
});

test('[SEC-6] the log names who stands behind a proxy, as Fastify does', async () => {
  const chains = ['192.0.2.1', ' 192.0.2.1 , 198.51.100.7', '10.0.0.1,,', ',', 'x y, z'];
  for (const chain of chains) {
    const { token } = await newVisitor(server.url);
    const body = JSON.stringify({ text: 'through a proxy', client_message_id: randomUUID() });
    const before = server.log.length;
    await ask(open(), request(token, body, [`X-Forwarded-For: ${chain}`]));
    await ask(open(), request(token, body, [`X-Forwarded-For: ${chain}`, DETOUR]));
    const sent = (): string[] =>
      server.log.slice(before).flatMap((line) => {
        const { req, msg } = JSON.parse(line) as { req?: { ip: string }; msg: string };
        return msg === 'answered' && req !== undefined ? [req.ip] : [];
      });
    // Fastify writes it after the answer.
    await expect.poll(sent).toHaveLength(2);
    expect(sent()[0], chain).toBe(sent()[1]);
  }
});

test('[SYNC-3] calls on one connection are answered in order, plain ones and others', async () => {
  const { token } = await newVisitor(server.url);
  const socket = open();
  const send = (n: number): string => request(token, `{"text":"${n}"}`);
  const other = `GET /api/chatbot/config HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const answers = await ask(socket, send(1) + send(2) + other + send(3), 4);
  expect(answers.map(({ status }) => status.slice(9, 12))).toEqual(['201', '201', '401', '201']);
  const texts = answers.map(({ json }) => (json['message'] as { text?: string } | undefined)?.text);
  expect(texts).toEqual(['1', '2', undefined, '3']);
});
