import { randomUUID } from 'node:crypto';
import {
  AgentTeamsAnswer,
  ChatMessageReceived,
  ColleaguesAnswer,
  InvitationAnswer,
  LiveVisitorsAnswer,
  MeAnswer,
  MessageAnswer,
  MessagesAnswer,
  UpdatesAnswer,
} from '@parley/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import {
  type Answer,
  call,
  caller,
  newVisitor,
  signIn,
  type TestAgent,
  type TestVisitor,
} from '../testing/http-client.ts';
import { messagesOf, untilWaiting, updatesOf } from '../testing/polls.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';

/** What is asked again and again, and what is held until there is an answer. */
export function waitingContract(make: MakeDatabases): void {
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

  test('[SYNC-11] a conversation is held until something is newer than `after`', async () => {
    const visitor = await newVisitor(server.url);
    const { id, conversation_id } = await visitor.say('first');
    const waiting = messagesOf(visitor, conversation_id, '?after=1&wait=20');
    await untilWaiting(server, 1);
    // Typing is no change: it must not end the wait.
    await agent.call('POST', `/admin/chatbot/${conversation_id}/typing`, { typing: true });
    expect(server.server.stats().waiting).toBe(1);
    await agent.call('POST', `/admin/chatbot/${conversation_id}/reply`, { text: 'reply' });
    const page = await waiting;
    expect(page.messages.map(({ text }) => text)).toEqual(['reply']);
    expect(page.messages[0]?.id).not.toBe(id);
  });

  test('a wait that is over answers with nothing, and a gone client leaves nothing behind', async () => {
    const visitor = await newVisitor(server.url);
    const { conversation_id } = await visitor.say('first');
    const page = await messagesOf(visitor, conversation_id, '?after=1&wait=0.05');
    expect(page).toMatchObject({ messages: [], head: 1, cursor: 1, has_more: false });

    const leaving = new AbortController();
    const path = `/api/chatbot/conversation/${conversation_id}?after=1&wait=20`;
    const left = call(server.url + path, { headers: visitor.headers, signal: leaving.signal });
    await untilWaiting(server, 1);
    leaving.abort();
    await expect(left).rejects.toThrow(/abort/);
    await untilWaiting(server, 0);
  });

  test('updates bring what a socket would, to visitor and agent alike', async () => {
    const visitor = await newVisitor(server.url);
    const start = await updatesOf(visitor, '/api/chatbot/updates');
    expect(start.events.map(({ event, data }) => [event, data])).toEqual([
      ['ChatCurrentConversation', { conversation_id: null }],
    ]);
    const { conversation_id } = await visitor.say('Hello');
    const opened = await updatesOf(visitor, '/api/chatbot/updates', start.cursor);
    expect(opened.events.map(({ event }) => event)).toEqual([
      'ChatConversationStarted',
      'ChatMessageReceived',
    ]);

    const path = `/admin/updates?follow=${conversation_id}`;
    const agentStart = await updatesOf(agent, path);
    const [waitingVisitor, waitingAgent] = [
      updatesOf(visitor, '/api/chatbot/updates', opened.cursor, 20),
      updatesOf(agent, path, agentStart.cursor, 20),
    ];
    await untilWaiting(server, 2);
    await agent.call('POST', `/admin/chatbot/${conversation_id}/reply`, { text: 'Hi' });
    const heard = (await waitingVisitor).events;
    expect(heard.map(({ event, channel }) => [event, channel])).toEqual([
      ['ChatMessageReceived', `private-chat.conversation.${conversation_id}`],
    ]);
    expect(z.parse(ChatMessageReceived, heard[0]?.data)).toMatchObject({ text: 'Hi', seq: 2 });
    const agentHeard = (await waitingAgent).events.map(({ event }) => event);
    expect(agentHeard).toEqual(['ChatMessageReceived', 'ChatInboxUpdated']);
  });

  test('colleagues at one conversation are told of each other, and its visitor of neither', async () => {
    const visitor = await newVisitor(server.url);
    const { conversation_id } = await visitor.say('Hello');
    const colleague = await signIn(server.url, await server.newAgent([{ siteId: 1 }]));
    const path = `/admin/updates?follow=${conversation_id}`;
    const [start, theirs] = [await updatesOf(agent, path), await updatesOf(colleague, path)];
    const both = { conversation_id, agents: [{ id: agent.id }, { id: colleague.id }], gone: [] };
    const heard = await updatesOf(agent, path, start.cursor, 20);
    expect(heard.events).toMatchObject([{ event: 'ChatViewing', data: both }]);
    const { cursor } = await updatesOf(colleague, path, theirs.cursor, 20);

    const silent = await updatesOf(visitor, '/api/chatbot/updates');
    const typing = `/admin/chatbot/${conversation_id}/typing`;
    await colleague.call('POST', typing, { typing: true });
    const agent_id = colleague.id;
    expect((await updatesOf(agent, path, heard.cursor)).events).toMatchObject([
      { event: 'ChatTyping', data: { conversation_id, typing: true, agent_id } },
    ]);
    const [seen, ...more] = (await updatesOf(visitor, '/api/chatbot/updates', silent.cursor))
      .events;
    expect(seen).toMatchObject({ event: 'ChatTyping', data: { sender_type: 'agent' } });
    expect(seen?.data).not.toHaveProperty('agent_id');
    expect(more).toEqual([]);

    // Of the visitor's typing the inbox hears as well, without what is typed.
    const inboxStart = await updatesOf(agent, '/admin/updates');
    await visitor.call('POST', `/api/chatbot/conversation/${conversation_id}/typing`, {
      typing: true,
      preview: 'secret so far',
    });
    const { events } = await updatesOf(agent, '/admin/updates', inboxStart.cursor);
    expect(events).toMatchObject([
      { channel: 'private-chat.site.1.inbox', event: 'ChatTyping', data: { conversation_id } },
    ]);
    expect(events[0]?.data).not.toHaveProperty('preview');
    expect(cursor).not.toBe(theirs.cursor);
  });

  test('[SYNC-7] a note reaches agents and never the visitor', async () => {
    const visitor = await newVisitor(server.url);
    const { conversation_id } = await visitor.say('Hello');
    const { cursor } = await updatesOf(visitor, '/api/chatbot/updates');
    const path = `/admin/updates?follow=${conversation_id}`;
    const agentStart = await updatesOf(agent, path);
    const note = { text: 'a difficult one', private: true };
    const reply = await agent.call('POST', `/admin/chatbot/${conversation_id}/reply`, note);
    expect(reply.status).toBe(201);
    const heard = await updatesOf(agent, path, agentStart.cursor);
    expect(JSON.stringify(heard.events)).toContain('a difficult one');
    const silent = await updatesOf(visitor, '/api/chatbot/updates', cursor);
    expect(silent.events).toEqual([]);
    const seen = await messagesOf(visitor, conversation_id);
    expect(JSON.stringify(seen)).not.toContain('difficult');
  });

  test('[SYNC-11] a poll that finds nothing costs the database no statement', async () => {
    const visitor = await newVisitor(server.url);
    const { conversation_id } = await visitor.say('Hello');
    const path = `/admin/updates?follow=${conversation_id}`;
    const { cursor } = await updatesOf(visitor, '/api/chatbot/updates');
    const { cursor: agentCursor } = await updatesOf(agent, path);
    const updates: readonly Poll[] = [
      [visitor, `/api/chatbot/updates?cursor=${cursor}&wait=0.01`],
      [agent, `${path}&cursor=${agentCursor}&wait=0.01`],
    ];
    const conversations: readonly Poll[] = [
      [visitor, `/api/chatbot/conversation/${conversation_id}?after=1&wait=0.01`],
      [agent, `/admin/chatbot/${conversation_id}/messages?after=1&wait=0.01`],
    ];
    const [, theirs = null] = await Promise.all(
      conversations.map(([who, url]) => who.call('GET', url)),
    );
    server.takeStatements();
    for (let i = 0; i < 5; i++) {
      for (const [who, url] of updates) {
        const answer = await who.call('GET', url);
        expect(z.parse(UpdatesAnswer, answer.json).events).toEqual([]);
        expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(200);
        expect(lengthOf(answer.headers)).toBeLessThanOrEqual(500);
      }
      for (const [who, url] of conversations) {
        const answer = z.parse(MessagesAnswer, (await who.call('GET', url)).json);
        expect(answer).toMatchObject({ messages: [], head: 1, cursor: 1, has_more: false });
      }
    }
    expect(server.takeStatements()).toBe(0);
    // From memory, and the same; what happens is seen at once, and only then is anything read.
    for (const [who, url] of conversations.slice(1)) {
      expect((await who.call('GET', url)).json).toEqual(theirs?.json);
    }
    expect(server.takeStatements()).toBe(0);
    await agent.call('POST', `/admin/chatbot/${conversation_id}/reply`, { text: 'Hi' });
    server.takeStatements();
    for (const [who, url] of conversations) {
      const answer = z.parse(MessagesAnswer, (await who.call('GET', url)).json);
      expect(answer.messages.map(({ text }) => text)).toEqual(['Hi']);
    }
    expect(server.takeStatements()).toBeGreaterThan(0);
  });

  test('[SYNC-6] who was away for 20 messages has them by one request of less than 5 KB', async () => {
    const visitor = await newVisitor(server.url);
    const { conversation_id } = await visitor.say('Is anybody there?');
    const words = 'You will find it under settings, below the list of your orders'.split(' ');
    for (let n = 0; n < 20; n++) {
      const text = words.map((_, i) => words[(i * (n + 1) + n) % words.length]).join(' ');
      await agent.call('POST', `/admin/chatbot/${conversation_id}/reply`, { text });
    }
    const path = `/api/chatbot/conversation/${conversation_id}?after=1`;
    const gzip = { 'accept-encoding': 'gzip, deflate, br' };
    const answer = await visitor.call('GET', path, undefined, gzip);
    const page = z.parse(MessagesAnswer, answer.json);
    expect(page).toMatchObject({ has_more: false, cursor: 21 });
    expect(page.messages).toHaveLength(20);
    const [sent, plain] = [Number(answer.headers['content-length']), answer.text.length];
    console.log(`      20 missed messages: ${sent} bytes of body, ${plain} before compression`);
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(sent).toBeLessThanOrEqual(5_000);
    // Whoever takes no gzip gets none.
    for (const refused of ['identity', 'gzip;q=0, br']) {
      const other = await visitor.call('GET', path, undefined, { 'accept-encoding': refused });
      expect(other.headers['content-encoding']).toBeUndefined();
      expect(other.headers.vary).toContain('Accept-Encoding');
      expect(other.json).toEqual(answer.json);
    }
  });

  test('[SYNC-6] a cursor of another run, or none at all: reset, not an error', async () => {
    const visitor = await newVisitor(server.url);
    for (const cursor of ['another.7', 'rubbish', '', '9.9.9', 'x'.repeat(100)]) {
      const path = `/api/chatbot/updates?cursor=${cursor}&wait=20`;
      const answer = z.parse(UpdatesAnswer, (await visitor.call('GET', path)).json);
      expect(answer.reset).toBe(true);
      // Where it begins anew it says where things stand, as a subscription does.
      expect(answer.events.map(({ event }) => event)).toEqual(['ChatCurrentConversation']);
    }
  });

  test('[SEC-1] who works on a site learns of a new colleague, of one that goes, and nobody else does', async () => {
    const { url } = server;
    const { id: otherSite } = await server.newSite();
    const stranger = await signIn(url, await server.newAgent([{ siteId: otherSite }]));
    const updates = async (who: TestAgent, query = '') =>
      z.parse(UpdatesAnswer, (await who.call('GET', `/admin/updates${query}`)).json);
    const ask = async (who: TestAgent, cursor: string, wait = 10) =>
      updates(who, `?wait=${wait}&cursor=${cursor}`);
    const news = [{ event: 'ChatAgentsChanged', data: { site_id: 1 } }];
    const begin = await updates(agent);
    const { cursor: strangers } = await updates(stranger);

    const path = '/admin/sites/1/invitations';
    const invited = await agent.call('POST', path, { email: 'new@agents.example', role: 'agent' });
    const { link } = z.parse(InvitationAnswer, invited.json);
    const waiting = ask(agent, begin.cursor);
    const token = link.split('#')[1];
    const joined = await caller(url, {}).call('POST', '/admin/invitation/accept', {
      token,
      name: 'New',
      password: 'a password of some length',
    });
    const came = await waiting;
    expect(came.events).toMatchObject(news);
    const { id } = z.parse(MeAnswer, joined.json).agent;
    const names = async () =>
      z
        .parse(ColleaguesAnswer, (await agent.call('GET', '/admin/colleagues')).json)
        .agents.map((one) => one.name);
    expect(await names()).toContain('New');

    await agent.call('PATCH', `/admin/agents/${id}`, { disabled: true });
    const disabled = await ask(agent, came.cursor);
    expect(disabled.events).toMatchObject(news);
    expect(await names()).not.toContain('New');
    await agent.call('DELETE', `/admin/sites/1/members/${id}`);
    let last = await ask(agent, disabled.cursor);
    expect(last.events).toMatchObject(news);

    // A team, and who is in it; a colleague who turns away, and comes back.
    const changes = [
      async () => agent.call('POST', '/admin/teams', { site_id: 1, name: 'Night' }),
      async () => agent.call('PATCH', await teamPath(), { member_ids: [agent.id] }),
      async () => agent.call('DELETE', await teamPath()),
      async () => agent.call('PATCH', '/admin/availability', { away: true }),
      async () => agent.call('PATCH', '/admin/availability', { away: false }),
    ];
    const teamPath = async () => {
      const { teams } = z.parse(AgentTeamsAnswer, (await agent.call('GET', '/admin/teams')).json);
      return `/admin/teams/${teams.find(({ name }) => name === 'Night')?.id}`;
    };
    for (const change of changes) {
      const hears = ask(agent, last.cursor);
      expect((await change()).status).toBeLessThan(300);
      last = await hears;
      expect(last.events).toMatchObject(news);
    }
    // It was here already: nothing has changed.
    await agent.call('PATCH', '/admin/availability', { away: false });
    expect((await ask(agent, last.cursor, 0)).events).toEqual([]);
    expect((await ask(stranger, strangers, 0)).events).toEqual([]);
  });

  test('[SEC-1] visitors on a page are shown where the site wants it, to its agents alone, and spoken to once', async () => {
    const { url } = server;
    const other = await server.newSite();
    const stranger = await signIn(url, await server.newAgent([{ siteId: other.id }]));
    const show = (on: boolean): Promise<Answer> =>
      agent.call('PATCH', '/admin/sites/1', { settings: { live_visitors: on } });
    const visitor = await newVisitor(url);
    const visit = (page: object): Promise<Answer> =>
      caller(url, { authorization: `Bearer ${SITE_TOKEN}` }).call('POST', '/api/chatbot/init', {
        visitor_token: visitor.token,
        page,
      });
    const shownTo = async (who: TestAgent) =>
      z.parse(LiveVisitorsAnswer, (await who.call('GET', '/admin/visitors')).json);

    await visit({ url: 'https://shop.example/unseen' });
    expect(await shownTo(agent)).toMatchObject({ visitors: [], sites: [{ live_visitors: false }] });
    await show(true);
    expect((await shownTo(agent)).visitors).toEqual([]);
    const { cursor } = z.parse(UpdatesAnswer, (await agent.call('GET', '/admin/updates')).json);
    await visit({ url: 'https://shop.example/', referrer: 'https://search.example/' });
    const news = z.parse(
      UpdatesAnswer,
      (await agent.call('GET', `/admin/updates?wait=10&cursor=${cursor}`)).json,
    );
    expect(news.events).toMatchObject([{ event: 'ChatVisitorsChanged', data: { site_id: 1 } }]);
    await visit({ url: 'https://shop.example/cart', title: '<b>Cart</b>' });
    expect(await shownTo(agent)).toMatchObject({
      total: 1,
      visitors: [
        {
          visitor: { id: visitor.id },
          page: {
            url: 'https://shop.example/cart',
            title: '<b>Cart</b>',
            referrer: 'https://search.example/',
          },
          pages: 2,
          conversation_id: null,
        },
      ],
    });
    expect((await shownTo(stranger)).visitors).toEqual([]);

    const path = `/admin/visitors/${visitor.id}/conversation`;
    const first = { text: 'Can I help?', client_message_id: randomUUID() };
    expect((await stranger.call('POST', path, first)).status).toBe(404);
    const answers = await Promise.all([1, 2, 3].map(() => agent.call('POST', path, first)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await agent.call('POST', path, { ...first, text: 'Other' })).status).toBe(409);
    const { message } = z.parse(MessageAnswer, answers[0]?.json);
    const more = await agent.call('POST', path, { text: 'Take your time.' });
    expect(more.json).toMatchObject({
      message: { conversation_id: message.conversation_id, seq: 2, sender_type: 'agent' },
    });
    expect((await visit({ url: 'https://shop.example/cart' })).json).toMatchObject({
      conversation: { id: message.conversation_id, unread: 2 },
      messages: [{ text: 'Can I help?' }, { text: 'Take your time.' }],
    });
    expect((await shownTo(agent)).visitors).toMatchObject([
      { conversation_id: message.conversation_id },
    ]);
    await show(false);
    expect((await shownTo(agent)).visitors).toEqual([]);
  });
}

type Poll = readonly [Pick<TestVisitor, 'call'>, string];

/** As they are on the wire, about. */
function lengthOf(headers: Answer['headers']): number {
  return Object.entries(headers).flat().join('    ').length;
}
