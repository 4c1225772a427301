import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebhookDelivery, WebhookSecretAnswer } from '@parley/protocol';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../../scripts/testing/free-port.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { call, newVisitor, signIn, type TestAgent } from '../testing/http-client.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';

let databases: TestDatabases;
let server: RunningServer;
let receiver: Receiver;
let owner: TestAgent;
beforeAll(async () => {
  databases = await sqliteDatabases();
  receiver = await startReceiver();
  server = await startServer(databases, { env: { WEBHOOK_ALLOW_PRIVATE: '127.0.0.1' } });
  owner = await signIn(server.url, OWNER);
});
afterAll(async () => {
  await server.stop();
  await receiver.stop();
  await databases.discard();
});

const hook = async (url: string, events = ['message.created']): Promise<WebhookSecretAnswer> =>
  (await owner.call('POST', '/admin/webhooks', { site_id: 1, url, events }))
    .json as WebhookSecretAnswer;

const deliveries = async (id: number): Promise<WebhookDelivery[]> =>
  (
    (await owner.call('GET', `/admin/webhooks/${id}/deliveries`)).json as {
      deliveries: WebhookDelivery[];
    }
  ).deliveries;

test('from the first webhook on what happens is sent; its secret is told once', async () => {
  const visitor = await newVisitor(server.url);
  await visitor.say('Nobody hears that');
  const { webhook, secret } = await hook(`${receiver.url}/in`);
  await visitor.say('Hello');
  await expect.poll(() => receiver.received.length).toBe(1);
  const [first] = receiver.received;
  const headers = first?.headers as Record<string, string>;
  expect(new Verifier(secret).verify(first?.body ?? '', headers)).toMatchObject({
    type: 'message.created',
    data: { site_id: 1, message: { text: 'Hello', sender_type: 'visitor' } },
  });
  await expect
    .poll(async () => (await deliveries(webhook.id)).map(({ state, status }) => [state, status]))
    .toEqual([['delivered', 204]]);
  const listed = await owner.call('GET', '/admin/webhooks');
  expect(listed.text).toContain(`${receiver.url}/in`);
  for (const text of [listed.text, server.log.join('\n')]) {
    expect(text).not.toContain(secret.slice(0, 20));
  }
  const replay = `/admin/webhooks/${webhook.id}/deliveries/${(await deliveries(webhook.id))[0]?.id}/replay`;
  expect((await owner.call('POST', replay)).json).toEqual({ success: true, replayed: 1 });
  await expect.poll(() => receiver.received.length).toBe(2);
  expect(receiver.received[1]?.headers['webhook-id']).toBe(headers['webhook-id']);
});

test('the log names the request whose change a webhook was sent for', async () => {
  await hook(`${receiver.url}/named`);
  const visitor = await newVisitor(server.url);
  const { conversation_id: id } = await visitor.say('Hello');
  // One that is answered from its connection, and one that passes all hooks.
  const said = await visitor.call('POST', '/api/chatbot/message', { text: 'Named' });
  const replied = await owner.call('POST', `/admin/chatbot/${id}/reply`, { text: 'Named too' });
  const worked = (): readonly unknown[] =>
    server.log
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .filter(({ kind, outcome }) => kind === 'webhook' && outcome === 'done')
      .map(({ reqId }) => reqId);
  for (const { headers } of [said, replied]) {
    const reqId = headers['x-request-id'];
    expect(reqId).toBeDefined();
    await expect.poll(worked).toContain(reqId);
  }
});

test('[SEC-4] an address of a private network is refused at once, and odd ones always', async () => {
  const private_ = [
    'http://10.0.0.1/',
    'http://0xa9fea9fe/',
    'http://[::1]/',
    'http://[::ffff:a00:1]',
  ];
  const odd = [
    'ftp://hooks.example/',
    'https://a:b@hooks.example/',
    'https://hooks.example/#x',
    '',
    'x',
  ];
  for (const url of [...private_, ...odd]) {
    const body = { site_id: 1, url, events: ['message.created'] };
    const { status, text } = await owner.call('POST', '/admin/webhooks', body);
    expect(status, `${url}: ${text}`).toBe(422);
  }
});

test('the OpenAPI document says what is sent', async () => {
  const { json } = await call(`${server.url}/api/openapi.json`);
  const { webhooks } = json as { webhooks: Record<string, unknown> };
  const page = await readFile(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^\| (`[a-z.]+`(?:, `[a-z.]+`)*) \|/gm)]
    .flatMap(([, names = '']) => names.replaceAll('`', '').split(', '))
    .concat('webhook.test');
  expect(new Set(Object.keys(webhooks))).toEqual(new Set(told));
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('Python is not there: what docs/webhooks.md says in it is not tried');

test.each([
  { language: 'js', command: process.execPath, file: 'receiver.mjs' },
  ...(hasPython ? [{ language: 'python', command: 'python3', file: 'receiver.py' }] : []),
])(
  'docs/webhooks.md: the receiver in $language takes what is ours, and nothing else',
  async ({ language, command, file }) => {
    const page = await readFile(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');
    const [, code = ''] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(page) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'parley-receiver-'));
    await writeFile(join(folder, file), code);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const { webhook, secret } = await hook(url, ['visitor.erased']);
    const started = spawn(command, [join(folder, file)], {
      env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
      stdio: 'ignore',
    });
    onTestFinished(async () => {
      started.kill();
      await rm(folder, { recursive: true, force: true });
    });
    await expect.poll(() => isListening(port), { timeout: 20_000 }).toBe(true);
    await owner.call('POST', `/admin/webhooks/${webhook.id}/test`);
    const last = async () => (await deliveries(webhook.id))[0];
    await expect.poll(last, { timeout: 20_000 }).toMatchObject({ state: 'delivered', status: 204 });
    const forged = await call(url, {
      method: 'POST',
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
        'webhook-signature': 'v1,AAAA',
      },
      body: '{"type":"message.created"}',
    });
    expect(forged.status).toBe(401);
  },
);

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}
