import { createClient } from 'redis';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startRedis, type RunningRedis } from '../../../../scripts/testing/redis-server.ts';
import type { ListeningRealtime } from '../listen.ts';
import {
  countsOf,
  startClusterProcess,
  type ClusterProcess,
} from '../testing/cluster-processes.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { backend, nextEvent, pusherClient, subscribed } from '../testing/sdk-clients.ts';
import { createRedisBus } from './redis-bus.ts';

const redisServer = inject('redisServer');

/** So that what takes 20 s by default takes four; less, and a busy machine counts as dead. */
const TIMES = { heartbeat_ms: 500, nodeTimeout_ms: 4_000 };
const PATIENT = { timeout: 20_000, interval: 50 };
const ROOM = 'presence-room';

async function privateRedis(settings: readonly string[] = [], port = 0): Promise<RunningRedis> {
  const redis = await startRedis(redisServer ?? '', { settings, port });
  onTestFinished(async () => redis.stop());
  return redis;
}

async function startNodes(redis: RunningRedis): Promise<[ClusterProcess, ClusterProcess]> {
  return Promise.all([
    startClusterProcess(redis.url, TIMES),
    startClusterProcess(redis.url, TIMES),
  ]);
}

async function startHere(url: string): Promise<ListeningRealtime> {
  return startRealtime({ bus: createRedisBus({ url }), clusterTimes: TIMES });
}

/** Until both know of each other, so that what follows is about something else. */
async function together(...nodes: ListeningRealtime[]): Promise<void> {
  for (const { server } of nodes) {
    await expect.poll(() => server.clusterFigures()?.nodes, PATIENT).toBe(nodes.length);
  }
}

describe.skipIf(redisServer === null)('nodes on Redis', { timeout: 60_000 }, () => {
  test('[PP-4][PP-8] are one server for pusher-js and for backends; one that is killed takes its members away', async () => {
    const redis = await privateRedis();
    const [here, there] = await startNodes(redis);
    const ann = pusherClient(here, 'ann');
    const bob = pusherClient(there, 'bob');
    const seen: string[] = [];
    const room = await subscribed(ann, ROOM);
    for (const event of ['pusher:member_added', 'pusher:member_removed']) {
      room.bind(event, ({ id }: { id: string }) => seen.push(`${event} ${id}`));
    }
    const roomThere = await subscribed(bob, ROOM);
    await subscribed(pusherClient(there, 'bob'), ROOM);
    for (const node of [here, there]) {
      await expect
        .poll(async () => countsOf(node, ROOM), PATIENT)
        .toMatchObject({ subscription_count: 3, user_count: 2 });
    }
    expect(seen).toEqual(['pusher:member_added bob']);

    const heard: unknown[] = [];
    room.bind('said', (data: unknown) => heard.push(data));
    const params = { socket_id: ann.connection.socket_id };
    const first = nextEvent(roomThere, 'said');
    await backend(there).trigger(ROOM, 'said', 1, params);
    expect(await first).toBe(1);
    const second = nextEvent(roomThere, 'said');
    await backend(here).trigger(ROOM, 'said', 2);
    expect(await second).toBe(2);
    await expect.poll(() => heard).toEqual([2]);

    await there.kill('SIGKILL');
    await expect.poll(() => seen, PATIENT).toContain('pusher:member_removed bob');
    expect(seen).toEqual(['pusher:member_added bob', 'pusher:member_removed bob']);
    expect(await countsOf(here, ROOM)).toMatchObject({ subscription_count: 1, user_count: 1 });
  });

  test('[PP-4] a node that stops says goodbye: its members are gone at once', async () => {
    const redis = await privateRedis();
    const here = await startHere(redis.url);
    const there = await startClusterProcess(redis.url, { heartbeat_ms: 60_000 });
    const ann = await connectRaw(here);
    await ann.join(ROOM, { user_id: 'ann' });
    await (await connectRaw(there)).join(ROOM, { user_id: 'bob' });
    await ann.next('pusher_internal:member_added');
    await there.kill('SIGTERM');
    await ann.next('pusher_internal:member_removed');
    expect(here.server.clusterFigures()?.nodes).toBe(1);
  });

  test('[PP-4][SYNC-8] Redis restarts: each node goes on alone, and they come together again', async () => {
    const redis = await privateRedis();
    const [here, there] = await startNodes(redis);
    const [ann, bob] = await Promise.all([connectRaw(here), connectRaw(there)]);
    await ann.join(ROOM, { user_id: 'ann' });
    await expect.poll(async () => countsOf(there, ROOM), PATIENT).toMatchObject({ user_count: 1 });
    await bob.join(ROOM, { user_id: 'bob' });
    await ann.next('pusher_internal:member_added');
    await redis.stop('SIGKILL');

    const eve = await connectRaw(here);
    await eve.join(ROOM, { user_id: 'eve' });
    await ann.next('pusher_internal:member_added');
    await backend(here).trigger(ROOM, 'alone', 1);
    await Promise.all([ann.next('alone'), eve.next('alone')]);

    await privateRedis([], redis.port);
    const { data } = await bob.next('pusher_internal:member_added');
    expect(data).toContain('eve');
    await expect.poll(() => [here.missed > 0, there.missed > 0], PATIENT).toEqual([true, true]);
    await backend(there).trigger(ROOM, 'again', 1);
    await Promise.all([ann, bob, eve].map(async (client) => client.next('again')));
    for (const node of [here, there]) {
      expect(await countsOf(node, ROOM)).toMatchObject({ subscription_count: 3, user_count: 3 });
    }
    // Nobody left, whatever happened to Redis; and what was said meanwhile stayed where it was.
    const frames = [ann, bob, eve].flatMap((client) => client.frames.map(({ event }) => event));
    expect(frames.filter((event) => event.endsWith('removed'))).toEqual([]);
    expect(bob.frames.map(({ event }) => event)).not.toContain('alone');
  });

  test('[PP-4] a process that stood still gives up nobody when it goes on, and is taken back', async () => {
    const redis = await privateRedis();
    const [here, there] = await startNodes(redis);
    const [ann, bob] = await Promise.all([connectRaw(here), connectRaw(there)]);
    await ann.join(ROOM, { user_id: 'ann' });
    await expect.poll(async () => countsOf(there, ROOM), PATIENT).toMatchObject({ user_count: 1 });
    await bob.join(ROOM, { user_id: 'bob' });
    await ann.next('pusher_internal:member_added');
    await there.kill('SIGSTOP');
    await ann.next('pusher_internal:member_removed');
    await there.kill('SIGCONT');
    await ann.next('pusher_internal:member_added');
    await backend(here).trigger(ROOM, 'again', 1);
    await bob.next('again');
    const events = bob.frames.map(({ event }) => event);
    expect(events.filter((event) => event.includes('member_'))).toEqual([]);
  });

  test('a Redis that does not read holds a bounded amount of memory, and what is too much is dropped', async () => {
    const redis = await privateRedis();
    const warnings: string[] = [];
    const nothing = (): void => undefined;
    const warn = (_o: object, m: string): number => warnings.push(m);
    const logger = { debug: nothing, info: nothing, warn, error: nothing };
    const [here, there] = await Promise.all([
      startRealtime({ bus: createRedisBus({ url: redis.url }), clusterTimes: TIMES, logger }),
      startHere(redis.url),
    ]);
    await together(here, there);
    const ann = await connectRaw(there);
    await ann.join('chat');
    process.kill(redis.pid, 'SIGSTOP');
    const flood = { appId: APP.id, channels: ['flood'], event: 'e', data: 'x'.repeat(10_000) };
    // Three times what may wait.
    for (let n = 0; n < 5_000; n += 1) here.server.publish(flood);
    await expect.poll(() => here.server.clusterFigures()?.dropped, PATIENT).toBeGreaterThan(0);
    expect(warnings).toContain('the bus takes packets too slowly: some are dropped');
    process.kill(redis.pid, 'SIGCONT');
    // What is published before Redis has read the rest is dropped as well.
    await expect
      .poll(() => {
        here.server.publish({ ...flood, channels: ['chat'], event: 'after' });
        return ann.eventsOn('chat').length;
      }, PATIENT)
      .toBeGreaterThan(0);
  });

  test('servers start without Redis, and find each other once it is there', async () => {
    const gone = await privateRedis();
    await gone.stop();
    const [here, there] = await Promise.all([startHere(gone.url), startHere(gone.url)]);
    const ann = await connectRaw(here);
    await ann.join('chat');
    await backend(here).trigger('chat', 'alone', 1);
    await ann.next('alone');
    await privateRedis([], gone.port);
    await together(here, there);
    await backend(there).trigger('chat', 'together', 1);
    await ann.next('together');
  });

  test('[PP-3] the last event of a cache channel is there for a node that starts later', async () => {
    const redis = await privateRedis();
    const here = await startHere(redis.url);
    await expect.poll(() => here.server.clusterFigures()?.isUp, PATIENT).toBe(true);
    await backend(here).trigger('cache-weather', 'now', { t: 1 });
    const there = await startHere(redis.url);
    await together(here, there);
    const late = await connectRaw(there);
    await late.join('cache-weather');
    expect(await late.next('now')).toMatchObject({ data: '{"t":1}' });
  });

  test('passwords, database numbers and one-node Redis clusters are fine, a wrong password harms nobody', async () => {
    const settings = ['--requirepass', 'p@ss word', '--cluster-enabled', 'yes'];
    const redis = await privateRedis(settings);
    const url = `redis://:${encodeURIComponent('p@ss word')}@127.0.0.1:${redis.port}`;
    const admin = createClient({ url });
    onTestFinished(() => admin.destroy());
    await admin.connect();
    await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    await expect
      .poll(async () => admin.sendCommand(['CLUSTER', 'INFO']), PATIENT)
      .toContain('cluster_state:ok');
    const [here, there] = await Promise.all([startHere(url), startHere(url)]);
    await together(here, there);
    const ann = await connectRaw(here);
    await ann.join('cache-chat');
    await backend(there).trigger('cache-chat', 'e', 1);
    await ann.next('e');

    const warnings: string[] = [];
    const nothing = (): void => undefined;
    const warn = (_o: object, m: string): number => warnings.push(m);
    const logger = { debug: nothing, info: nothing, warn, error: nothing };
    const wrong = `redis://:wrong@127.0.0.1:${redis.port}/3`;
    const shut = await startRealtime({ bus: createRedisBus({ url: wrong, logger }) });
    await expect.poll(() => warnings.length, PATIENT).toBeGreaterThan(0);
    const bob = await connectRaw(shut);
    await bob.join('chat');
    await backend(shut).trigger('chat', 'e', 1);
    await bob.next('e');
  });

  test('garbage on Redis is refused, the process lives, and nobody notices', async () => {
    const redis = await privateRedis();
    const [here, there] = await Promise.all([startHere(redis.url), startHere(redis.url)]);
    await together(here, there);
    const ann = await connectRaw(here);
    await ann.join(ROOM, { user_id: 'ann' });
    const stranger = createClient({ url: redis.url });
    onTestFinished(() => stranger.destroy());
    await stranger.connect();
    const head = (n: number): string => `parley-bus 1 ${'f'.repeat(16)} * ${n}\n`;
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const lines = [
      '{}',
      'null',
      deep,
      '{"type":"__proto__"}',
      '{"type":"snapshot","phase":"middle"}',
      '{"type":"state","appId":"7","channels":{"__proto__":1}}',
      '{"type":"state","appId":"7","channels":[["presence-room",-1]]}',
      '{"type":"state","appId":"7","channels":[["presence-room",1e99]]}',
      '{"type":"state","appId":"7","channels":[["presence-room",1,[["eve","not JSON"]]]]}',
      '{"type":"state","appId":"7","channels":[["not a name",1]]}',
      '{"type":"users","appId":"7","users":[["eve",1]]}',
      '{"type":"terminate","appId":"7","userId":["ann"]}',
      '{"type":"broadcast","appId":"7","channels":["presence-room"],"event":"e","dataJson":"}{"}',
      '{"type":"broadcast","appId":"7","channels":"presence-room","event":"e","dataJson":"1"}',
      '{"type":"broadcast","appId":"7","channels":["presence-room"],"event":"e","dataJson":"1","exceptSocketId":7}',
    ];
    const packets = [
      '',
      '\n',
      'garbage',
      deep,
      `parley-bus 2 ${'f'.repeat(16)} * 1\n`,
      `parley-bus 1 ${'f'.repeat(16)} * 0\n{}`,
      'x'.repeat(8 * 1024 * 1024),
      ...lines.map((line, at) => head(at + 1) + line),
    ];
    const before = here.server.clusterFigures()?.rejected ?? 0;
    for (const packet of packets) await stranger.publish('parley:bus', packet);
    await stranger.publish('parley:bus', Buffer.from([0xff, 0xfe, 0, 1]));
    await expect
      .poll(() => here.server.clusterFigures()?.rejected, PATIENT)
      .toBe(before + packets.length + 1);

    await backend(there).trigger(ROOM, 'said', 1);
    await ann.next('said');
    await ann.roundTrip();
    const events = ann.eventsOn(ROOM).map(({ event }) => event);
    expect(events).toEqual(['said']);
    expect(await countsOf(here, ROOM)).toMatchObject({ subscription_count: 1, user_count: 1 });
    expect(here.server.stats().channels).toBe(1);
  });
});
