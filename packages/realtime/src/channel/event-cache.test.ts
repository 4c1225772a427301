import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryBus, type Bus } from '../cluster/bus.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { backend, nextEvent, pusherClient } from '../testing/sdk-clients.ts';
import type { AppEvent } from './app-event.ts';
import {
  CACHED_EVENT_TTL_MS,
  EventCache,
  type CachedEvent,
  type SharedEventCache,
} from './event-cache.ts';

const KINDS = ['cache-', 'private-cache-', 'private-encrypted-cache-', 'presence-cache-'];

function memberOf(channel: string): object | undefined {
  return channel.startsWith('presence-') ? { user_id: 'ann' } : undefined;
}

describe('cache channels', () => {
  test.each(KINDS)('[PP-3] %s sends the last event to who comes later', async (kind) => {
    const reports: AppEvent[] = [];
    const running = await startRealtime({ report: (_appId, event) => reports.push(event) });
    const channel = `${kind}weather`;
    const [early, late] = await Promise.all([connectRaw(running), connectRaw(running)]);

    await early.join(channel, memberOf(channel));
    expect(await early.next('pusher:cache_miss')).toMatchObject({ channel });
    expect(reports.filter(({ type }) => type === 'cache_miss')).toEqual([
      { type: 'cache_miss', channel },
    ]);
    for (const data of ['{"t":1}', '{"t":2}']) {
      running.server.publish({ appId: APP.id, channels: [channel], event: 'now', data });
    }
    early.webSocket.close();
    await early.closed;
    await expect.poll(() => running.server.stats().channels).toBe(0);

    await late.join(channel, memberOf(channel));
    running.server.publish({ appId: APP.id, channels: [channel], event: 'now', data: '{"t":3}' });
    await late.join(channel, memberOf(channel));
    await late.roundTrip();
    expect(late.eventsOn(channel).map(({ event, data }) => [event, data])).toEqual([
      ['now', '{"t":2}'],
      ['now', '{"t":3}'],
    ]);
    expect(reports.filter(({ type }) => type === 'cache_miss')).toHaveLength(1);
  });

  test('[PP-3] an event of a client is not kept, nor is one of another channel', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('private-cache-a');
    client.send({ event: 'client-x', channel: 'private-cache-a', data: {} });
    for (const channel of ['private-a', 'cache', 'private-cached']) {
      running.server.publish({ appId: APP.id, channels: [channel], event: 'e', data: '1' });
    }
    await client.roundTrip();
    const late = await connectRaw(running);
    for (const channel of ['private-cache-a', 'private-a', 'cache', 'private-cached']) {
      await late.join(channel);
    }
    await late.roundTrip();
    expect(late.frames.map(({ event }) => event).filter((event) => event.includes('miss'))).toEqual(
      ['pusher:cache_miss'],
    );
    expect(late.eventsOn('private-a')).toEqual([]);
  });

  test('[PP-3] pusher-js hears the miss, and the last event as the first', async () => {
    const running = await startRealtime();
    const client = pusherClient(running);
    const miss = nextEvent(client.subscribe('private-cache-a'), 'pusher:cache_miss');
    await miss;
    await backend(running).trigger('private-cache-a', 'score', { home: 1 });
    const other = pusherClient(running);
    expect(await nextEvent(other.subscribe('private-cache-a'), 'score')).toEqual({ home: 1 });
  });
});

describe('a cache beyond this node', () => {
  function cachingBus(cache: SharedEventCache): Bus {
    const bus = createMemoryBus();
    return { connect: (listener) => ({ ...bus.connect(listener), cache }) };
  }

  function sharedCache(recall: SharedEventCache['recall']): {
    cache: SharedEventCache;
    remembered: unknown[];
  } {
    const remembered: unknown[] = [];
    return { remembered, cache: { remember: (...it) => remembered.push(it), recall } };
  }

  test('[PP-3] is asked where this node knows nothing, and told what is published', async () => {
    const asked: unknown[] = [];
    const { cache, remembered } = sharedCache(async (...it) => {
      asked.push(it);
      return { event: 'old', dataJson: '"1"' };
    });
    const running = await startRealtime({ bus: cachingBus(cache) });
    const clients = await Promise.all([connectRaw(running), connectRaw(running)]);
    await Promise.all(clients.map(async (client) => client.join('cache-a')));
    for (const client of clients) expect((await client.next('old')).data).toBe('1');
    expect(asked).toEqual([
      [APP.id, 'cache-a'],
      [APP.id, 'cache-a'],
    ]);
    const channels = ['cache-a', 'chat'];
    running.server.publish({ appId: APP.id, channels, event: 'new', data: '2' });
    expect(remembered).toEqual([
      [APP.id, 'cache-a', { event: 'new', dataJson: '"2"' }, CACHED_EVENT_TTL_MS],
    ]);
    const late = await connectRaw(running);
    await late.join('cache-a');
    expect((await late.next('new')).data).toBe('2');
    expect(asked).toHaveLength(2);
  });

  test('[PP-3] a live event that comes before its answer wins', async () => {
    const answer = Promise.withResolvers<CachedEvent | null>();
    const { cache } = sharedCache(async () => answer.promise);
    const running = await startRealtime({ bus: cachingBus(cache) });
    const client = await connectRaw(running);
    await client.join('cache-a');
    running.server.publish({ appId: APP.id, channels: ['cache-a'], event: 'new', data: '2' });
    answer.resolve({ event: 'old', dataJson: '"1"' });
    await client.roundTrip();
    expect(client.eventsOn('cache-a').map(({ event }) => event)).toEqual(['new']);
  });

  test('[PP-3] that fails is a miss', async () => {
    const { cache } = sharedCache(async () => Promise.reject(new Error('Redis is gone')));
    const running = await startRealtime({ bus: cachingBus(cache) });
    const client = await connectRaw(running);
    await client.join('cache-a');
    await client.next('pusher:cache_miss', 'cache-a');
  });
});

describe('the memory of last events', () => {
  const limits = { cachedEventsMax: 5, cachedBytesMax: 400 };
  const puts = fc.array(
    fc.record({
      channel: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', '__proto__'),
      dataJson: fc.string({ maxLength: 60 }),
      wait_ms: fc.integer({ min: 0, max: CACHED_EVENT_TTL_MS / 2 }),
    }),
  );

  test('[PP-3] is bounded, and what it still knows is the last and not too old', () => {
    fc.assert(
      fc.property(puts, (all) => {
        const cache = new EventCache(limits);
        const last = new Map<string, { dataJson: string; at_ms: number }>();
        let now_ms = 0;
        for (const { channel, dataJson, wait_ms } of all) {
          now_ms += wait_ms;
          cache.remember(channel, { event: 'e', dataJson }, now_ms);
          last.set(channel, { dataJson, at_ms: now_ms });
          expect(cache.size).toBeLessThanOrEqual(limits.cachedEventsMax);
          let bytes = 0;
          for (const [name, { dataJson: expected, at_ms }] of last) {
            const found = cache.recall(name, now_ms);
            if (!found) continue;
            expect(found.dataJson).toBe(expected);
            expect(found.ttl_ms).toBe(at_ms + CACHED_EVENT_TTL_MS - now_ms);
            expect(found.ttl_ms).toBeGreaterThan(0);
            bytes += 2 * (name.length + 1 + expected.length);
          }
          expect(bytes).toBeLessThanOrEqual(limits.cachedBytesMax);
          const newest = cache.recall(channel, now_ms);
          expect(newest?.dataJson).toBe(dataJson);
        }
      }),
    );
  });
});
