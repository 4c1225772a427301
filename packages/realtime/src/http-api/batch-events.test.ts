import { describe, expect, test } from 'vitest';
import { SOME_TEXT } from '../testing/matchers.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { backend } from '../testing/sdk-clients.ts';
import { call } from '../testing/signed-call.ts';

const PATH = `/apps/${APP.id}/batch_events`;
const EVENT = { name: 'e', channel: 'chat', data: '1' };

describe('a batch', () => {
  test('[PP-8] reaches one channel each, in order, but for the sockets that caused them', async () => {
    const running = await startRealtime();
    const [ann, bob] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await ann.join('private-a');
    await ann.join('presence-b', { user_id: 'ann' });
    await bob.join('private-a');
    const response = await backend(running).triggerBatch([
      { channel: 'private-a', name: 'one', data: { n: 1 } },
      { channel: 'presence-b', name: 'two', data: 'two' },
      { channel: 'private-a', name: 'three', data: {}, socket_id: ann.socketId },
    ]);
    expect([response.status, await response.json()]).toEqual([200, {}]);
    await Promise.all([ann.roundTrip(), bob.roundTrip()]);
    const events = [...ann.eventsOn('private-a'), ...ann.eventsOn('presence-b')];
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      ['one', '{"n":1}'],
      ['two', 'two'],
    ]);
    expect(bob.eventsOn('private-a').map(({ event }) => event)).toEqual(['one', 'three']);
  });

  test('[PP-8] answers the attributes of each, at its place', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('presence-a', { user_id: 7 });
    const response = await backend(running).triggerBatch([
      { channel: 'presence-a', name: 'e', data: '', info: 'user_count,subscription_count' },
      { channel: 'presence-a', name: 'e', data: '' },
      { channel: 'b', name: 'e', data: '', info: 'subscription_count' },
    ]);
    expect(await response.json()).toEqual({
      batch: [{ user_count: 1, subscription_count: 1 }, {}, { subscription_count: 0 }],
    });
  });

  test('[PP-10] of 10 is taken, of 11 it is told 400 in the words of Pusher', async () => {
    const running = await startRealtime();
    const batch = (length: number): string =>
      JSON.stringify({ batch: Array.from({ length }, () => EVENT) });
    expect(await call(running, batch(10), { path: PATH })).toEqual({ status: 200, body: {} });
    expect(await call(running, batch(11), { path: PATH })).toEqual({
      status: 400,
      body: 'Batch too large (11 > 10)\n',
    });
  });

  test.each([
    ['no JSON', 400, '{'],
    ['a list', 400, [EVENT]],
    ['no batch', 400, {}],
    ['a batch that is an object', 400, { batch: { 0: EVENT, length: 1 } }],
    ['an event that is null', 400, { batch: [EVENT, null] }],
    ['an event without channel', 400, { batch: [EVENT, { ...EVENT, channel: undefined }] }],
    ['a list of channels', 400, { batch: [EVENT, { name: 'e', data: '', channels: ['a', 'b'] }] }],
    ['a channel that is none', 400, { batch: [EVENT, { ...EVENT, channel: 'a b' }] }],
    ['data that is too large', 413, { batch: [EVENT, { ...EVENT, data: 'x'.repeat(10_241) }] }],
  ])('[PP-8] with %s is %i, and none of it is sent', async (_what, status, body) => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(await call(running, text, { path: PATH })).toEqual({ status, body: SOME_TEXT });
    await client.roundTrip();
    expect(client.eventsOn('chat')).toEqual([]);
  });
});
