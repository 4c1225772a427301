import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import PostalMime from 'postal-mime';
import { Webhook as Signer } from 'standardwebhooks';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { call, newVisitor, signIn, type TestAgent } from '../testing/http-client.ts';
import { createMailServer, type MailServer } from '../testing/mail-server.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { correspondentOf, replyAddress, replyKeyFrom } from './reply-address.ts';
import { REPLY_LINES, replyText } from './reply-text.ts';

const APP_KEY = 'the key of this installation';
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, or so').toString('base64')}`;
const BASE = 'reply@in.shop.example';

let databases: TestDatabases;
let server: RunningServer;
let mails: MailServer;
let agent: TestAgent;
beforeAll(async () => {
  databases = await sqliteDatabases();
  mails = await createMailServer();
  await mails.start();
  server = await startServer(databases, {
    env: { ...mails.env, APP_KEY, MAIL_REPLY_ADDRESS: BASE, MAIL_INBOUND_SECRET: SECRET },
  });
  agent = await signIn(server.url, OWNER);
});
afterAll(async () => {
  await server.stop();
  await mails.stop();
  await databases.discard();
});

interface Mail {
  readonly message_id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

function handIn(mail: Mail, { secret = SECRET, at_ms = Date.now() } = {}) {
  const body = JSON.stringify(mail);
  const at = new Date(at_ms);
  return call(`${server.url}/api/inbound/mail`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at_ms / 1_000)),
      'webhook-signature': new Signer(secret).sign('msg_1', at, body),
    },
    body,
  });
}

test('a visitor answers a mail of ours: it stands in the conversation, once, and nobody else can', async () => {
  const visitor = await newVisitor(server.url);
  await call(`${server.url}/api/chatbot/init`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SITE_TOKEN}` },
    body: { visitor_token: visitor.token, email: 'Grace@people.example' },
  });
  const { conversation_id: id } = await visitor.say('Hello');
  await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'Hi' });
  await visitor.call('POST', `/api/chatbot/conversation/${id}/transcript`, {});
  await expect.poll(() => mails.inbox.length, { timeout: 10_000 }).toBe(1);
  const { replyTo } = await PostalMime.parse(mails.inbox[0]?.raw ?? '');
  const to = replyTo?.[0]?.address ?? '';
  expect(to).toMatch(/^reply\+v\.[\da-z.]+@in\.shop\.example$/);
  expect(to.indexOf('@')).toBeLessThanOrEqual(64);

  const mail = {
    message_id: '<1@people.example>',
    from: 'grace@PEOPLE.example',
    to: ['someone@else.example', to.toUpperCase()],
    text: 'By mail\r\n\r\nOn Sat, 21 Nov 2026, Shop\r\n<reply@in.shop.example> wrote:\r\n> Hi\r\n',
  };
  expect((await handIn(mail)).status).toBe(201);
  const again = await handIn(mail);
  expect(again.status).toBe(200);
  const { json } = await agent.call('GET', `/admin/chatbot/${id}/messages`);
  const said = (json as { messages: { text: string; sender_type: string }[] }).messages;
  expect(said.map((one) => `${one.sender_type}: ${one.text}`)).toEqual([
    'visitor: Hello',
    'agent: Hi',
    'visitor: By mail',
  ]);

  const others = [
    handIn(mail, { secret: `whsec_${Buffer.alloc(32).toString('base64')}` }),
    handIn(mail, { at_ms: Date.now() - 6 * 60_000 }),
    call(`${server.url}/api/inbound/mail`, { method: 'POST', body: mail }),
    handIn({ ...mail, from: 'mallory@people.example' }),
    handIn({ ...mail, to: [to.replace('+v.', '+v.1')] }),
    handIn({ ...mail, to: [BASE] }),
    handIn({ ...mail, message_id: '<2@people.example>', text: '> Hi' }),
  ];
  const statuses = (await Promise.all(others)).map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 401, 403, 403, 403, 409]);
});

test('[SEC-2] whose address was typed answers no more once the visitor is known as somebody, or typed another', async () => {
  const about = async (visitor: { readonly token: string }, more: object): Promise<void> => {
    const said = await call(`${server.url}/api/chatbot/init`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SITE_TOKEN}` },
      body: { visitor_token: visitor.token, ...more },
    });
    expect(said.status).toBe(200);
  };
  const talk = async () => {
    const visitor = await newVisitor(server.url);
    const from = `typed-${visitor.id}@people.example`;
    await about(visitor, { email: from });
    const { conversation_id: conversationId } = await visitor.say('Hello');
    const who = { kind: 'visitor', visitorId: visitor.id, siteId: 1, conversationId } as const;
    const of = { key: replyKeyFrom(APP_KEY), now_ms: Date.now() };
    const to = [replyAddress(BASE, who, from, of)];
    const answer = (text: string) => handIn({ message_id: `<${text}@x.example>`, from, to, text });
    expect((await answer('It is me')).status).toBe(201);
    return { visitor, conversationId, answer };
  };
  const secret = await agent.call('POST', '/admin/sites/1/identity-secret');
  const { identity_secret } = secret.json as { identity_secret: string };
  const identity = (subject: string) =>
    new SignJWT({ email: 'person@people.example' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(identity_secret));

  // Whoever sat at that browser before, and left an address, is not that person.
  const named = await talk();
  await about(named.visitor, { identity_token: await identity('one') });
  expect((await named.answer('Send it all to me')).status).toBe(403);
  const joined = await talk();
  await about(joined.visitor, { identity_token: await identity('one') });
  expect((await joined.answer('To me')).status).toBe(403);
  const retyped = await talk();
  await about(retyped.visitor, { email: 'right@people.example' });
  expect((await retyped.answer('To nobody')).status).toBe(403);
  const { json } = await agent.call('GET', `/admin/chatbot/${named.conversationId}/messages`);
  const { messages } = json as { messages: { text: string }[] };
  expect(messages.map((message) => message.text)).toEqual(['Hello', 'It is me']);
});

test('an agent answers a mail about who waits, while it may', async () => {
  const visitor = await newVisitor(server.url);
  const { conversation_id: conversationId } = await visitor.say('Anybody there?');
  const { id: agentId, email } = await server.newAgent([{ siteId: 1 }]);
  const of = { key: replyKeyFrom(APP_KEY), now_ms: Date.now() };
  const to = [replyAddress(BASE, { kind: 'agent', agentId, conversationId }, email, of)];
  const mail = {
    message_id: '<3@agents.example>',
    from: email,
    to,
    text: `Yes!\n${REPLY_LINES.en}\nx`,
  };
  expect((await handIn(mail)).status).toBe(201);
  const { json } = await visitor.call('GET', `/api/chatbot/conversation/${conversationId}`);
  expect(json).toMatchObject({ messages: [{}, { text: 'Yes!', sender_type: 'agent' }] });
  await agent.call('DELETE', `/admin/sites/1/members/${agentId}`);
  const late = await handIn({ ...mail, message_id: '<4@agents.example>' });
  expect(late.status).toBe(404);
});

test('docs/configure.md: what hands a mail in does so', async () => {
  const page = await readFile(new URL('../../../../docs/configure.md', import.meta.url), 'utf8');
  const [, code = ''] =
    /^```js\n(.*?)^```$/ms.exec(page.slice(page.indexOf('### Answers by mail'))) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'parley-mail-in-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'mail-in.mjs'), code);
  const visitor = await newVisitor(server.url);
  await call(`${server.url}/api/chatbot/init`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SITE_TOKEN}` },
    body: { visitor_token: visitor.token, email: 'a@b.example' },
  });
  const { conversation_id: conversationId } = await visitor.say('Hello');
  const who = { kind: 'visitor', visitorId: visitor.id, siteId: 1, conversationId } as const;
  const of = { key: replyKeyFrom(APP_KEY), now_ms: Date.now() };
  const to = [replyAddress(BASE, who, 'a@b.example', of)];
  const mail: Mail = {
    message_id: '<5@b.example>',
    from: 'a@b.example',
    to,
    text: 'As documented',
  };
  const started = spawn(process.execPath, [join(folder, 'mail-in.mjs')], {
    env: { ...process.env, MAIL_INBOUND_SECRET: SECRET, PARLEY_URL: server.url },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.stdin.end(JSON.stringify(mail));
  expect(await text(started.stdout)).toMatch(/^201 \{"success":true/);
});

test('an address is good for 30 days, and with a former key', () => {
  const who = { kind: 'visitor', visitorId: 7, siteId: 3, conversationId: 2 ** 40 } as const;
  const now_ms = Date.UTC(2026, 10, 21);
  const address = replyAddress(BASE, who, 'a@b.example', { key: 'old', now_ms });
  const ask = (after_days: number, keys: readonly string[]) =>
    correspondentOf(address, {
      base: BASE,
      from: 'A@b.example',
      keys,
      now_ms: now_ms + after_days * 24 * 60 * 60_000,
    });
  expect(ask(30, ['new', 'old'])).toEqual(who);
  expect(ask(31, ['new', 'old'])).toBeNull();
  expect(ask(1, ['new'])).toBeNull();
});

test('what is quoted is taken off, and nothing else', () => {
  const answers: readonly [string, string][] = [
    ['Yes\n\nOn Mon, Ada wrote:\n> No', 'Yes'],
    ['Ja\n\nAm Mo., 3. Nov. 2026 um 10:00 Uhr schrieb Ada <a@b.example>:\n> Nein', 'Ja'],
    ['Yes\n-----Original Message-----\nFrom: x', 'Yes'],
    [`Yes\n> ${REPLY_LINES.en}\n> x`, 'Yes'],
    [`Ja\n${REPLY_LINES.de}\nx`, 'Ja'],
    ['Yes\n-- \nGrace', 'Yes'],
    ['> is it?\nYes, it is\n> really?\nYes', '> is it?\nYes, it is\n> really?\nYes'],
    ['On we go.\nI wrote: nothing', 'On we go.\nI wrote: nothing'],
    ['> only a quote', ''],
  ];
  for (const [mail, answer] of answers) expect(replyText(mail), mail).toBe(answer);
});

test('[SEC-8] a mail full of lines that begin like a quote is read in one go', () => {
  // Anybody who got a mail of ours may answer it so; looking ahead from each line took minutes.
  const mail = `${'>\n'.repeat(100_000)}and yet an answer`;
  expect(replyText(mail)).toBe(mail);
});
