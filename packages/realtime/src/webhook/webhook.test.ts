import { describe, expect, test } from 'vitest';
import type { ListeningRealtime } from '../listen.ts';
import { connectRaw, leave } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { startReceiver } from '../testing/webhook-receiver.ts';
import type { WebhookEndpoint, WebhookSettings } from './webhook-options.ts';

/** Short enough to be waited for. */
const DEPARTURE_MS = 60;

async function startWith(
  endpoints: readonly WebhookEndpoint[],
  settings: Partial<WebhookSettings> = {},
): Promise<ListeningRealtime> {
  return startRealtime({
    apps: [{ ...APP, webhooks: endpoints }],
    webhooks: { departureDelay_ms: DEPARTURE_MS, retryFirst_ms: 20, ...settings },
  });
}

describe('webhooks', () => {
  test('[PP-9] tell what happens, one event a call, in order, valid to the server SDK', async () => {
    const receiver = await startReceiver();
    const running = await startWith([{ url: receiver.url }]);
    const [ann, bob] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await ann.join('presence-a', { user_id: 'ann' });
    await bob.join('presence-a', { user_id: 7 });
    ann.send({ event: 'client-x', channel: 'presence-a', data: { text: 'ä "quoted"' } });
    ann.send({ event: 'client-y', channel: 'presence-a', data: 'text' });
    await bob.next('client-y');
    await leave(ann);
    await receiver.took(6);
    await leave(bob);
    await receiver.took(8);
    const channel = 'presence-a';
    expect(receiver.events()).toEqual([
      { name: 'channel_occupied', channel },
      { name: 'member_added', channel, user_id: 'ann' },
      { name: 'member_added', channel, user_id: '7' },
      {
        name: 'client_event',
        channel,
        event: 'client-x',
        data: '{"text":"ä \\"quoted\\""}',
        socket_id: ann.socketId,
        user_id: 'ann',
      },
      {
        name: 'client_event',
        channel,
        event: 'client-y',
        data: 'text',
        socket_id: ann.socketId,
        user_id: 'ann',
      },
      { name: 'member_removed', channel, user_id: 'ann' },
      { name: 'member_removed', channel, user_id: '7' },
      { name: 'channel_vacated', channel },
    ]);
    expect(receiver.calls).toHaveLength(8);
    const { time_ms: time } = JSON.parse(receiver.calls[0]?.body ?? '') as { time_ms: number };
    expect(Math.abs(Date.now() - time)).toBeLessThan(60_000);
  });

  test('[PP-9] are silent about who is back before it is certain that they left', async () => {
    const receiver = await startReceiver();
    const running = await startWith([{ url: receiver.url }], { departureDelay_ms: 3_000 });
    const before = await connectRaw(running);
    await before.join('presence-a', { user_id: 'ann' });
    await receiver.took(2);
    await leave(before);
    const after = await connectRaw(running);
    await after.join('presence-a', { user_id: 'ann' });
    await after.join('chat');
    await receiver.took(3);
    expect(receiver.events().slice(2)).toEqual([{ name: 'channel_occupied', channel: 'chat' }]);
  });

  test('[PP-9] are sent for what was asked for, with the headers that were given', async () => {
    const [some, other] = await Promise.all([startReceiver(), startReceiver()]);
    const running = await startWith([
      {
        url: some.url,
        events: ['channel_occupied', 'client_event'],
        channelPrefix: 'private-',
        headers: { Authorization: 'Bearer of the proxy', 'X-Pusher-Key': 'ours is the last word' },
      },
      { url: other.url, events: ['channel_vacated'] },
    ]);
    const client = await connectRaw(running);
    await client.join('chat');
    await client.join('presence-a', { user_id: 1 });
    await client.join('private-a');
    client.send({ event: 'client-x', channel: 'private-a', data: null });
    await some.took(2);
    expect(some.events()).toEqual([
      { name: 'channel_occupied', channel: 'private-a' },
      {
        name: 'client_event',
        channel: 'private-a',
        event: 'client-x',
        data: 'null',
        socket_id: client.socketId,
      },
    ]);
    expect(some.calls[0]?.headers).toMatchObject({
      authorization: 'Bearer of the proxy',
      'content-type': 'application/json',
      'x-pusher-key': APP.key,
    });
    // The PHP SDK looks for them so, and some servers hand on what was sent.
    expect(some.calls[0]?.headerNames).toEqual(
      expect.arrayContaining(['Content-Type', 'X-Pusher-Key', 'X-Pusher-Signature']),
    );
    await leave(client);
    await other.took(3);
    expect(other.events().map(({ name }) => name)).toEqual(Array(3).fill('channel_vacated'));
  });

  test('[PP-5][PP-9] say nothing of the way by which the protocol reaches a user', async () => {
    const receiver = await startReceiver();
    const running = await startWith([{ url: receiver.url }]);
    const client = await connectRaw(running);
    client.signIn({ id: 'ann' });
    client.subscribe('#server-to-user-ann');
    await client.next('pusher_internal:subscription_succeeded');
    await client.join('chat');
    await receiver.took(1);
    expect(receiver.events()).toEqual([{ name: 'channel_occupied', channel: 'chat' }]);
  });

  test('[PP-9] in batches carry what came meanwhile', async () => {
    const receiver = await startReceiver();
    const running = await startWith([{ url: receiver.url, batch: true }], {
      batchWindow_ms: 50,
      eventsPerBatchMax: 20,
    });
    const client = await connectRaw(running);
    for (let n = 0; n < 50; n += 1) client.subscribe(`c${n}`);
    await receiver.took(50);
    const channels = receiver.events().map(({ channel }) => channel);
    expect(channels).toEqual(Array.from({ length: 50 }, (_, n) => `c${n}`));
    expect(receiver.calls.length).toBeLessThan(10);
    expect(Math.max(...receiver.calls.map(({ events }) => events.length))).toBe(20);
  });

  test('[PP-9] still waiting are sent when the server stops, departures too', async () => {
    const receiver = await startReceiver();
    const running = await startWith([{ url: receiver.url, batch: true }], {
      departureDelay_ms: 60_000,
      batchWindow_ms: 60_000,
    });
    const client = await connectRaw(running);
    await client.join('presence-a', { user_id: 'ann' });
    await running.close();
    expect(receiver.events().map(({ name }) => name)).toEqual([
      'channel_occupied',
      'member_added',
      'member_removed',
      'channel_vacated',
    ]);
  });

  test.each([
    { url: 'ftp://example.com' },
    { url: '/hooks' },
    { url: 'http://user:password@example.com' },
    { url: 'http://example.com', headers: { 'a b': 'c' } },
    { url: 'http://example.com', headers: { a: 'b\r\nc: d' } },
  ])('[PP-9] are refused at the start where they cannot work: %j', async (endpoint) => {
    const failure: unknown = await startWith([endpoint]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(String(failure)).not.toContain('password@');
  });
});
