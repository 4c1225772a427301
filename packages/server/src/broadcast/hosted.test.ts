import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigAnswer } from '@parley/protocol';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod/mini';
import { type MakeDatabases, postgresDatabases, sqliteDatabases } from '../testing/databases.ts';
import { call, newVisitor, signIn, type TestVisitor } from '../testing/http-client.ts';
import { listenTo, type Listener } from '../testing/pusher-clients.ts';
import { startProcess } from '../testing/process.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { pusherEnv, refuseWith, REMOTE, startGatedRemote } from '../testing/second-server.ts';

/** Hosted Pusher, for which a second server stands in: the real SDK, the real queue, pusher-js. */

const postgresUrl = inject('postgresUrl');

/** The queue looks again after a failure in a second or more. */
const PATIENT = { timeout: 10_000 };

const channelOf = (id: number): string => `private-chat.conversation.${id}`;

async function listen(visitor: TestVisitor, id: number, port: number, url: string) {
  const listener = await listenTo(channelOf(id), {
    port,
    key: REMOTE.key,
    authUrl: url,
    headers: visitor.headers,
  });
  onTestFinished(() => {
    listener.disconnect();
  });
  return listener;
}

/**
 * The places of the messages after the first one, which may be published before anybody listens;
 * each where it was heard first, for at least once is what is promised.
 */
async function seqsHeard(listener: Listener, count: number): Promise<number[]> {
  for (let heard = count; ; heard += 1) {
    const events = await listener.heard('ChatMessageReceived', heard);
    const seqs = new Set(events.map((data) => (data as { seq: number }).seq));
    seqs.delete(1);
    if (seqs.size >= count) return [...seqs];
  }
}

function hostedContract(make: MakeDatabases): void {
  async function start(port: number, nodes = 1): Promise<[RunningServer, ...RunningServer[]]> {
    const databases = await make();
    onTestFinished(() => databases.discard());
    const startOne = async (): Promise<RunningServer> => {
      const server = await startServer(databases, { env: pusherEnv(port) });
      onTestFinished(() => server.stop());
      return server;
    };
    const first = await startOne();
    return nodes === 1 ? [first] : [first, await startOne()];
  }

  test('[RT-0][RT-5] goes to the hosted one and to the own one; each has its signature', async () => {
    const remote = await startGatedRemote();
    const [server] = await start(remote.port);
    const answer = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
    const config = z.parse(ConfigAnswer, answer.json);
    expect(config).toMatchObject({
      realtimeProvider: 'pusher',
      pusher: { enabled: true, key: REMOTE.key, host: '127.0.0.1', port: remote.port },
      reverb: { enabled: true, heads: true },
    });
    const visitor = await newVisitor(server.url);
    const { conversation_id: id } = await visitor.say('Hello');
    const { headers } = visitor;
    const hosted = { port: remote.port, key: REMOTE.key, authUrl: server.url, headers };
    const own = { port: server.port, key: config.reverb.key, authUrl: server.url, headers };
    const listeners = await Promise.all([
      listenTo(channelOf(id), hosted),
      listenTo(channelOf(id), hosted, 'pusher'),
      listenTo(channelOf(id), own, 'reverb'),
    ]);
    await visitor.say('on all');
    for (const listener of listeners) {
      expect(await seqsHeard(listener, 1)).toEqual([2]);
      listener.disconnect();
    }
  });

  test('[SYNC-8][RT-7][RT-8] over its quota: nothing waits for it, it is asked little, and then gets all in order', async () => {
    const remote = await startGatedRemote();
    const [server] = await start(remote.port);
    remote.close(refuseWith(403));
    const visitor = await newVisitor(server.url);
    const other = await newVisitor(server.url);
    const { conversation_id: id } = await visitor.say('1');
    const listener = await listen(visitor, id, remote.port, server.url);
    for (let n = 2; n <= 20; n += 1) await (n % 2 ? visitor : other).say(String(n));
    await expect.poll(() => server.server.stats().degraded, PATIENT).toEqual(['pusher']);
    const told = async () => {
      const config = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
      const updates = await call(`${server.url}/api/chatbot/updates`, { headers: visitor.headers });
      return [config, updates].map(({ json }) => (json as { degraded?: string[] }).degraded);
    };
    expect(await told()).toEqual([['pusher'], ['pusher']]);
    // Two conversations were tried, and then one at a time after growing pauses.
    expect(remote.calls.length).toBeLessThanOrEqual(10);
    remote.open();
    expect(await seqsHeard(listener, 9)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await expect.poll(() => server.server.stats().degraded, PATIENT).toEqual([]);
    expect(await told()).toEqual([undefined, undefined]);
    const said = server.log.filter((line) => line.includes('does not take events'));
    expect(said).toHaveLength(1);
    expect(server.log.join()).not.toContain('auth_signature');
  }, 90_000);

  test('[RT-7] Retry-After of a 429 is waited for', async () => {
    const remote = await startGatedRemote();
    const [server] = await start(remote.port);
    remote.close(refuseWith(429, { 'retry-after': '600' }));
    const visitor = await newVisitor(server.url);
    await visitor.say('too fast');
    const { sql } = server.database;
    const jobs = sql.db.selectFrom('jobs').select(['run_at', 'attempts']).compile();
    const wait_s = async (): Promise<number> => {
      const [job] = await server.database.query(jobs);
      return job?.attempts === 1 ? (job.run_at - Date.now()) / 1_000 : 0;
    };
    await expect.poll(wait_s, PATIENT).toBeGreaterThan(500);
    expect(await wait_s()).toBeLessThanOrEqual(600);
  });

  test('[RT-7] an event that is too large for it is let go, and what comes after it is not', async () => {
    const remote = await startGatedRemote({ eventDataBytesMax: 2_000 });
    const [server] = await start(remote.port);
    const visitor = await newVisitor(server.url);
    const agent = await signIn(server.url, OWNER);
    const { conversation_id: id } = await visitor.say('first');
    const listener = await listen(visitor, id, remote.port, server.url);
    await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'x'.repeat(3_000) });
    await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: 'third' });
    await expect
      .poll(async () => (await listener.heard('ChatMessageReceived')).at(-1), PATIENT)
      .toMatchObject({ seq: 3 });
    const heard = await listener.heard('ChatMessageReceived');
    expect(heard.map((data) => (data as { seq: number }).seq)).not.toContain(2);
    expect(server.log.filter((line) => line.includes('refused an event for good'))).not.toEqual([]);
    expect(server.server.stats().degraded).toEqual([]);
  });

  test('[RT-7] what one message causes on several channels goes in one call', async () => {
    const remote = await startGatedRemote();
    const [server] = await start(remote.port);
    const visitor = await newVisitor(server.url);
    const { conversation_id: id } = await visitor.say('first');
    const listener = await listen(visitor, id, remote.port, server.url);
    await expect.poll(() => remote.calls.length, PATIENT).toBeGreaterThan(0);
    remote.calls.splice(0);
    await visitor.say('second');
    await seqsHeard(listener, 1);
    await expect.poll(() => remote.calls, PATIENT).toEqual([`/apps/${REMOTE.id}/batch_events`]);
  });

  test(
    '[RT-7] an answer that never ends holds up nobody for long',
    { timeout: 90_000 },
    async () => {
      const remote = await startGatedRemote();
      const [server] = await start(remote.port);
      const visitor = await newVisitor(server.url);
      const { conversation_id: id } = await visitor.say('first');
      const listener = await listen(visitor, id, remote.port, server.url);
      remote.close((_number, response) => {
        response.writeHead(200);
        response.write('{');
        remote.open();
        return true;
      });
      await visitor.say('second');
      await visitor.say('third');
      expect(await seqsHeard(listener, 2)).toEqual([2, 3]);
    },
  );

  test(
    '[SYNC-8][RT-7] a process that is killed between commit and publish: the next one publishes',
    { timeout: 60_000 },
    async () => {
      const remote = await startGatedRemote();
      const databases = await make();
      const folder = await mkdtemp(join(tmpdir(), 'parley-killed-'));
      onTestFinished(async () => {
        await rm(folder, { recursive: true, force: true });
        await databases.discard();
      });
      const env: Record<string, string> = {
        ...pusherEnv(remote.port),
        PORT: '0',
        HOST: '127.0.0.1',
        DATA_DIR: folder,
        PARLEY_SITE_TOKEN: SITE_TOKEN,
        ...(databases.url === null ? {} : { DATABASE_URL: databases.url }),
      };
      const before = await startProcess([], env, /Sign in/);
      const visitor = await newVisitor(before.url);
      const { conversation_id: id } = await visitor.say('first');
      const listener = await listen(visitor, id, remote.port, before.url);
      remote.close(refuseWith(500));
      await visitor.say('acknowledged');
      before.process.kill('SIGKILL');
      await once(before.process, 'exit');
      remote.open();
      await startProcess([], env, /Sign in/);
      expect(await seqsHeard(listener, 1)).toEqual([2]);
    },
  );

  if (make !== sqliteDatabases) {
    test('[RT-7] in order from several nodes, whatever it refuses in between', async () => {
      const remote = await startGatedRemote();
      const [one, two] = await start(remote.port, 2);
      if (two === undefined) throw new Error('two nodes were asked for');
      const visitor = await newVisitor(one.url);
      const { conversation_id: id } = await visitor.say('first');
      const listener = await listen(visitor, id, remote.port, one.url);
      remote.close((number, response) =>
        number % 9 === 4 ? refuseWith(503)(number, response) : false,
      );
      const elsewhere = { ...visitor.headers, 'content-type': 'application/json' };
      for (let n = 0; n < 12; n += 1) {
        await Promise.all([
          visitor.say(`one ${n}`),
          call(`${two.url}/api/chatbot/message`, {
            method: 'POST',
            headers: elsewhere,
            body: { text: `two ${n}` },
          }),
        ]);
      }
      const seqs = await seqsHeard(listener, 24);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      expect(seqs).toHaveLength(24);
      // Each refusal is a pause, which grows.
    }, 60_000);
  }
}

describe('hosted Pusher, with SQLite', () => hostedContract(sqliteDatabases));

describe.skipIf(postgresUrl === null)('hosted Pusher, with PostgreSQL', () =>
  hostedContract(() => postgresDatabases(postgresUrl ?? '')),
);
