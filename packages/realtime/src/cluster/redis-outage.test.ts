import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '../../../../scripts/testing/redis-server.ts';
import { countsOf, startClusterProcess } from '../testing/cluster-processes.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { backend } from '../testing/sdk-clients.ts';

/** With the times that the product has: the passing of time is the subject here. */
const redisServer = inject('redisServer');
const ROOM = 'presence-room';

describe.skipIf(redisServer === null)('nodes on Redis, in real time', () => {
  test(
    '[PP-4] Redis stands still for 10 s: nobody leaves; a node killed: gone within 30 s',
    { timeout: 90_000 },
    async () => {
      const redis = await startRedis(redisServer ?? '');
      onTestFinished(async () => redis.stop());
      const [one, two, three] = await Promise.all([
        startClusterProcess(redis.url),
        startClusterProcess(redis.url),
        startClusterProcess(redis.url),
      ]);
      const [ann, bob, eve] = await Promise.all(
        [one, two, three].map(async (it) => connectRaw(it)),
      );
      if (!ann || !bob || !eve) throw new Error('Nobody is there');
      // They answer no pings by themselves.
      const ping = (): void => {
        for (const it of [ann, bob, eve]) it.send({ event: 'pusher:ping', data: {} });
      };
      const timer = setInterval(ping, 10_000);
      onTestFinished(() => clearInterval(timer));
      await ann.join(ROOM, { user_id: 'ann' });
      await bob.join(ROOM, { user_id: 'bob' });
      await eve.join(ROOM, { user_id: 'eve' });
      for (const node of [one, two, three]) {
        await expect.poll(async () => countsOf(node, ROOM)).toMatchObject({ user_count: 3 });
      }

      process.kill(redis.pid, 'SIGSTOP');
      await backend(one).trigger(ROOM, 'meanwhile', 1);
      await ann.next('meanwhile');
      await sleep(10_000);
      process.kill(redis.pid, 'SIGCONT');
      // What was on its way when Redis stopped arrives when it goes on.
      await Promise.all([bob.next('meanwhile'), eve.next('meanwhile')]);
      await sleep(6_000);
      const removed = [ann, bob, eve].flatMap((client) =>
        client.frames.filter(({ event }) => event === 'pusher_internal:member_removed'),
      );
      expect(removed).toEqual([]);
      await backend(two).trigger(ROOM, 'after', 1);
      await Promise.all([ann, bob, eve].map(async (client) => client.next('after')));

      const killedAt = performance.now();
      await three.kill('SIGKILL');
      const { data } = await ann.next('pusher_internal:member_removed');
      expect(data).toContain('eve');
      expect(performance.now() - killedAt).toBeLessThan(30_000);
      await expect
        .poll(async () => countsOf(two, ROOM), { timeout: 10_000 })
        .toMatchObject({
          user_count: 2,
        });
    },
  );
});
