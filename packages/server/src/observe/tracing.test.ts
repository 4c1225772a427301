import { once } from 'node:events';
import { connect } from 'node:net';
import { trace } from '@opentelemetry/api';
import { InitAnswer } from '@parley/protocol';
import Pusher from 'pusher';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod/mini';
import { currentPlace, outside } from '../current-trace.ts';
import { databaseWith, type Database } from '../database/database.ts';
import { Unavailable } from '../job/job.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import {
  call,
  type Caller,
  caller,
  newVisitor,
  signIn,
  type TestAgent,
} from '../testing/http-client.ts';
import { createMailServer, type MailServer } from '../testing/mail-server.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { type KeptSpan, recordSpans, type SpanRecorder } from '../testing/spans.ts';
import { findTracing } from './tracing.ts';

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const TRACEPARENT = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
/** What makes Fastify answer a call that would be plain without it. */
const DETOUR = 'Content-Encoding: identity';
const APP = { REVERB_APP_ID: '4711', REVERB_APP_KEY: 'key', REVERB_APP_SECRET: 'reverb-secret' };

let mailServer: MailServer;
let receiver: Receiver;
let databases: TestDatabases;
let server: RunningServer;
let spans: SpanRecorder;
let owner: TestAgent;
/** Names of transactions. */
const took = new Set<string>();

beforeAll(async () => {
  // Before anything is registered, as where no SDK was loaded.
  expect(await findTracing()).toBeNull();
  expect(currentPlace()).toBeNull();
  expect(await outside('GET nothing', (headers) => Promise.resolve(headers))).toEqual({});
  spans = recordSpans();
  mailServer = await createMailServer();
  await mailServer.start();
  receiver = await startReceiver();
  databases = await sqliteDatabases();
  const opened = { ...databases, open: async () => asSeenByLibraries(await databases.open()) };
  const env = { ...mailServer.env, ...APP, WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' };
  server = await startServer(opened, { env });
  owner = await signIn(server.url, OWNER);
});
afterAll(async () => {
  await server.stop();
  await receiver.stop();
  await mailServer.stop();
  await databases.discard();
  spans.stop();
});
beforeEach(() => {
  spans.clear();
  took.clear();
});

/** What an instrumentation of the database notes. */
function asSeenByLibraries(database: Database): Database {
  return databaseWith(database, {
    write(transaction, input) {
      took.add(transaction.name);
      trace.getTracer('library').startSpan('query').end();
      return database.write(transaction, input);
    },
  });
}

/** Once it has ended. */
async function spanNamed(name: string): Promise<KeptSpan> {
  await expect.poll(() => spans.named(name).length, { timeout: 10_000, interval: 10 }).toBe(1);
  const [span] = spans.named(name);
  if (span === undefined) throw new Error(`There is no ${name}`);
  return span;
}

/** They end when the answer has left, a little after whoever asked has it. */
const requests = (): KeptSpan[] => spans.ended.filter(({ kind }) => kind === 'SERVER');

const isBelow = ({ spanId, traceId }: typeof CALLER) => ({ parentId: spanId, traceId });

/** In one piece on a connection of its own, as a program sends it: what came another way stays with Node. */
async function send(token: string, headers: readonly string[]): Promise<string> {
  const body = '{"text":"Hi"}';
  const head = [
    'POST /api/chatbot/message HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `Traceparent: ${TRACEPARENT}`,
    ...headers,
  ];
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return /x-request-id: (\S+)/i.exec(answer.toString('latin1'))?.[1] ?? '';
}

test('a message is one trace: its caller, the call, its command, what was published, its line in the log', async () => {
  const visitor = await newVisitor(server.url);
  for (const [isOfNode, headers] of [
    [false, []],
    [true, [DETOUR]],
  ] as const) {
    spans.clear();
    const reqId = await send(visitor.token, headers);
    // One span, whichever way it went.
    const request = await spanNamed('POST /api/chatbot/message');
    expect(requests().filter(({ traceId }) => traceId === CALLER.traceId)).toEqual([request]);
    expect(request).toMatchObject({ isOfNode, ...isBelow(CALLER) });
    expect(request.attributes).toMatchObject({
      'http.route': '/api/chatbot/message',
      'url.path': '/api/chatbot/message',
      'http.response.status_code': 201,
    });
    const [command] = spans.named('command send');
    expect(command).toMatchObject(isBelow(request));
    if (command === undefined) throw new Error('The command has no span');
    expect(spans.named('publish')).toMatchObject([{ kind: 'PRODUCER', ...isBelow(command) }]);
    const lines = server.log.filter((line) => line.includes(reqId));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { msg: 'answered', trace_id: CALLER.traceId, span_id: request.spanId, trace_flags: '01' },
    ]);
  }
});

test('what a change leaves to be done goes on in its trace, to a webhook and beyond', async () => {
  const visitor = await newVisitor(server.url);
  const { conversation_id: id } = await visitor.say('Hello');
  const url = `${receiver.url}/in?token=canary-token`;
  const events = ['message.created'];
  await owner.call('POST', '/admin/webhooks', { site_id: 1, url, events });
  spans.clear();
  const traced = { traceparent: TRACEPARENT };
  await owner.call('POST', `/admin/chatbot/${id}/reply`, { text: 'Hi' }, traced);
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(1);
  const job = await spanNamed('job webhook');
  const command = await spanNamed('command reply');
  expect(job).toMatchObject({ kind: 'CONSUMER', ...isBelow(command) });
  expect(job.traceId).toBe(CALLER.traceId);
  const post = await spanNamed('POST webhook');
  expect(post).toMatchObject({ kind: 'CLIENT', ...isBelow(job), status: { code: 0 } });
  // Whoever receives it goes on from there.
  const { traceparent } = receiver.received[0]?.headers ?? {};
  expect(traceparent).toBe(`00-${post.traceId}-${post.spanId}-01`);
  // What the server does for nobody is in nobody's trace, and makes none, also of those by libraries.
  await expect.poll(() => took, { timeout: 10_000 }).toContain('indexMessages');
  expect(took).toContain('takeDue');
  const names = new Set(spans.ended.map(({ name }) => name));
  for (const name of ['takeDue', 'finish', 'indexMessages'])
    expect(names).not.toContain(`command ${name}`);
  expect(names).toContain('query');
  expect(
    spans.ended.filter(({ kind, parentId }) => kind !== 'SERVER' && parentId === null),
  ).toEqual([]);
});

test('a webhook that is not taken is told by its status, a job that fails by the kind of its error', async () => {
  receiver.answer = (_request, response) => response.writeHead(503).end('canary');
  const visitor = await newVisitor(server.url);
  await visitor.say('Hello');
  const post = await spanNamed('POST webhook');
  expect(post).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '503' } });
  receiver.answer = (_request, response) => response.writeHead(204).end();

  const { mail } =
    (await findTracing())?.jobs({
      mail: () => Promise.reject(new Unavailable('of ada@shop.example', null)),
    }) ?? {};
  const attempt = { attempts: 0, createdAt_ms: 0, othersDone: false, madeAt: null };
  await expect(mail?.({}, attempt)).rejects.toThrow('ada@shop.example');
  expect(await spanNamed('job mail')).toMatchObject({
    parentId: null,
    status: { message: 'Unavailable' },
  });
});

test('a backend that publishes over the HTTP API has one span as well', async () => {
  const pusher = new Pusher({
    appId: APP.REVERB_APP_ID,
    key: APP.REVERB_APP_KEY,
    secret: APP.REVERB_APP_SECRET,
    host: '127.0.0.1',
    port: String(server.port),
    useTLS: false,
  });
  await pusher.trigger('canary-channel', 'canary-event', 'canary-data');
  await pusher.get({ path: '/channels/canary-channel' });
  const path = '/apps/4711/events?auth_key=canary&auth_signature=canary';
  await call(server.url + path, { method: 'POST', body: {} });
  await call(server.url + path, { method: 'POST', headers: { expect: '100-continue' }, body: {} });
  const calls = () =>
    requests().filter(({ attributes }) =>
      /^(\/apps|REDACTED)/.test(String(attributes['url.path'])),
    );
  await expect.poll(() => calls().length).toBe(4);
  expect(calls().map(({ name, attributes }) => [name, attributes['url.path']])).toEqual([
    ['POST /apps/:app/events', '/apps/4711/events'],
    ['GET /apps/:app/channels/:name', '/apps/4711/channels/:name'],
    ['POST', 'REDACTED'],
    ['POST', 'REDACTED'],
  ]);
  expect(JSON.stringify(spans.ended)).not.toContain('canary');
});

test('[SEC-6] no span holds what somebody wrote, who they are, where they are, or what opens a door', async () => {
  const email = 'canary@people.example';
  const address = '203.0.113.77';
  const init = await call(`${server.url}/api/chatbot/init`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SITE_TOKEN}`, 'x-forwarded-for': address },
    body: {
      name: 'Canary Name',
      email,
      page: { url: 'https://x.example/canary', title: 'canary' },
    },
  });
  const { visitor_token: token } = z.parse(InitAnswer, init.json);
  const visitor: Caller = caller(server.url, { authorization: `Bearer ${token}` });
  const said = await visitor.call('POST', '/api/chatbot/message', { text: 'canary text' });
  const { message } = said.json as { message: { conversation_id: number } };
  const id = message.conversation_id;
  const files: [string, string, string][] = [['files', 'canary-file.txt', 'canary content']];
  const sent = await postForm(visitor, '/api/chatbot/file', { files });
  const [file] = (sent.json as { message: { attachments: { url: string }[] } }).message.attachments;
  await visitor.call('GET', file?.url ?? '');
  await visitor.call('GET', `/api/users/${email}/chats`);
  await visitor.call('GET', '/canary/nowhere?token=canary');
  await visitor.call('POST', `/api/chatbot/conversation/${id}/typing`, {
    typing: true,
    preview: 'canary',
  });
  await owner.call('POST', `/admin/chatbot/${id}/reply`, { text: 'canary answer' });
  await owner.call('GET', '/admin/chatbot?q=canary');
  await visitor.call('POST', `/api/chatbot/conversation/${id}/transcript`);
  await expect.poll(() => mailServer.inbox.length, { timeout: 10_000 }).toBe(1);
  const mail = await spanNamed('send mail');
  expect((await spanNamed('job mail:transcript')).spanId).toBe(mail.parentId);
  expect(
    spans.named('GET /files/:id/:name').length + spans.named('GET /api/users/:email/chats').length,
  ).toBe(2);
  // Those of who receives webhooks are not the server's.
  const ours = spans.ended.filter(({ attributes }) => attributes['url.path'] !== '/in');
  const kept = JSON.stringify(ours);
  const { sessionCookie, csrfToken } = owner;
  for (const secret of [
    'canary',
    'Canary',
    address,
    '127.0.0.1',
    token,
    SITE_TOKEN,
    sessionCookie,
    csrfToken,
    'signature',
  ]) {
    expect(kept).not.toContain(secret);
  }
});
