import { expect, test } from 'vitest';
import { createMemoryBus } from '../cluster/bus.ts';
import type { ListeningRealtime } from '../listen.ts';
import { connectRaw, leave, type RawClient } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { backend } from '../testing/sdk-clients.ts';
import type { AppEvent } from './app-event.ts';

const NOTED = new Set(['subscription_count', 'cache_miss', 'client_event']);

/** Two servers on one bus, and what both of them report. */
async function twoNodes(): Promise<{
  here: ListeningRealtime;
  there: ListeningRealtime;
  reports: AppEvent[];
}> {
  const bus = createMemoryBus();
  const reports: AppEvent[] = [];
  const options = {
    bus,
    apps: [{ ...APP, subscriptionCount: true }],
    limits: { subscriptionCountInterval_ms: 20 },
    report: (_appId: string, event: AppEvent) => {
      if (NOTED.has(event.type)) reports.push(event);
    },
  };
  const [here, there] = await Promise.all([startRealtime(options), startRealtime(options)]);
  return { here, there, reports };
}

async function signedIn(running: { port: number }, user: object): Promise<RawClient> {
  const client = await connectRaw(running);
  client.signIn(user);
  await client.next('pusher:signin_success');
  return client;
}

interface Watched {
  events: { name: string; user_ids: string[] }[];
}

async function nextWatched(client: RawClient): Promise<Watched['events'][number] | undefined> {
  const { data } = await client.next('pusher_internal:watchlist_events');
  return (JSON.parse(data as string) as Watched).events[0];
}

test('[PP-5] a user is online from the first socket on any node to the last', async () => {
  const { here, there } = await twoNodes();
  const ann = await signedIn(here, { id: 'ann', watchlist: ['bob'] });
  const near = await signedIn(here, { id: 'bob' });
  expect(await nextWatched(ann)).toEqual({ name: 'online', user_ids: ['bob'] });
  const far = await signedIn(there, { id: 'bob', watchlist: ['ann'] });
  await expect
    .poll(async () => {
      // Known there as soon as the nodes have told each other.
      const late = await signedIn(there, { id: 'eve', watchlist: ['ann', 'bob'] });
      const seen = await nextWatched(late);
      await leave(late);
      return seen;
    })
    .toEqual({ name: 'online', user_ids: ['ann', 'bob'] });
  await leave(near);
  await leave(far);
  expect(await nextWatched(ann)).toEqual({ name: 'offline', user_ids: ['bob'] });
  const told = ann.frames.filter(({ event }) => event.endsWith('watchlist_events'));
  expect(told).toHaveLength(2);
});

test('[PP-5] a user is reached and ended on all nodes', async () => {
  const { here, there } = await twoNodes();
  const anns = [await signedIn(here, { id: 'ann' }), await signedIn(there, { id: 'ann' })];
  for (const ann of anns) {
    ann.subscribe('#server-to-user-ann');
    await ann.next('pusher_internal:subscription_succeeded');
  }
  await backend(here).sendToUser('ann', 'hello', {});
  for (const ann of anns) await ann.next('hello', '#server-to-user-ann');
  await backend(there).terminateUserConnections('ann');
  for (const ann of anns) expect((await ann.closed).code).toBe(4009);
});

test('[PP-3] the last event of a cache channel is known on every node', async () => {
  const { here, there, reports } = await twoNodes();
  const witness = await connectRaw(there);
  await witness.join('cache-a');
  await witness.next('pusher:cache_miss', 'cache-a');
  await backend(here).trigger('cache-a', 'now', { t: 1 });
  await witness.next('now', 'cache-a');
  const late = await connectRaw(there);
  await late.join('cache-a');
  expect((await late.next('now', 'cache-a')).data).toBe('{"t":1}');
  const misses = reports.filter(({ type }) => type === 'cache_miss');
  expect(misses).toEqual([{ type: 'cache_miss', channel: 'cache-a' }]);
});

test('[PP-6] a client event crosses nodes and is reported once', async () => {
  const { here, there, reports } = await twoNodes();
  const [ann, bob] = await Promise.all([connectRaw(here), connectRaw(there)]);
  await ann.join('presence-a', { user_id: 'ann' });
  await bob.join('presence-a', { user_id: 'bob' });
  ann.send({ event: 'client-x', channel: 'presence-a', data: 1 });
  const frame = { event: 'client-x', channel: 'presence-a', data: 1, user_id: 'ann' };
  expect(await bob.next('client-x')).toEqual(frame);
  await ann.roundTrip();
  expect(ann.eventsOn('presence-a')).toEqual([]);
  expect(reports.filter(({ type }) => type === 'client_event')).toHaveLength(1);
});

test('[PP-9] subscribers are counted over all nodes, and told on each', async () => {
  const { here, there, reports } = await twoNodes();
  const [near, far] = await Promise.all([connectRaw(here), connectRaw(there)]);
  await near.join('chat');
  await far.join('chat');
  const lastCount = ({ frames }: RawClient): unknown =>
    frames.findLast(({ event }) => event.endsWith(':subscription_count'))?.data;
  await expect.poll(() => lastCount(near)).toBe('{"subscription_count":2}');
  await expect.poll(() => lastCount(far)).toBe('{"subscription_count":2}');
  await leave(far);
  await expect.poll(() => lastCount(near)).toBe('{"subscription_count":1}');
  const counts = reports.flatMap((event) => ('count' in event ? [event.count] : []));
  expect(counts.at(-1)).toBe(1);
  expect(counts.filter((count) => count === 2)).toHaveLength(1);
});
