import { describe, expect, onTestFinished, test } from 'vitest';
import type { AppEvent } from './app-event.ts';
import { SOME_TEXT } from '../testing/matchers.ts';
import { connectRaw, leave, type RawClient } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import {
  backend,
  clientOptions,
  nextEvent,
  Pusher,
  pusherClient,
  subscribed,
} from '../testing/sdk-clients.ts';
import { isUserChannelName } from '../wire/channel-name.ts';
import { signUser } from '../wire/signature.ts';

async function signedIn(running: { port: number }, userData: object): Promise<RawClient> {
  const client = await connectRaw(running);
  client.signIn(userData);
  await client.next('pusher:signin_success');
  return client;
}

function watched(client: RawClient): unknown[] {
  return client.frames
    .filter(({ event }) => event === 'pusher_internal:watchlist_events')
    .flatMap(({ data }) => (JSON.parse(data as string) as { events: unknown[] }).events);
}

describe('signing in', () => {
  test('[PP-5] is answered with what was signed, and harmless the second time', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    const user = { id: 'ann', user_info: { name: 'Ann “ä”' }, watchlist: [] };
    for (let times = 0; times < 2; times += 1) {
      client.signIn(user);
      const { data } = await client.next('pusher:signin_success');
      expect(JSON.parse(data as string)).toEqual({ user_data: JSON.stringify(user) });
    }
    client.signIn({ id: 'bob' });
    expect((await client.next('pusher:error')).data).toMatchObject({ code: 4009 });
  });

  test('[PP-5] the signature is of this socket and user; refused, the connection lives', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    const user_data = '{"id":"ann"}';
    const input = { ...APP, socketId: client.socketId, userData: user_data };
    const refused = [
      '',
      'nonsense',
      signUser({ ...input, socketId: '1.1' }),
      signUser({ ...input, userData: '{"id":"bob"}' }),
      signUser({ ...input, secret: 'other' }),
      signUser({ ...input, key: 'other' }),
    ];
    for (const auth of refused) {
      client.send({ event: 'pusher:signin', data: { auth, user_data } });
      const { data } = await client.next('pusher:error');
      expect(data).toEqual({ code: 4009, message: SOME_TEXT });
    }
    client.subscribe('#server-to-user-ann');
    await client.next('pusher:subscription_error', '#server-to-user-ann');
  });

  test('[PP-5][PP-7] pusher-js hears of a refusal, and stays connected', async () => {
    const running = await startRealtime();
    const options = clientOptions(running, 'ann');
    const stale = backend(running).authenticateUser('1.1', { id: 'ann' });
    const client = new Pusher(APP.key, {
      ...options,
      userAuthentication: {
        transport: 'ajax',
        endpoint: '',
        customHandler: (_request, callback) => callback(null, stale),
      },
    });
    onTestFinished(() => client.disconnect());
    client.signin();
    const error = await nextEvent(client.connection, 'error');
    expect(error).toMatchObject({ type: 'PusherError', data: { code: 4009 } });
    await subscribed(client, 'private-chat');
    expect(client.connection.state).toBe('connected');
  });

  test.each([
    ['an array', []],
    ['no id', {}],
    ['an id that is empty', { id: '' }],
    ['an id that is a number', { id: 7 }],
    ['an id that is a list', { id: ['ann'] }],
    ['an id that is too long', { id: 'x'.repeat(129) }],
    ['too much about the user', { id: 'ann', user_info: 'x'.repeat(1025) }],
    ['a watchlist that is none', { id: 'ann', watchlist: 'bob' }],
    ['a watchlist of numbers', { id: 'ann', watchlist: [7] }],
  ])('[PP-5] signed, and refused all the same: %s', async (_what, user) => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    client.signIn(user);
    expect((await client.next('pusher:error')).data).toMatchObject({ code: 4009 });
    await client.roundTrip();
  });

  test.each([
    [undefined],
    [null],
    ['text'],
    [[]],
    [{ auth: 'a' }],
    [{ user_data: '{}' }],
    [{ auth: 1, user_data: {} }],
    [{ auth: 'a', user_data: { id: 'ann' } }],
  ])('[PP-5] malformed: %j', async (data) => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    client.send({ event: 'pusher:signin', data });
    expect((await client.next('pusher:error')).data).toMatchObject({ code: 4300 });
    await client.roundTrip();
  });

  test('[PP-5] makes a presence channel need no channel_data', async () => {
    const running = await startRealtime();
    const client = await signedIn(running, { id: 'ann', user_info: { name: 'Ann' } });
    const frame = await client.join('presence-chat');
    expect(JSON.parse(frame.data as string)).toEqual({
      presence: { count: 1, ids: ['ann'], hash: { ann: { name: 'Ann' } } },
    });
  });
});

describe("a user's own channel", () => {
  const channel = '#server-to-user-ann';

  test('[PP-5] is for its owner alone, and reaches all their sockets', async () => {
    const reports: AppEvent[] = [];
    const running = await startRealtime({ report: (_appId, event) => reports.push(event) });
    const anns = [await signedIn(running, { id: 'ann' }), await signedIn(running, { id: 'ann' })];
    const bob = await signedIn(running, { id: 'bob' });
    const nobody = await connectRaw(running);
    for (const ann of anns) {
      ann.subscribe(channel);
      await ann.next('pusher_internal:subscription_succeeded', channel);
    }
    for (const other of [bob, nobody]) {
      other.subscribe(channel);
      const { data } = await other.next('pusher:subscription_error', channel);
      expect(data).toMatchObject({ type: 'AuthError', status: 401 });
    }
    await backend(running).sendToUser('ann', 'hello', { n: 1 });
    for (const ann of anns) {
      expect(await ann.next('hello')).toEqual({ event: 'hello', channel, data: '{"n":1}' });
    }
    anns[0]?.send({ event: 'client-x', channel, data: {} });
    expect((await anns[0]?.next('pusher:error'))?.data).toMatchObject({ code: 4301 });
    await Promise.all([bob.roundTrip(), nobody.roundTrip()]);
    const heard = [...bob.frames, ...nobody.frames].map(({ event }) => event);
    expect(heard).not.toContain('hello');
    expect(reports).toEqual([]);
  });

  test.each(['#server-to-user-', '#server-to-user-a\n', '#other', '#server-to-users'])(
    '[PP-10] %j is no channel of anybody',
    async (name) => {
      const running = await startRealtime();
      const client = await signedIn(running, { id: 'ann' });
      client.subscribe(name);
      await client.next('pusher:subscription_error', name);
      expect(isUserChannelName(name)).toBe(false);
    },
  );

  test('[PP-5] pusher-js signs in and hears what is sent to its user', async () => {
    const running = await startRealtime();
    const client = pusherClient(running, 'ann');
    client.signin();
    await expect.poll(() => client.user.serverToUserChannel?.subscribed).toBe(true);
    const heard = nextEvent(client.user, 'hello');
    await backend(running).sendToUser('ann', 'hello', { n: 1 });
    expect(await heard).toEqual({ n: 1 });
  });
});

describe('watchlists', () => {
  test('[PP-5] tell who is online, comes and goes, each once', async () => {
    const running = await startRealtime();
    const bob1 = await signedIn(running, { id: 'bob' });
    const ann = await signedIn(running, { id: 'ann', watchlist: ['bob', 'eve', 'bob'] });
    await ann.roundTrip();
    const online = (...user_ids: string[]): object => ({ name: 'online', user_ids });
    const offline = (...user_ids: string[]): object => ({ name: 'offline', user_ids });
    expect(watched(ann)).toEqual([online('bob')]);

    const bob2 = await signedIn(running, { id: 'bob' });
    const eve = await signedIn(running, { id: 'eve', watchlist: ['__proto__'] });
    const mallory = await signedIn(running, { id: 'mallory' });
    await leave(bob1);
    await leave(eve);
    await leave(mallory);
    await leave(bob2);
    await expect.poll(() => watched(ann)).toHaveLength(4);
    await ann.roundTrip();
    expect(watched(ann)).toEqual([online('bob'), online('eve'), offline('eve'), offline('bob')]);
    expect([...watched(eve), ...watched(bob2)]).toEqual([]);
  });

  test('[PP-5] too long: 4302, signed in all the same', async () => {
    const running = await startRealtime({ limits: { watchlistMax: 2 } });
    await signedIn(running, { id: 'b' });
    const ann = await signedIn(running, { id: 'ann', watchlist: ['a', 'b', 'c'] });
    expect((await ann.next('pusher:error')).data).toMatchObject({ code: 4302 });
    await ann.roundTrip();
    expect(watched(ann)).toEqual([]);
  });

  test('[PP-5] pusher-js hears of them', async () => {
    const running = await startRealtime();
    const ann = new Pusher(APP.key, clientOptions(running, 'ann', ['bob']));
    onTestFinished(() => ann.disconnect());
    ann.signin();
    await nextEvent(ann.connection, 'connected');
    await nextEvent(ann, 'pusher:signin_success');
    const online = nextEvent(ann.user.watchlist, 'online');
    const bob = await signedIn(running, { id: 'bob' });
    expect(await online).toEqual({ name: 'online', user_ids: ['bob'] });
    const offline = nextEvent(ann.user.watchlist, 'offline');
    bob.webSocket.terminate();
    expect(await offline).toEqual({ name: 'offline', user_ids: ['bob'] });
  });
});

describe('ending the connections of a user', () => {
  test('[PP-5][PP-7] closes all of them with 4009 and nobody else', async () => {
    const running = await startRealtime();
    const anns = [await signedIn(running, { id: 'ann' }), await signedIn(running, { id: 'ann' })];
    const bob = await signedIn(running, { id: 'bob', watchlist: ['ann'] });
    await anns[0]?.join('presence-chat');
    await bob.join('presence-chat', { user_id: 'bob' });
    running.server.terminateUser(APP.id, 'ann');
    running.server.terminateUser(APP.id, 'nobody');
    running.server.terminateUser('no app', 'ann');
    for (const ann of anns) expect((await ann.closed).code).toBe(4009);
    await bob.next('pusher_internal:member_removed', 'presence-chat');
    expect(watched(bob).at(-1)).toEqual({ name: 'offline', user_ids: ['ann'] });
    expect(running.server.stats().connections).toBe(1);
  });

  test('[PP-5] pusher-js stays away', async () => {
    const running = await startRealtime();
    const client = pusherClient(running, 'ann');
    client.signin();
    await nextEvent(client, 'pusher:signin_success');
    await subscribed(client, 'private-chat');
    const disconnected = nextEvent(client.connection, 'disconnected');
    running.server.terminateUser(APP.id, 'ann');
    await disconnected;
    expect(running.server.stats().connections).toBe(0);
  });
});
