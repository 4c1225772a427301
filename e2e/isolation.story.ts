import { addOtherSite, otherAgent, otherSiteToken } from './harness/database.ts';
import { Pusher } from './harness/pusher.ts';
import { type Caller, bearer, must, newAgent, newVisitor, nobody } from './harness/api.ts';
import { type LiveServer, siteToken } from './harness/server.ts';
import { expect, test } from './harness/story.ts';

const app = {
  REVERB_APP_ID: 'isolation',
  REVERB_APP_KEY: 'isolation-key',
  REVERB_APP_SECRET: 'isolation-secret-of-the-stories',
};

/** What a visitor does with its own conversation; nobody else may. */
const ofVisitors = (id: number) =>
  [
    ['GET', `/api/chatbot/conversation/${id}`],
    ['GET', `/api/chatbot/conversation/${id}?after=0`],
    ['POST', `/api/chatbot/conversation/${id}/read`, { up_to: 1 }],
    ['POST', `/api/chatbot/conversation/${id}/typing`, { typing: true }],
    ['POST', '/api/chatbot/message', { text: 'intruder', conversation_id: id }],
  ] as const;

/** What an agent does with a conversation of its sites; nobody else may. */
const ofAgents = (id: number) =>
  [
    ['GET', `/admin/chatbot/${id}`],
    ['GET', `/admin/chatbot/${id}/messages`],
    ['POST', `/admin/chatbot/${id}/reply`, { text: 'intruder' }],
    ['POST', `/admin/chatbot/${id}/mark-read`, {}],
    ['POST', `/admin/chatbot/${id}/typing`, { typing: true }],
    ['PATCH', `/admin/chatbot/${id}`, { status: 'resolved' }],
  ] as const;

test('[SEC-1] nobody but its visitor and the agents of its site reads or writes a conversation', async ({
  stage,
}) => {
  const server = await stage.server({ env: app });
  await addOtherSite(server);
  const [anna, boris] = [await newVisitor(server.url), await newVisitor(server.url)];
  const { conversation_id: id } = await anna.send('between me and the agents');
  await boris.send('I have a conversation too');
  const agent = await newAgent(server.url);

  // What is refused below is really there: its owner may do all of it.
  for (const [method, path, body] of ofVisitors(id)) {
    const own = { POST: { text: 'mine', conversation_id: id } }[method as 'POST'];
    const sent = path === '/api/chatbot/message' ? own : body;
    expect((await anna.call(method, path, sent)).status, `${method} ${path}`).toBeLessThan(300);
  }
  const before = await anna.messages(id);

  const outsiders: readonly (readonly [string, Caller])[] = [
    ['another visitor', boris],
    ['a visitor of another site', await newVisitor(server.url, otherSiteToken)],
    ['an agent of another site', await newAgent(server.url, otherAgent)],
    ['nobody', nobody(server.url)],
  ];
  for (const [who, { call }] of outsiders) {
    for (const [method, path, body] of [...ofVisitors(id), ...ofAgents(id)]) {
      const { status } = await call(method, path, body);
      expect([401, 403, 404], `${who}: ${method} ${path}`).toContain(status);
    }
  }
  expect(await anna.messages(id)).toEqual(before);
  const { body: foreignInbox } = await (
    await newAgent(server.url, otherAgent)
  ).call('GET', '/admin/chatbot');
  expect(foreignInbox).toMatchObject({ conversations: [] });
  for (const [method, path, body] of ofAgents(id)) {
    expect((await agent.call(method, path, body)).status, `agent: ${path}`).toBeLessThan(300);
  }
});

test('[SEC-1] channels: each hears its own, and is refused all others', async ({ stage }) => {
  const server = await stage.server({ env: app });
  await addOtherSite(server);
  const [anna, boris] = [await newVisitor(server.url), await newVisitor(server.url)];
  const { conversation_id: id } = await anna.send('hello');
  await boris.send('hello');
  const agent = await newAgent(server.url);
  const siteId = agent.me.sites[0]?.id ?? Number.NaN;

  const conversation = `private-chat.conversation.${id}`;
  const all = [
    conversation,
    `${conversation}.agents`,
    `private-chat.visitor.${anna.visitorId}`,
    `private-chat.site.${siteId}.inbox`,
    `presence-chat.site.${siteId}.agents`,
  ];
  const heardBy = (who: Caller): Promise<string[]> => subscriptions(server, who, all);
  expect(await heardBy(anna)).toEqual([all[0], all[2]]);
  expect(await heardBy(boris)).toEqual([]);
  expect(await heardBy(bearer(server.url, siteToken))).toEqual([]);
  expect(await heardBy(nobody(server.url))).toEqual([]);
  expect(await heardBy(await newAgent(server.url, otherAgent))).toEqual([]);
  expect(await heardBy(agent)).toEqual([all[0], all[1], all[3], all[4]]);
});

test('[SEC-1] a signature made for one channel opens no other', async ({ stage }) => {
  const server = await stage.server({ env: app });
  const [anna, boris] = [await newVisitor(server.url), await newVisitor(server.url)];
  const { conversation_id: hers } = await anna.send('hello');
  const { conversation_id: his } = await boris.send('hello');

  // Asks for the signature of a channel that is his, and presents it for hers.
  const thief: Caller = {
    call: (method, path, body) =>
      boris.call(method, path, {
        ...(body as object),
        channel_name: `private-chat.conversation.${his}`,
      }),
  };
  const channels = [`private-chat.conversation.${his}`, `private-chat.conversation.${hers}`];
  expect(await subscriptions(server, thief, channels)).toEqual([channels[0]]);
});

/** Those of the channels that pusher-js, unchanged, can subscribe to as this person. */
async function subscriptions(
  server: LiveServer,
  { call }: Caller,
  channels: readonly string[],
): Promise<string[]> {
  async function authorize(socketId: string, channelName: string): Promise<{ auth: string }> {
    const request = { socket_id: socketId, channel_name: channelName };
    return must(await call('POST', '/broadcasting/auth', request)) as { auth: string };
  }
  const pusher = new Pusher(app.REVERB_APP_KEY, {
    cluster: '',
    wsHost: '127.0.0.1',
    wsPort: server.port,
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization: {
      transport: 'ajax',
      endpoint: '',
      customHandler: ({ socketId, channelName }, done) => {
        authorize(socketId, channelName).then(
          // eslint-disable-next-line promise/no-callback-in-promise -- the form that pusher-js has
          (signed) => done(null, signed),
          // eslint-disable-next-line promise/no-callback-in-promise -- the form that pusher-js has
          (error: unknown) => done(error as Error, null),
        );
      },
    },
  });
  try {
    const outcomes = await Promise.all(
      channels.map(
        (name) =>
          new Promise<string | undefined>((resolve) => {
            pusher
              .subscribe(name)
              .bind('pusher:subscription_succeeded', () => resolve(name))
              .bind('pusher:subscription_error', () => resolve(undefined));
          }),
      ),
    );
    return outcomes.filter((name) => name !== undefined);
  } finally {
    pusher.disconnect();
  }
}
