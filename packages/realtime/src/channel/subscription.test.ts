import type { PresenceChannel } from 'pusher-js';
import { describe, expect, test } from 'vitest';
import { signChannel } from '../wire/signature.ts';
import { SOME_TEXT } from '../testing/matchers.ts';
import { connectRaw, leave } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { nextEvent, pusherClient, subscribed } from '../testing/sdk-clients.ts';

const ANN = { user_id: 'ann', user_info: { name: 'Ann' } };
const BOB = { user_id: 'bob', user_info: { name: 'Bob' } };

describe('subscribing', () => {
  test('[PP-3] a public channel asks for nothing', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    client.subscribe('chat');
    const frame = await client.next('pusher_internal:subscription_succeeded', 'chat');
    expect(frame.data).toBe('{}');
    expect(running.server.stats()).toEqual({ connections: 1, channels: 1 });
  });

  test('[PP-3] twice is harmless: answered again, delivered once', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('private-chat');
    await client.join('private-chat');
    running.server.publish({ appId: APP.id, channels: ['private-chat'], event: 'e', data: '1' });
    await client.roundTrip();
    expect(client.eventsOn('private-chat')).toHaveLength(1);
  });

  test('[PP-3] unsubscribed is unsubscribed, and again', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    client.send({ event: 'pusher:unsubscribe', data: { channel: 'chat' } });
    client.send({ event: 'pusher:unsubscribe', data: { channel: 'chat' } });
    client.send({ event: 'pusher:unsubscribe', data: { channel: 'never' } });
    await client.roundTrip();
    running.server.publish({ appId: APP.id, channels: ['chat'], event: 'e', data: '1' });
    await client.roundTrip();
    expect(client.eventsOn('chat')).toEqual([]);
    expect(running.server.stats().channels).toBe(0);
  });

  test('[PP-3] the signature is of this socket, channel and data', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    const sign = (change: object): string =>
      signChannel({ ...APP, socketId: client.socketId, channel: 'private-a', ...change });
    const refused = [
      undefined,
      '',
      'nonsense',
      sign({ socketId: '1.1' }),
      sign({ channel: 'private-b' }),
      sign({ secret: 'other' }),
      sign({ key: 'other' }),
      sign({ channelData: '{}' }),
    ];
    for (const auth of refused) {
      client.subscribe('private-a', { auth });
      const { data } = await client.next('pusher:subscription_error', 'private-a');
      expect(data).toEqual({ type: 'AuthError', error: SOME_TEXT, status: 401 });
    }
    expect(running.server.stats()).toEqual({ connections: 1, channels: 0 });
    client.subscribe('private-a', { auth: sign({}) });
    await client.next('pusher_internal:subscription_succeeded', 'private-a');
  });

  test('[PP-3] a private channel may be signed with channel_data, which is then sent along', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    // As the authorization endpoint of pusher-js's own tests does for every channel.
    const { data } = await client.join('private-a', ANN);
    expect(data).toBe('{}');
  });

  test('[PP-3] a presence channel needs the data that was signed', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    const channel = 'presence-a';
    const input = { ...APP, socketId: client.socketId, channel };
    const attempts = [
      { auth: signChannel(input) },
      { auth: signChannel({ ...input, channelData: '{}' }), channel_data: '{}' },
      {
        auth: signChannel({ ...input, channelData: JSON.stringify(ANN) }),
        channel_data: JSON.stringify(BOB),
      },
    ];
    for (const attempt of attempts) {
      client.subscribe(channel, attempt);
      const { data } = await client.next('pusher:subscription_error', channel);
      expect(data).toMatchObject({ type: 'AuthError', status: 401 });
    }
  });

  test('[PP-10] malformed names and too many channels are refused', async () => {
    const running = await startRealtime({ limits: { channelsPerConnectionMax: 1 } });
    const client = await connectRaw(running);
    for (const name of ['', 'a b', 'a\n', '#other', 'x'.repeat(201), '😀']) {
      client.subscribe(name);
      const { data } = await client.next('pusher:subscription_error', name);
      expect(data).toMatchObject({ type: 'InvalidChannel', status: 400 });
    }
    await client.join('a');
    client.subscribe('b');
    const { data } = await client.next('pusher:subscription_error', 'b');
    expect(data).toMatchObject({ type: 'LimitReached' });
    await client.join('a');
  });
});

test('[PP-10] an app has so many channels and no more, with as many subscribers as come', async () => {
  const running = await startRealtime({ apps: [{ ...APP, limits: { channelsMax: 1 } }] });
  const [one, two] = await Promise.all([connectRaw(running), connectRaw(running)]);
  await one.join('a');
  await two.join('a');
  two.subscribe('b');
  const { data } = await two.next('pusher:subscription_error', 'b');
  expect(data).toMatchObject({ type: 'LimitReached' });
  for (const client of [one, two]) {
    client.send({ event: 'pusher:unsubscribe', data: { channel: 'a' } });
    await client.roundTrip();
  }
  await two.join('b');
});

test('[PP-10] public channels, which anybody opens, take no room from those that are signed', async () => {
  const limits = { channelsMax: 2, publicChannelsMax: 1 };
  const running = await startRealtime({ apps: [{ ...APP, limits }] });
  const client = await connectRaw(running);
  await client.join('a');
  client.subscribe('b');
  const { data } = await client.next('pusher:subscription_error', 'b');
  expect(data).toMatchObject({ type: 'LimitReached' });
  await client.join('private-a');
  await client.join('presence-a', ANN);
});

describe('greeting', () => {
  test('comes to that socket alone, on that channel, after the subscription', async () => {
    const running = await startRealtime({
      greet: async (appId, channel) =>
        channel === 'private-a' ? { event: 'head', data: `{"app":"${appId}","seq":3}` } : null,
    });
    const [one, other] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await other.join('private-a');
    await other.next('head', 'private-a');
    await one.join('private-a');
    const greeting = await one.next('head', 'private-a');
    expect(JSON.parse(greeting.data as string)).toEqual({ app: APP.id, seq: 3 });
    await one.join('private-b');
    await Promise.all([one.roundTrip(), other.roundTrip()]);
    expect(one.eventsOn('private-b')).toEqual([]);
    expect(other.eventsOn('private-a')).toHaveLength(1);
  });

  test.each([
    ['a rejection', async () => Promise.reject(new Error('database is gone'))],
    [
      'an exception',
      () => {
        throw new Error('defect');
      },
    ],
  ])('%s is logged and sends nothing', async (_what, greet) => {
    const errors: string[] = [];
    const nothing = (): void => undefined;
    const logger = {
      debug: nothing,
      info: nothing,
      warn: nothing,
      error: (_o: object, m: string) => errors.push(m),
    };
    const running = await startRealtime({ greet, logger });
    const client = await connectRaw(running);
    await client.join('chat');
    await client.roundTrip();
    expect(errors).toEqual(['greeting failed']);
    expect(client.eventsOn('chat')).toEqual([]);
  });

  test('is not repeated for a channel that one is already on', async () => {
    const greet = async () => ({ event: 'head', data: '{}' });
    const running = await startRealtime({ greet });
    const client = await connectRaw(running);
    await client.join('chat');
    await client.next('head');
    await client.join('chat');
    await client.roundTrip();
    expect(client.eventsOn('chat')).toHaveLength(1);
  });

  test('that is late for a channel that was left is dropped', async () => {
    const answer = Promise.withResolvers<{ event: string; data: string }>();
    const running = await startRealtime({ greet: () => answer.promise });
    const client = await connectRaw(running);
    await client.join('chat');
    client.send({ event: 'pusher:unsubscribe', data: { channel: 'chat' } });
    await client.roundTrip();
    answer.resolve({ event: 'head', data: '{}' });
    await client.roundTrip();
    expect(client.eventsOn('chat')).toEqual([]);
  });
});

describe('presence', () => {
  test('[PP-3] a joiner is told who is there, itself included', async () => {
    const running = await startRealtime();
    const [ann, bob] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await ann.join('presence-chat', ANN);
    const { data } = await bob.join('presence-chat', BOB);
    expect(JSON.parse(data as string)).toEqual({
      presence: {
        count: 2,
        ids: ['ann', 'bob'],
        hash: { ann: { name: 'Ann' }, bob: { name: 'Bob' } },
      },
    });
  });

  test('[PP-4] one arrival and one departure per user, not per socket', async () => {
    const running = await startRealtime();
    const [ann, bob1, bob2, bob3] = await Promise.all([
      connectRaw(running),
      connectRaw(running),
      connectRaw(running),
      connectRaw(running),
    ]);
    await ann.join('presence-chat', ANN);
    await bob1.join('presence-chat', BOB);
    await bob1.join('presence-chat', BOB);
    await bob2.join('presence-chat', BOB);
    await bob3.join('presence-chat', BOB);
    const added = await ann.next('pusher_internal:member_added', 'presence-chat');
    expect(JSON.parse(added.data as string)).toEqual(BOB);

    await leave(bob1);
    bob2.send({ event: 'pusher:unsubscribe', data: { channel: 'presence-chat' } });
    await bob2.roundTrip();
    await ann.roundTrip();
    const changes = (): string[] =>
      ann.frames.map((frame) => frame.event).filter((event) => event.includes('member_'));
    expect(changes()).toEqual(['pusher_internal:member_added']);

    bob3.webSocket.terminate();
    const removed = await ann.next('pusher_internal:member_removed', 'presence-chat');
    expect(JSON.parse(removed.data as string)).toEqual({ user_id: 'bob' });
    await ann.roundTrip();
    expect(changes()).toHaveLength(2);
    // None of Bob's sockets heard of Bob.
    const heard = [bob1, bob2, bob3].flatMap((bob) => bob.frames.map((frame) => frame.event));
    expect(heard.filter((event) => event.includes('member_'))).toEqual([]);
  });

  test('[PP-10] a full channel takes further sockets of those who are there, no one else', async () => {
    const running = await startRealtime({ limits: { presenceMembersMax: 1 } });
    const [one, two] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await one.join('presence-chat', ANN);
    await two.join('presence-chat', ANN);
    const bob = await connectRaw(running);
    const rejected = expect(bob.join('presence-chat', BOB)).rejects.toThrow('Closed');
    const { data } = await bob.next('pusher:subscription_error', 'presence-chat');
    expect(data).toMatchObject({ type: 'LimitReached' });
    await leave(bob);
    await rejected;
  });

  test('[PP-4] pusher-js sees members come and go', async () => {
    const running = await startRealtime();
    const ann = pusherClient(running, 'ann');
    const channel = (await subscribed(ann, 'presence-chat')) as PresenceChannel;
    expect(channel.members).toMatchObject({ count: 1, me: { id: 'ann' } });

    const added = nextEvent(channel, 'pusher:member_added');
    const bob = pusherClient(running, 'bob');
    const others = (await subscribed(bob, 'presence-chat')) as PresenceChannel;
    expect(await added).toEqual({ id: 'bob', info: { name: 'Name of bob' } });
    expect(others.members).toMatchObject({ count: 2, me: { id: 'bob' } });

    const removed = nextEvent(channel, 'pusher:member_removed');
    bob.disconnect();
    expect(await removed).toMatchObject({ id: 'bob' });
    expect(channel.members.count).toBe(1);
  });
});

test('[PP-3] pusher-js hands a refusal to the application', async () => {
  const running = await startRealtime({ apps: [{ ...APP, secret: 'another' }] });
  const client = pusherClient(running);
  const error = await nextEvent(client.subscribe('private-chat'), 'pusher:subscription_error');
  expect(error).toEqual({ type: 'AuthError', error: SOME_TEXT, status: 401 });
});
