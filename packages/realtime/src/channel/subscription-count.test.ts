import { expect, test } from 'vitest';
import { connectRaw, type RawClient } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { nextEvent, pusherClient } from '../testing/sdk-clients.ts';
import type { AppEvent } from './app-event.ts';

const COUNTED = { ...APP, subscriptionCount: true };

function counts(client: RawClient, channel: string): unknown[] {
  return client.frames
    .filter((frame) => frame.event === 'pusher_internal:subscription_count')
    .filter((frame) => frame.channel === channel)
    .map(({ data }) => JSON.parse(data as string) as { subscription_count: number })
    .map((data) => data.subscription_count);
}

test('[PP-9] subscribers are told how many they are, after the subscription', async () => {
  const reports: AppEvent[] = [];
  const running = await startRealtime({
    apps: [COUNTED],
    limits: { subscriptionCountInterval_ms: 20 },
    report: (_appId, event) => reports.push(event),
  });
  const [one, two] = await Promise.all([connectRaw(running), connectRaw(running)]);
  const channel = 'private-chat';
  await one.join(channel);
  await expect.poll(() => counts(one, channel)).toEqual([1]);
  expect(one.frames.map(({ event }) => event).slice(1)).toEqual([
    'pusher_internal:subscription_succeeded',
    'pusher_internal:subscription_count',
  ]);
  await two.join(channel);
  await expect.poll(() => counts(one, channel)).toEqual([1, 2]);
  two.webSocket.terminate();
  await expect.poll(() => counts(one, channel)).toEqual([1, 2, 1]);
  one.webSocket.terminate();
  const told = (): AppEvent[] => reports.filter(({ type }) => type === 'subscription_count');
  await expect
    .poll(told)
    .toEqual([1, 2, 1, 0].map((count) => ({ type: 'subscription_count', channel, count })));
});

test('[PP-9] many changes are told at most once in an interval, the last one always', async () => {
  const running = await startRealtime({
    apps: [COUNTED],
    limits: { subscriptionCountInterval_ms: 150 },
  });
  const watcher = await connectRaw(running);
  await watcher.join('chat');
  await expect.poll(() => counts(watcher, 'chat')).toEqual([1]);
  const started_ms = performance.now();
  const others = await Promise.all(Array.from({ length: 30 }, async () => connectRaw(running)));
  for (const other of others) await other.join('chat');
  for (const other of others.slice(0, 10)) other.webSocket.terminate();
  await expect.poll(() => counts(watcher, 'chat').at(-1)).toBe(21);
  const intervals = (performance.now() - started_ms) / 150;
  expect(counts(watcher, 'chat').length - 1).toBeLessThanOrEqual(Math.ceil(intervals));
});

test('[PP-9] nobody is told where it is not asked for, nor on a presence channel', async () => {
  const other = { ...APP, id: '8', key: 'other-key' };
  const running = await startRealtime({ apps: [COUNTED, other] });
  const [client, elsewhere] = await Promise.all([
    connectRaw(running),
    connectRaw(running, { path: '/app/other-key?protocol=7' }),
  ]);
  elsewhere.subscribe('chat');
  await client.join('presence-chat', { user_id: 'ann' });
  // Told last, so that all others would have been told by then.
  await client.join('chat');
  await expect.poll(() => counts(client, 'chat')).toEqual([1]);
  await elsewhere.roundTrip();
  expect([counts(client, 'presence-chat'), counts(elsewhere, 'chat')]).toEqual([[], []]);
});

test('[PP-9] pusher-js hands the count to the application', async () => {
  const running = await startRealtime({ apps: [COUNTED] });
  const channel = pusherClient(running).subscribe('chat');
  expect(await nextEvent(channel, 'pusher:subscription_count')).toEqual({ subscription_count: 1 });
  expect(channel.subscriptionCount).toBe(1);
});
