import { describe, expect, test } from 'vitest';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { nextEvent, pusherClient, subscribed } from '../testing/sdk-clients.ts';

describe('client events', () => {
  test('[PP-6] reach the others and not the sender', async () => {
    const running = await startRealtime();
    const clients = await Promise.all(Array.from({ length: 3 }, async () => connectRaw(running)));
    for (const client of clients) await client.join('private-chat');
    const data = { typing: true, text: 'ä😀' };
    clients[0]?.send({ event: 'client-typing', channel: 'private-chat', data });
    for (const other of clients.slice(1)) {
      const frame = await other.next('client-typing', 'private-chat');
      expect(frame).toEqual({ event: 'client-typing', channel: 'private-chat', data });
    }
    await clients[0]?.roundTrip();
    expect(clients[0]?.eventsOn('private-chat')).toEqual([]);
  });

  test('[PP-6] on presence channels say who sent them, whatever the sender claims', async () => {
    const running = await startRealtime();
    const [ann, bob] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await ann.join('presence-chat', { user_id: 7 });
    await bob.join('presence-chat', { user_id: 'bob' });
    const event = { event: 'client-x', channel: 'presence-chat', data: '1', user_id: 'bob' };
    ann.send(event);
    expect(await bob.next('client-x')).toEqual({ ...event, user_id: '7' });
  });

  test.each([
    ['a public channel', 'chat', 'client-x', 4301],
    ['an encrypted channel', 'private-encrypted-chat', 'client-x', 4301],
    ['a name without client-', 'private-chat', 'x', 4301],
    ['a name that is too long', 'private-chat', `client-${'x'.repeat(194)}`, 4301],
    ['a channel that one is not on', 'private-other', 'client-x', 4009],
  ])('[PP-6] rejected, and the connection lives: %s', async (_what, channel, event, code) => {
    const running = await startRealtime();
    const [sender, other] = await Promise.all([connectRaw(running), connectRaw(running)]);
    for (const name of ['chat', 'private-chat', 'private-encrypted-chat']) {
      await sender.join(name);
      await other.join(name);
    }
    await other.join('private-other');
    sender.send({ event, channel, data: {} });
    expect((await sender.next('pusher:error')).data).toMatchObject({ code });
    await Promise.all([sender.roundTrip(), other.roundTrip()]);
    expect(other.eventsOn(channel)).toEqual([]);
  });

  test('[PP-6] an app may forbid them', async () => {
    const running = await startRealtime({ apps: [{ ...APP, clientEvents: false }] });
    const client = await connectRaw(running);
    await client.join('private-chat');
    client.send({ event: 'client-x', channel: 'private-chat', data: {} });
    expect((await client.next('pusher:error')).data).toMatchObject({ code: 4301 });
    await client.roundTrip();
  });

  test('[PP-6][PP-10] data that is too large is rejected', async () => {
    const running = await startRealtime({ limits: { eventDataBytesMax: 100 } });
    const client = await connectRaw(running);
    await client.join('private-chat');
    client.send({ event: 'client-x', channel: 'private-chat', data: 'x'.repeat(101) });
    expect((await client.next('pusher:error')).data).toMatchObject({ code: 4301 });
  });

  test('[PP-6] too many are 4301, and the connection lives', async () => {
    const running = await startRealtime({ limits: { clientEventsPerSecond: 2 } });
    const [sender, other] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await sender.join('private-chat');
    await other.join('private-chat');
    for (let n = 0; n < 100; n += 1) {
      sender.send({ event: 'client-n', channel: 'private-chat', data: n });
    }
    expect((await sender.next('pusher:error')).data).toMatchObject({ code: 4301 });
    await Promise.all([sender.roundTrip(), other.roundTrip()]);
    const rejected = sender.frames.filter((frame) => frame.event === 'pusher:error').length;
    const delivered = other.eventsOn('private-chat').map((frame) => frame.data);
    expect(delivered.slice(0, 2)).toEqual([0, 1]);
    expect(rejected + delivered.length).toBe(100);
    expect(delivered.length).toBeLessThan(50);
  });

  test('[PP-6] between two pusher-js', async () => {
    const running = await startRealtime();
    const [ann, bob] = [pusherClient(running, 'ann'), pusherClient(running, 'bob')];
    const here = await subscribed(ann, 'presence-chat');
    const there = await subscribed(bob, 'presence-chat');
    const heard = new Promise((resolve) => {
      there.bind('client-typing', (data: unknown, metadata: unknown) => {
        resolve([data, metadata]);
      });
    });
    expect(here.trigger('client-typing', { typing: true })).toBe(true);
    expect(await heard).toEqual([{ typing: true }, { user_id: 'ann' }]);

    const error = nextEvent(ann.connection, 'error');
    const hall = await subscribed(ann, 'hall');
    hall.trigger('client-typing', {});
    expect(await error).toMatchObject({ data: { code: 4301 } });
    expect(ann.connection.state).toBe('connected');
  });
});
