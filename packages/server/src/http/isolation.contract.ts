import { channelName, type Channel } from '@parley/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import {
  type Caller,
  caller,
  newVisitor,
  signIn,
  type TestVisitor,
} from '../testing/http-client.ts';
import { postForm } from '../testing/forms.ts';
import { webm } from '../testing/media.ts';
import {
  ACTORS,
  type Actor,
  all,
  anyAgent,
  anyVisitor,
  counter,
  type Expectation,
  forSite,
  open,
  ownedByVisitor,
  type Target,
} from '../testing/isolation.ts';
import { ANSWERING } from '../testing/isolation-answering.ts';
import { MANAGING } from '../testing/isolation-managing.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';

/**
 * SEC-1: every route of the server, as everybody. The list of routes is Fastify's own, and a route
 * that stands in no expectation fails, so that a new one cannot be forgotten.
 */

const conversation = ({ conversation: id }: Target): string => `/api/chatbot/conversation/${id}`;

const EXPECTED: Readonly<Record<string, Expectation>> = {
  'GET /up': { path: () => '/up', answers: open },
  'GET /': { path: () => '/', answers: all(302) },
  'GET /api/openapi.json': { path: () => '/api/openapi.json', answers: open },
  'GET /chatbot-test.html': { path: () => '/chatbot-test.html', answers: open },
  'GET /chatbot-widget.js': { path: () => '/chatbot-widget.js', answers: open },
  'GET /widget/panel.html': { path: () => '/widget/panel.html', answers: open },
  'GET /widget/*': { path: () => '/widget/nothing', answers: all(404) },
  'GET /admin': { path: () => '/admin', answers: all(302) },
  'GET /admin/': { path: () => '/admin/', answers: all(302) },
  'GET /admin/*': { path: () => '/admin/nothing', answers: all(404) },
  'GET /admin/login': { path: () => '/admin/login', answers: open },
  'POST /admin/login': {
    path: () => '/admin/login',
    body: () => ({ email: 'x@y.example', password: 'wrong' }),
    answers: all(401),
  },

  'GET /api/chatbot/config': { path: () => '/api/chatbot/config', answers: forSite },
  'POST /api/chatbot/init': { path: () => '/api/chatbot/init', body: () => ({}), answers: forSite },
  'POST /api/chatbot/message': {
    path: () => '/api/chatbot/message',
    body: ({ conversation: conversation_id }) => ({ text: 'mine?', conversation_id }),
    answers: ownedByVisitor,
  },
  'POST /api/chatbot/file': {
    path: () => '/api/chatbot/file',
    form: ({ conversation }) => ({
      files: [['files', 'a.txt', 'mine?']],
      fields: { conversation_id: String(conversation) },
    }),
    answers: ownedByVisitor,
  },
  'POST /api/chatbot/voice': {
    path: () => '/api/chatbot/voice',
    form: ({ conversation }) => ({
      files: [['audio', 'a.webm', webm()]],
      fields: { conversation_id: String(conversation) },
    }),
    answers: ownedByVisitor,
  },
  // The address is the permission; whom it is given to is what the other rows say.
  'GET /files/:id/:name': { path: ({ file }) => file, answers: open },
  'PATCH /api/chatbot/message/:id': {
    path: ({ message }) => `/api/chatbot/message/${message}`,
    body: () => ({ text: 'changed' }),
    answers: ownedByVisitor,
  },
  'DELETE /api/chatbot/message/:id': {
    path: ({ message }) => `/api/chatbot/message/${message}`,
    answers: ownedByVisitor,
  },
  'GET /api/chatbot/conversation/:id': { path: conversation, answers: ownedByVisitor },
  'POST /api/chatbot/conversation/:id/read': {
    path: (of) => `${conversation(of)}/read`,
    body: () => ({ up_to: 1 }),
    answers: ownedByVisitor,
  },
  'POST /api/chatbot/conversation/:id/typing': {
    path: (of) => `${conversation(of)}/typing`,
    body: () => ({ typing: true }),
    answers: ownedByVisitor,
  },
  'POST /api/chatbot/conversation/:id/rating': {
    path: (of) => `${conversation(of)}/rating`,
    body: () => ({ score: 5 }),
    // It is not resolved; who is not A does not learn that.
    answers: { ...ownedByVisitor, 'visitor A': 409 },
  },
  'POST /api/chatbot/conversation/:id/transcript': {
    path: (of) => `${conversation(of)}/transcript`,
    body: () => ({}),
    answers: { ...ownedByVisitor, 'visitor A': 'ok' },
  },
  // Neither was asked for any.
  'DELETE /api/chatbot/consent': {
    path: () => '/api/chatbot/consent',
    answers: { ...anyVisitor, 'visitor A': 404, 'visitor B': 404 },
  },
  'GET /api/chatbot/updates': { path: () => '/api/chatbot/updates', answers: anyVisitor },
  'GET /api/users/:email/chats': {
    path: ({ email }) => `/api/users/${encodeURIComponent(email)}/chats`,
    answers: { ...all(401), ...anyAgent, 'visitor A': 'ok', 'visitor B': 403 },
  },
  'POST /broadcasting/auth': {
    path: () => '/broadcasting/auth',
    body: ({ conversation: id }) => ({
      socket_id: '1.2',
      channel_name: channelName({ kind: 'conversation', conversationId: id }),
    }),
    answers: {
      ...all(401),
      'visitor A': 'ok',
      'visitor B': 403,
      'agent of this site': 'ok',
      'agent of another site': 403,
      // Pusher clients cannot send one; a foreign Origin is refused instead.
      'agent without CSRF token': 'ok',
    },
  },
  ...ANSWERING,
  ...MANAGING,
};

/** The pages of the API's documents bring many routes of their own, all of them public. */
const DOCUMENTATION = /^(GET|HEAD) \/api\/docs/;

export function isolationContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let visitors: { a: TestVisitor; b: TestVisitor };
  let actors: Readonly<Record<Actor, Caller>>;

  beforeAll(async () => {
    databases = await make();
    // Mail goes nowhere: who may ask for it is the question.
    const mail = { MAIL_HOST: '127.0.0.1', MAIL_PORT: '9', MAIL_FROM_ADDRESS: 'chat@site.example' };
    const env = { ...mail, APP_URL: 'https://chat.example' };
    server = await startServer(databases, { env });
    const { url } = server;
    const otherSite = await server.newSite();
    const ownerOfOther = await server.newAgent([{ siteId: otherSite.id, role: 'owner' }]);
    visitors = { a: await newVisitor(url), b: await newVisitor(url) };
    const [owner, withoutToken, foreign] = await Promise.all([
      signIn(url, OWNER),
      signIn(url, OWNER),
      signIn(url, ownerOfOther),
    ]);
    actors = {
      'visitor A': visitors.a,
      'visitor B': visitors.b,
      'site token': caller(url, { authorization: `Bearer ${SITE_TOKEN}` }),
      'agent of this site': owner,
      'agent of another site': foreign,
      'agent without CSRF token': caller(url, { cookie: withoutToken.sessionCookie }),
      nobody: caller(url, {}),
    };
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  /** A conversation of visitor A with a message of each side, for one route. */
  async function newTarget(): Promise<Target> {
    const email = `a${visitors.a.id}@people.example`;
    await actors['site token'].call('POST', '/api/chatbot/init', {
      visitor_token: visitors.a.token,
      email,
    });
    const { id, conversation_id } = await visitors.a.say('private');
    const sent = await postForm(visitors.a, '/api/chatbot/file', {
      files: [['files', 'a.txt', 'of visitor A']],
    });
    const { attachments } = (sent.json as { message: { attachments: { url: string }[] } }).message;
    const path = `/admin/chatbot/${conversation_id}/reply`;
    const reply = await (await freshOwner()).call('POST', path, { text: 'answer' });
    const { message } = reply.json as { message: { id: number } };
    const named = async (path: string): Promise<number> => {
      const body = { site_id: 1, name: `of the matrix ${counter()}`, search: '' };
      const { json } = await (await freshOwner()).call('POST', path, body);
      const { label, team, view } = json as Record<string, { id: number } | undefined>;
      return (label ?? team ?? view)?.id ?? 0;
    };
    // Of a new visitor each time: so many notes as the matrix has rows are more than one may have.
    const { id: erasable } = await newVisitor(server.url);
    const notesPath = `/admin/visitors/${erasable}/notes`;
    const noted = await (await freshOwner()).call('POST', notesPath, { text: 'private' });
    const [note] = (noted.json as { visitor: { notes: { id: number }[] } }).visitor.notes;
    return {
      visitor: visitors.a.id,
      visitorNote: note?.id ?? 0,
      label: await named('/admin/labels'),
      team: await named('/admin/teams'),
      view: await named('/admin/views'),
      conversation: conversation_id,
      message: id,
      agentMessage: message.id,
      email,
      erasable,
      file: attachments[0]?.url ?? '',
    };
  }

  // Signing out is among the calls, so the agent who prepares is another session.
  let prepared: Caller | undefined;
  async function freshOwner(): Promise<Caller> {
    prepared ??= await signIn(server.url, OWNER);
    return prepared;
  }

  test('[SEC-1] every route stands in the matrix, and every row of it is a route', () => {
    const routes = server.server.routes
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url }) => `${method} ${url}`)
      .filter((route) => !DOCUMENTATION.test(route));
    expect(routes.length).toBeGreaterThan(30);
    expect(new Set(routes)).toEqual(new Set(Object.keys(EXPECTED)));
  });

  // Last, for it ends sessions.
  const rows = Object.entries(EXPECTED).sort(
    ([a], [b]) => Number(a.includes('logout')) - Number(b.includes('logout')),
  );
  test.each(rows)('[SEC-1] %s', async (route, { path, body, form, answers }) => {
    const target = await newTarget();
    const [method = ''] = route.split(' ');
    for (const actor of ACTORS) {
      const who = actors[actor];
      const { status, text } = form
        ? await postForm(who, path(target), form(target))
        : await who.call(method, path(target), body?.(target));
      const expected = answers[actor];
      const got = expected === 'ok' && status >= 200 && status < 300 ? 'ok' : status;
      expect.soft(got, `as ${actor}: ${text}`).toBe(expected);
      if (status >= 400) expect.soft(text, `as ${actor}`).not.toContain('private');
    }
  });

  describe('channels', () => {
    const may = (...actors: Actor[]): readonly Actor[] => actors;
    const agents = may('agent of this site', 'agent without CSRF token');
    const channels: [string, (of: Target) => Channel | string, readonly Actor[]][] = [
      [
        'conversation',
        (of) => ({ kind: 'conversation', conversationId: of.conversation }),
        may('visitor A', ...agents),
      ],
      [
        'conversation-agents',
        (of) => ({ kind: 'conversation-agents', conversationId: of.conversation }),
        agents,
      ],
      ['visitor', () => ({ kind: 'visitor', visitorId: visitors.a.id }), may('visitor A')],
      ['site-inbox', () => ({ kind: 'site-inbox', siteId: 1 }), agents],
      ['site-agents', () => ({ kind: 'site-agents', siteId: 1 }), agents],
      ['a conversation that is not', () => ({ kind: 'conversation', conversationId: 999_999 }), []],
      ['a foreign name', () => 'private-something', []],
      [
        'a name that ends in a line break',
        (of) => `private-chat.conversation.${of.conversation}\n`,
        [],
      ],
      ['a server-to-user channel', () => '#server-to-user-1', []],
    ];

    // The sessions of before are signed out: a new login of each.
    beforeAll(async () => {
      const again = await signIn(server.url, OWNER);
      actors = {
        ...actors,
        'agent of this site': again,
        'agent without CSRF token': caller(server.url, { cookie: again.sessionCookie }),
      };
    });

    test.each(channels)(
      '[SEC-1] %s: for those who may, alone and among several',
      async (_, of, allowed) => {
        const target = await newTarget();
        const channel = of(target);
        const name = typeof channel === 'string' ? channel : channelName(channel);
        for (const actor of ACTORS) {
          const expected = allowed.includes(actor);
          const one = { socket_id: '12.34', channel_name: name };
          const single = await actors[actor].call('POST', '/broadcasting/auth', one);
          expect(single.status === 200, `${actor}: ${single.text}`).toBe(expected);
          expect(single.text.includes('"auth"')).toBe(expected);
          const several = { socket_id: '12.34', channels: [name, 'private-other'] };
          const many = await actors[actor].call('POST', '/broadcasting/auth', several);
          expect(many.text.includes('"auth"'), `${actor}: ${many.text}`).toBe(expected);
        }
      },
    );

    test('[SEC-1] updates of a foreign conversation are not followed', async () => {
      const { conversation } = await newTarget();
      const foreign = actors['agent of another site'];
      const again = await foreign.call('GET', '/admin/me');
      // That session was signed out by the matrix; a new one of the same agent would be the same.
      expect(again.status).toBe(401);
      const otherSite = await server.newSite();
      const other = await signIn(server.url, await server.newAgent([{ siteId: otherSite.id }]));
      const own = await freshOwner();
      const path = `/admin/updates?follow=${conversation}`;
      const [start, ownStart] = [await other.call('GET', path), await own.call('GET', path)];
      await visitors.a.say('private');
      const since = (answer: { json: unknown }): string =>
        (answer.json as { cursor: string }).cursor;
      const heard = await other.call('GET', `${path}&cursor=${since(start)}`);
      expect(heard.json).toMatchObject({ events: [] });
      // The same question by one who may: it could have failed.
      const ownHeard = await own.call('GET', `${path}&cursor=${since(ownStart)}`);
      expect(ownHeard.text).toContain('private');
    });
  });
}
