import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../context.ts';
import type { BroadcastJob } from '../broadcast/publication.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { currentRequest, forRequest } from '../request-id.ts';
import { insertJobs } from '../testing/transactions.ts';
import { withWorld } from '../testing/with-world.ts';
import { createWorld, newSite, newVisitor, parsed, say, type World } from '../testing/world.ts';
import { type NewJob, Unavailable } from './job.ts';
import { takeDue } from './job.commands.ts';
import { startJobWorker, type JobHandler, type JobWorker } from './job.worker.ts';

const nothing = (): void => undefined;
const silent = { info: nothing, debug: nothing, warn: nothing, error: nothing };

/** RT-7: durable, in order within a key, tried again, by one worker at a time. */
export function jobContract(make: MakeDatabases): void {
  describe('jobs', () => {
    const at = withWorld(make);

    it('[RT-7] jobs of one key are worked in order, one at a time; keys do not wait for each other', async () => {
      const world = at.world();
      const done: string[] = [];
      const running = new Set<string>();
      const gate = Promise.withResolvers<void>();
      const drained = Promise.withResolvers<void>();
      const handle: JobHandler = async (payload) => {
        const { key, n } = payload as { key: string; n: number };
        expect(running.has(key)).toBe(false);
        running.add(key);
        if (key === 'slow') await gate.promise;
        running.delete(key);
        done.push(`${key} ${n}`);
        // The slow key is held until all of the quick one is done.
        if (key === 'quick' && n === 19) gate.resolve();
        if (done.length === 40) drained.resolve();
      };
      const worker = start(world, { order: handle });
      await add(
        world,
        Array.from({ length: 40 }, (_, n) => {
          const key = n % 2 ? 'quick' : 'slow';
          return job('order', key, { key, n: Math.floor(n / 2) });
        }),
      );
      worker.wake();
      await drained.promise;
      await worker.stop();
      for (const key of ['quick', 'slow']) {
        const own = done.filter((entry) => entry.startsWith(key));
        expect(own).toEqual(Array.from({ length: 20 }, (_, n) => `${key} ${n}`));
      }
      expect(done.indexOf('quick 19')).toBeLessThan(done.indexOf('slow 0'));
      expect(await left(world, 'order')).toEqual([]);
    });

    it('a job names the request that made it, and so do the jobs that it makes; others name none', async () => {
      const world = at.world();
      const handlers: Record<string, JobHandler> = {
        'of-one': async () => {
          expect(currentRequest()).toBe('request-1');
          await add(world, [job('of-one-later', 'of-one-later', {})]);
        },
        'of-none': async () => {
          expect(currentRequest()).toBeNull();
          await add(world, [job('of-none-later', 'of-none-later', {})]);
        },
      };
      // Together, so that they share a transaction of the database where it has such.
      await Promise.all([
        forRequest('request-1', () => add(world, [job('of-one', 'of-one', {})])),
        add(world, [job('of-none', 'of-none', {})]),
      ]);
      await workAll(world, handlers);
      const rows = [...(await left(world, 'of-one')), ...(await left(world, 'of-none'))];
      expect(rows.map(({ kind, request_id }) => [kind, request_id])).toEqual([
        ['of-one-later', 'request-1'],
        ['of-none-later', null],
      ]);
    });

    it('[RT-7] a failed job is tried again, later and later, and blocks the younger of its key', async () => {
      const world = at.world();
      const seen: string[] = [];
      let failures = 3;
      const handle: JobHandler = (payload, { attempts }) => {
        const { n } = payload as { n: number };
        seen.push(`${n} after ${attempts}`);
        if (n === 0 && failures-- > 0) return Promise.reject(new Error('out of order'));
        return Promise.resolve();
      };
      await add(
        world,
        [0, 1].map((n) => job('retry', 'retry', { n })),
      );
      const waits: number[] = [];
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await workAll(world, { retry: handle });
        const [first] = await left(world, 'retry');
        expect(first).toMatchObject({ attempts: attempt + 1, last_error: 'out of order' });
        const wait_ms = (first?.run_at ?? 0) - world.clock.now_ms();
        waits.push(wait_ms);
        // Not due yet: nothing happens.
        world.clock.advance(wait_ms - 1);
        await workAll(world, { retry: handle });
        expect(seen).toHaveLength(attempt + 1);
        world.clock.advance(1);
      }
      expect(waits).toEqual([1_000, 2_000, 4_000]);
      await workAll(world, { retry: handle });
      expect(seen).toEqual(['0 after 0', '0 after 1', '0 after 2', '0 after 3', '1 after 0']);
      expect(await left(world, 'retry')).toEqual([]);
    });

    it('[RT-7] several nodes work each job once', async () => {
      const worlds = [at.world(), await at.another()];
      const seen: number[] = [];
      const drained = Promise.withResolvers<void>();
      const handle: JobHandler = (payload) => {
        seen.push((payload as { n: number }).n);
        if (seen.length >= 60) drained.resolve();
        return Promise.resolve();
      };
      const [first] = worlds;
      await add(
        first ?? at.world(),
        Array.from({ length: 60 }, (_, n) => job('once', `once ${n % 7}`, { n })),
      );
      const workers = worlds.map((world) => start(world, { once: handle }));
      await drained.promise;
      for (const worker of workers) await worker.stop();
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    });

    it('[RT-7] order and once hold over several workers, whatever fails in between', async () => {
      const worlds = [at.world(), await at.another()];
      const random = generator(20_261_121);
      const done = new Map<string, number[]>();
      const handle: JobHandler = async (payload) => {
        const { key, n } = payload as { key: string; n: number };
        await setImmediate();
        const luck = random();
        if (luck < 0.2) throw new Unavailable('down', luck < 0.1 ? 2_000 : null);
        if (luck < 0.4) throw new Error('its own trouble');
        done.set(key, [...(done.get(key) ?? []), n]);
      };
      const keys = Array.from({ length: 12 }, (_, n) => `mixed ${n}`);
      for (let n = 0; n < 8; n += 1) {
        await add(
          at.world(),
          keys.map((key) => job('mixed', key, { key, n })),
        );
      }
      const workers = worlds.map((world) => start(world, { mixed: handle }));
      const all = (): number => [...done.values()].reduce((sum, own) => sum + own.length, 0);
      while (all() < 96) {
        for (const world of worlds) world.clock.advance(1_000);
        for (const worker of workers) worker.wake();
        await setTimeout(5);
        // Not faster than the database is on a busy machine, or leases end while their jobs are noted.
        for (const world of worlds) await left(world, 'mixed');
      }
      for (const worker of workers) await worker.stop();
      for (const key of keys) expect(done.get(key), key).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(await left(at.world(), 'mixed')).toEqual([]);
    });

    it('[RT-7] what a kind needs is gone: it is asked for once at a time, and other kinds go on', async () => {
      const world = at.world();
      const tried: number[] = [];
      const done: number[] = [];
      let marks = 0;
      let isDown = true;
      const worker = start(world, {
        down: (payload) => {
          const { n } = payload as { n: number };
          tried.push(n);
          if (isDown) return Promise.reject(new Unavailable('no answer', null));
          done.push(n);
          return Promise.resolve();
        },
        up: () => {
          marks += 1;
          return Promise.resolve();
        },
      });
      /** Resolves when the worker has looked, and has started what it wanted to start. */
      const look = async (): Promise<void> => {
        const before = marks;
        await add(world, [job('up', 'up', {})]);
        worker.wake();
        await expect.poll(() => marks, { interval: 5 }).toBe(before + 1);
      };
      await add(
        world,
        Array.from({ length: 40 }, (_, n) => job('down', `down ${n % 20}`, { n })),
      );
      await look();
      expect(tried).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      await look();
      world.clock.advance(999);
      await look();
      expect(tried).toHaveLength(8);
      // One that has not failed yet, for the first may be poisoned.
      world.clock.advance(1);
      await look();
      expect(tried.slice(8)).toEqual([8]);
      world.clock.advance(1_999);
      await look();
      expect(tried).toHaveLength(9);
      isDown = false;
      world.clock.advance(1);
      await look();
      await expect.poll(() => done.length, { interval: 5 }).toBe(40);
      expect(tried).toHaveLength(49);
      for (let key = 0; key < 20; key += 1) {
        expect(done.indexOf(key)).toBeLessThan(done.indexOf(key + 20));
      }
    });

    it('[RT-7] a job whose worker died is taken when its lease ends, and not before', async () => {
      const world = at.world();
      await add(world, [job('lease', 'lease', {})]);
      const now_ms = world.clock.now_ms();
      const taken = await world.database.write(takeDue, {
        now_ms,
        locked_until: now_ms + 1_000,
        wanted: [{ kind: 'lease', limit: 8 }],
      });
      expect(taken).toHaveLength(1);
      let runs = 0;
      const handle: JobHandler = () => {
        runs += 1;
        return Promise.resolve();
      };
      world.clock.advance(999);
      await workAll(world, { lease: handle });
      expect(runs).toBe(0);
      world.clock.advance(1);
      await workAll(world, { lease: handle });
      expect(runs).toBe(1);
    });

    it('[RT-7] what becomes due while the queue is looked through is not left for the next sweep', async () => {
      const world = at.world();
      const due_ms = world.clock.now_ms() + 50;
      await add(world, [{ ...job('soon', 'soon', {}), runAt_ms: due_ms }]);
      // Not due at the first look at it, and due at the second.
      const clock: Clock = {
        now_ms: () => {
          world.clock.advance(30);
          return world.clock.now_ms();
        },
      };
      const { promise, resolve } = Promise.withResolvers<void>();
      start({ ...world, clock }, { soon: () => Promise.resolve(resolve()) });
      await promise;
    }, 15_000);

    it('[RT-7] a change and its publications for remote providers are committed together', async () => {
      const world = createWorld(at.world().database, ['pusher', 'reverb-external']);
      const visitor = await newVisitor(world, await newSite(world));
      world.broadcast.take();
      const { message } = await say(world, visitor, 'hi');
      const published = world.broadcast.take();
      const jobs = await left(world, 'broadcast:');
      expect(jobs.map((row) => `${row.kind} ${row.queue_key}`)).toEqual([
        `broadcast:pusher pusher:conversation:${message.conversation_id}`,
        `broadcast:reverb-external reverb-external:conversation:${message.conversation_id}`,
      ]);
      const job = JSON.parse(jobs[0]?.payload ?? '') as BroadcastJob;
      expect(job.remote).toBe('pusher');
      expect(job.publications.map(parsed)).toEqual(published);
      expect(published.map((publication) => publication.event)).toEqual([
        'ChatConversationStarted',
        'ChatMessageReceived',
        'ChatMessageReceived',
        'ChatInboxUpdated',
      ]);
    });
  });
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function job(kind: string, queueKey: string, payload: object): NewJob {
  return { kind, queueKey, payload };
}

function add(world: World, jobs: NewJob[]): Promise<void> {
  return world.database.write(insertJobs, { jobs, now_ms: world.clock.now_ms() });
}

function left({ database }: World, kind: string) {
  const rows = database.sql.db
    .selectFrom('jobs')
    .selectAll()
    .where('kind', 'like', `${kind}%`)
    .orderBy('id');
  return database.query(rows.compile());
}

function start(
  world: Pick<World, 'database'> & { clock: Clock },
  handlers: Record<string, JobHandler>,
): JobWorker {
  const { database, clock } = world;
  const worker = startJobWorker({ database, clock, handlers, logger: silent, random: () => 0 });
  onTestFinished(() => worker.stop());
  return worker;
}

/** Works what is due by the world's clock; a stopping worker finishes what it has taken. */
async function workAll(world: World, handlers: Record<string, JobHandler>): Promise<void> {
  for (let round = 0; round < 3; round += 1) await start(world, handlers).stop();
}
