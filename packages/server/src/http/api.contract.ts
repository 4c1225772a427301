import { randomUUID } from 'node:crypto';
import {
  AgentMessagesAnswer,
  ConfigAnswer,
  InboxAnswer,
  InitAnswer,
  MeAnswer,
  MessageAnswer,
  ReadAnswer,
} from '@parley/protocol';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import {
  type Answer,
  call,
  caller,
  codeOfAnswer,
  newVisitor,
  signIn,
  type TestAgent,
  visitorFrom,
} from '../testing/http-client.ts';
import { messagesOf, untilWaiting, updatesOf } from '../testing/polls.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';

/** The calls of SPEC §3 over HTTP, on a real server and a real database. */
export function apiContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let agent: TestAgent;

  beforeAll(async () => {
    databases = await make();
    server = await startServer(databases);
    agent = await signIn(server.url, OWNER);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  const siteBearer = { authorization: `Bearer ${SITE_TOKEN}` };

  describe('visitors', () => {
    test('config says how to connect and never a secret', async () => {
      const answer = await call(`${server.url}/api/chatbot/config`, { headers: siteBearer });
      expect(answer.status).toBe(200);
      const config = z.parse(ConfigAnswer, answer.json);
      expect(config.realtimeProvider).toBe('reverb');
      expect(config.reverb).toMatchObject({ enabled: true, host: '127.0.0.1', port: server.port });
      expect(answer.text).not.toMatch(/secret/i);
      const byQuery = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
      expect(byQuery.json).toEqual(answer.json);
      expect(byQuery.headers['cache-control']).toBe('public, max-age=60');
      // What it tells of the host then may be a stranger's word: no cache on the way gives it to others.
      const told = { headers: { 'x-forwarded-host': 'evil.example' } };
      const foreign = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`, told);
      expect(foreign.headers['cache-control']).toBe('private, max-age=60');
    });

    test('init begins, and with the visitor token returns to the open conversation', async () => {
      const visitor = await newVisitor(server.url);
      const { conversation_id } = await visitor.say('Hello');
      const again = await call(`${server.url}/api/chatbot/init`, {
        method: 'POST',
        headers: siteBearer,
        body: { visitor_token: visitor.token, page: { url: 'https://shop.example/' } },
      });
      const init = z.parse(InitAnswer, again.json);
      expect(init.visitor_token).toBe(visitor.token);
      expect(init.visitor.id).toBe(visitor.id);
      expect(init.conversation?.id).toBe(conversation_id);
      expect(init.messages.map(({ text }) => text)).toEqual(['Hello']);
    });

    test('the site token on any other call: 401 that names init', async () => {
      const { status, json } = await call(`${server.url}/api/chatbot/updates`, {
        headers: siteBearer,
      });
      expect(status).toBe(401);
      expect(json).toMatchObject({
        success: false,
        error: {
          code: 'visitor_token_required',
          message: expect.stringContaining('init') as unknown,
        },
      });
    });

    test('a token in the query opens nothing but config', async () => {
      const visitor = await newVisitor(server.url);
      const answers = await Promise.all([
        call(`${server.url}/api/chatbot/updates?token=${visitor.token}`),
        call(`${server.url}/api/chatbot/init?token=${SITE_TOKEN}`, { method: 'POST', body: {} }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    });

    test('a message is 201, and `message` is accepted for `text`', async () => {
      const visitor = await newVisitor(server.url);
      const answer = await visitor.call('POST', '/api/chatbot/message', { message: 'as message' });
      expect(answer.status).toBe(201);
      expect(z.parse(MessageAnswer, answer.json).message).toMatchObject({
        text: 'as message',
        seq: 1,
        sender_type: 'visitor',
      });
    });

    test('[SYNC-2] the same client_message_id again is 200 and the same; another body is 409', async () => {
      const visitor = await newVisitor(server.url);
      const body = { text: 'once', client_message_id: randomUUID() };
      const first = await visitor.call('POST', '/api/chatbot/message', body);
      const second = await visitor.call('POST', '/api/chatbot/message', body);
      expect([first.status, second.status]).toEqual([201, 200]);
      expect(messageOf(second)).toEqual(messageOf(first));
      const other = await visitor.call('POST', '/api/chatbot/message', { ...body, text: 'two' });
      expect([other.status, codeOfAnswer(other)]).toEqual([409, 'client_message_id_conflict']);
    });

    test('[SYNC-2] 50 concurrent posts of one client_message_id make one message', async () => {
      const visitor = await newVisitor(server.url);
      const body = { text: 'at once', client_message_id: randomUUID() };
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => visitor.call('POST', '/api/chatbot/message', body)),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(49);
      expect(new Set(answers.map((answer) => messageOf(answer).id)).size).toBe(1);
      const { conversation_id } = messageOf(answers[0]);
      const page = await messagesOf(visitor, conversation_id);
      expect(page.messages).toHaveLength(1);
    });

    test('[SYNC-13] messages of many tabs at once open one conversation', async () => {
      const visitor = await newVisitor(server.url);
      const sent = await Promise.all(Array.from({ length: 20 }, (_, i) => visitor.say(`tab ${i}`)));
      expect(new Set(sent.map(({ conversation_id }) => conversation_id)).size).toBe(1);
      expect(sent.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
    });

    test('history by `before`, changes by `after`; both at once are refused', async () => {
      const visitor = await newVisitor(server.url);
      for (const text of ['1', '2', '3', '4', '5']) await visitor.say(text);
      const { conversation_id } = await visitor.say('6');
      const older = await messagesOf(visitor, conversation_id, '?before=4&limit=2');
      expect(older.messages.map(({ text }) => text)).toEqual(['2', '3']);
      expect(older.has_more).toBe(true);
      const newer = await messagesOf(visitor, conversation_id, '?after=3&limit=2');
      expect(newer.messages.map(({ text }) => text)).toEqual(['4', '5']);
      expect(newer).toMatchObject({ cursor: 5, head: 6, has_more: true });
      const path = `/api/chatbot/conversation/${conversation_id}?after=1&before=2`;
      expect((await visitor.call('GET', path)).status).toBe(422);
    });

    test('edit and delete travel as changes; text of a deleted message is gone', async () => {
      const visitor = await newVisitor(server.url);
      const { id, conversation_id } = await visitor.say('tpyo');
      const edited = await visitor.call('PATCH', `/api/chatbot/message/${id}`, { text: 'typo' });
      expect(messageOf(edited)).toMatchObject({ text: 'typo', seq: 1, changed_seq: 2 });
      const deleted = await visitor.call('DELETE', `/api/chatbot/message/${id}`);
      expect(messageOf(deleted)).toMatchObject({ text: '', changed_seq: 3 });
      const page = await messagesOf(visitor, conversation_id, '?after=1');
      expect(page.messages.map(({ changed_seq, text }) => [changed_seq, text])).toEqual([[3, '']]);
    });

    test('[SYNC-13] [SEC-4] verifying an identity joins; the former token ends, whoever else has it', async () => {
      const site = await server.newSite();
      const init = async (body: object) => {
        const headers = { authorization: `Bearer ${site.token}` };
        const answer = await call(`${server.url}/api/chatbot/init`, {
          method: 'POST',
          headers,
          body,
        });
        return z.parse(InitAnswer, answer.json);
      };
      const identity_token = await new SignJWT({ email: 'person@people.example' })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('person-7')
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(new TextEncoder().encode(site.identitySecret));
      const person = await init({ identity_token });
      const visitor = await newVisitor(server.url, site.token);
      const { conversation_id } = await visitor.say('before signing in');
      const { cursor } = await updatesOf(visitor, '/api/chatbot/updates');
      const waiting = updatesOf(visitor, '/api/chatbot/updates', cursor, 20);
      await untilWaiting(server, 1);

      const joined = await init({ visitor_token: visitor.token, identity_token });
      expect(joined.visitor).toMatchObject({ id: person.visitor.id, verified: true });
      await waiting;
      // The former token, that was looked up before: somebody may have had it who is not this person.
      const former = await visitor.call('GET', `/api/chatbot/conversation/${conversation_id}`);
      expect([former.status, codeOfAnswer(former)]).toEqual([401, 'unauthenticated']);
      const tab = visitorFrom(server.url, joined);
      const page = await messagesOf(tab, conversation_id);
      expect(page.messages.map(({ text }) => text)).toEqual(['before signing in']);
      await tab.say('and after');
      // It polls as the person now, for whom nobody did before: the heads say what is missing.
      const news = await updatesOf(tab, '/api/chatbot/updates', cursor);
      expect(news).toMatchObject({ reset: true });
      expect(news.events).toMatchObject([
        { event: 'ChatCurrentConversation', data: { conversation_id } },
        { event: 'ChatHead', data: { conversation_id, head: 3 } },
      ]);
      await tab.say('and on');
      const more = await updatesOf(tab, '/api/chatbot/updates', news.cursor);
      expect(more.events).toMatchObject([{ event: 'ChatMessageReceived' }]);
    });

    test('[SEC-2] chats of an address that was only typed are the own ones', async () => {
      const email = `${randomUUID()}@people.example`;
      const typed = await Promise.all(
        ['one', 'two'].map(async (text) => {
          const visitor = await newVisitor(server.url);
          await call(`${server.url}/api/chatbot/init`, {
            method: 'POST',
            headers: siteBearer,
            body: { visitor_token: visitor.token, email },
          });
          await visitor.say(text);
          return visitor;
        }),
      );
      const [visitor] = typed;
      const chats = await visitor?.call('GET', `/api/users/${encodeURIComponent(email)}/chats`);
      expect(chats?.status).toBe(200);
      const texts = z
        .parse(z.object({ chats: z.array(z.object({ messages: z.array(z.any()) })) }), chats?.json)
        .chats.flatMap(({ messages }) => messages as { content: string }[])
        .map(({ content }) => content);
      expect(texts).toEqual(['one']);
    });
  });

  describe('agents', () => {
    test('inbox, conversation, reply, mark-read, patch', async () => {
      const visitor = await newVisitor(server.url);
      const { conversation_id: id } = await visitor.say('Is anybody there?');
      const inbox = z.parse(InboxAnswer, (await agent.call('GET', '/admin/chatbot')).json);
      expect(inbox.conversations[0]).toMatchObject({ id, unread: 1 });

      const reply = await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'Yes' });
      expect([reply.status, messageOf(reply).seq]).toEqual([201, 2]);
      const read = await agent.call('POST', `/admin/chatbot/${id}/mark-read`);
      expect(z.parse(ReadAnswer, read.json)).toMatchObject({ unread: 0 });

      const patched = await agent.call('PATCH', `/admin/chatbot/${id}`, {
        status: 'resolved',
        labels: ['billing'],
        assignee_id: agent.id,
      });
      expect(patched.json).toMatchObject({
        conversation: { status: 'resolved', labels: ['billing'], assignee: { id: agent.id } },
      });
      const resolved = await agent.call('GET', '/admin/chatbot?status=resolved&assignee=me');
      const ids = z.parse(InboxAnswer, resolved.json).conversations.map((entry) => entry.id);
      expect(ids).toContain(id);
      const page = await agent.call('GET', `/admin/chatbot/${id}/messages`);
      expect(z.parse(AgentMessagesAnswer, page.json).messages.map(({ text }) => text)).toEqual([
        'Is anybody there?',
        'Yes',
      ]);
    });

    test('[SYNC-12] the visitor reads, and the agent sees it', async () => {
      const visitor = await newVisitor(server.url);
      const { conversation_id: id } = await visitor.say('Hello');
      const reply = await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'Hi' });
      const body = { up_to: messageOf(reply).seq };
      const read = await visitor.call('POST', `/api/chatbot/conversation/${id}/read`, body);
      expect(z.parse(ReadAnswer, read.json)).toMatchObject({ up_to: 2, unread: 0 });
      const entry = await agent.call('GET', `/admin/chatbot/${id}`);
      expect(entry.json).toMatchObject({ conversation: { visitor_read_up_to: 2 } });
    });

    test('me gives agent, sites, roles and the CSRF token', async () => {
      const me = z.parse(MeAnswer, (await agent.call('GET', '/admin/me')).json);
      expect(me.agent.email).toBe(OWNER.email);
      expect(me.csrf_token).toBe(agent.csrfToken);
      expect(me.sites).toMatchObject([{ role: 'owner', token: SITE_TOKEN }]);
      expect(me.realtime.polling.interval_ms).toBe(3_000);
    });

    test('typing reaches the other side, without what is typed', async () => {
      const visitor = await newVisitor(server.url);
      const { conversation_id: id } = await visitor.say('Hello');
      const path = `/admin/updates?follow=${id}`;
      const { cursor } = await updatesOf(agent, path);
      const typing = `/api/chatbot/conversation/${id}/typing`;
      await visitor.call('POST', typing, { typing: true, preview: 'I wou' });
      const { events } = await updatesOf(agent, path, cursor);
      // Once where it is open, once for the row of the inbox.
      const notice = {
        conversation_id: id,
        sender_type: 'visitor',
        sender_name: null,
        typing: true,
      };
      expect(events.map(({ data }) => data)).toEqual([notice, notice]);
    });

    test('where the site turned it on, agents alone see what is typed', async () => {
      await agent.call('PATCH', '/admin/sites/1', { settings: { typing_preview: true } });
      const visitor = await newVisitor(server.url);
      const { conversation_id: id } = await visitor.say('Hello');
      const path = `/admin/updates?follow=${id}`;
      const before = await updatesOf(agent, path);
      const mine = await updatesOf(visitor, '/api/chatbot/updates');
      const typing = `/api/chatbot/conversation/${id}/typing`;
      await visitor.call('POST', typing, { typing: true, preview: 'I wou' });
      await visitor.call('POST', typing, { typing: true, preview: 'I would' });
      await agent.call('POST', `/admin/chatbot/${id}/typing`, { typing: true });
      const heard = await updatesOf(agent, path, before.cursor);
      const opened = heard.events.filter(({ channel }) => channel.endsWith('.agents'));
      expect(opened.map(({ data }) => data)).toEqual([
        {
          conversation_id: id,
          sender_type: 'visitor',
          sender_name: null,
          typing: true,
          preview: 'I wou',
        },
        expect.objectContaining({ sender_type: 'agent', typing: true }),
      ]);
      const seen = await updatesOf(visitor, '/api/chatbot/updates', mine.cursor);
      expect(seen.events.map(({ data }) => data)).toEqual([
        { conversation_id: id, sender_type: 'visitor', sender_name: null, typing: true },
        {
          conversation_id: id,
          sender_type: 'agent',
          sender_name: expect.any(String) as unknown,
          typing: true,
        },
      ]);
    });
  });

  test('without credentials: 401 as JSON; a browser is sent to sign in', async () => {
    const nobody = caller(server.url, {});
    const answer = await nobody.call('GET', '/admin/chatbot');
    expect([answer.status, codeOfAnswer(answer)]).toEqual([401, 'unauthenticated']);
    const page = await nobody.call('GET', '/admin/chatbot', undefined, { accept: 'text/html' });
    expect([page.status, page.headers.location]).toEqual([303, '/admin/login']);
    const script = { accept: 'text/html, */*', 'sec-fetch-dest': 'empty' };
    expect((await nobody.call('GET', '/admin/chatbot', undefined, script)).status).toBe(401);
  });

  test('text is kept byte for byte: emoji, right-to-left, controls, HTML', async () => {
    const visitor = await newVisitor(server.url);
    const text = '  <script>alert(1)</script>\r\n\t👩‍👩‍👧‍👦 \u202Eעברית\u0001\uFFFF \\ " \' %00 ﷽  ';
    const { conversation_id } = await visitor.say(text);
    expect((await messagesOf(visitor, conversation_id)).messages[0]?.text).toBe(text);
  });
}

function messageOf(answer: Answer | undefined): MessageAnswer['message'] {
  return z.parse(MessageAnswer, answer?.json).message;
}
