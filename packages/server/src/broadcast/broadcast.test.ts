import type { Publication as SocketPublication } from '@parley/realtime';
import { expect, test } from 'vitest';
import { parseRetryAfter_ms } from './answers.ts';
import { createBroadcastJobHandlers } from './broadcast.job.ts';
import { type BroadcastLogger, createBroadcast } from './broadcast.ts';
import { Feed } from './feed.ts';
import { ProviderHealth } from './health.ts';
import { broadcastKind, type Publication, type Remote } from './publication.ts';
import { RemoteError, type RemotePublisher } from './remote.ts';

const EVENT: Publication = {
  channel: 'private-chat.conversation.7',
  event: 'ChatMessageReceived',
  data: JSON.stringify({ conversation_id: 7, seq: 1 }),
  audience: 'visitor:3',
  conversationId: 7,
};

function recordingLogger(): BroadcastLogger & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = (_details: object, message: string): void => void lines.push(message);
  return { lines, warn: log, error: log };
}

const remotesOf = (publish: RemotePublisher['publish']): ReadonlyMap<Remote, RemotePublisher> =>
  new Map([['pusher', { publish }]]);

test('[SYNC-8] publishing never throws, whatever a provider does', () => {
  const logger = recordingLogger();
  const feed = new Feed('run');
  const hub = createBroadcast({
    feed,
    own: {
      appId: '1',
      realtime: {
        publish: (_publication: SocketPublication) => {
          throw new Error('broken');
        },
      },
    },
    remotes: remotesOf(() => Promise.reject(new RemoteError(503, 'down'))),
    tellEvents: () => undefined,
    health: { isDegraded: () => false },
    onJobs: () => {
      throw new Error('broken too');
    },
    logger,
  });
  hub.publish([EVENT]);
  hub.publishPassing([EVENT]);
  expect(logger.lines.length).toBeGreaterThanOrEqual(3);
});

const NOW_MS = 10_000_000_000;
const CLOCK = { now_ms: () => NOW_MS };
const FRESH = { attempts: 1, createdAt_ms: NOW_MS - 1_000, othersDone: false, madeAt: null };
const JOB = { remote: 'pusher', publications: [EVENT] };

function handlerOf(publish: RemotePublisher['publish']) {
  const logger = recordingLogger();
  const health = new ProviderHealth(logger, CLOCK);
  const handlers = createBroadcastJobHandlers({
    remotes: remotesOf(publish),
    health,
    logger,
    clock: CLOCK,
  });
  const handle = (remote: Remote, attempt = FRESH): Promise<void> =>
    handlers[broadcastKind(remote)]?.(JOB, attempt) ?? Promise.reject(new Error('no handler'));
  return { handle, health, logger };
}

test('[RT-7] while the provider takes nothing all wait for it, however often; others need not', async () => {
  let published = 0;
  const { handle, logger } = handlerOf(() => {
    published += 1;
    return Promise.reject(new RemoteError(503, 'status 503', 7_000));
  });
  for (const attempts of [0, 1, 9, 500]) {
    const failed = handle('pusher', { ...FRESH, attempts });
    await expect(failed).rejects.toMatchObject({ name: 'Unavailable', retryAfter_ms: 7_000 });
  }
  // An hour's outage is waited for; a day's is not.
  await expect(
    handle('pusher', { ...FRESH, createdAt_ms: NOW_MS - 2 * 3_600_000 }),
  ).rejects.toThrow('503');
  expect(published).toBe(5);
  await handle('pusher', { ...FRESH, createdAt_ms: NOW_MS - 24 * 3_600_000 - 1 });
  await handle('reverb-external');
  expect(published).toBe(5);
  expect(logger.lines).toHaveLength(3);
});

test('[RT-7] an event that fails while others are taken is put off by itself, and let go at last', async () => {
  const { handle, health } = handlerOf(() => Promise.reject(new RemoteError(500, 'status 500')));
  const poisoned = { ...FRESH, othersDone: true };
  await expect(handle('pusher', poisoned)).rejects.toThrow(RemoteError);
  expect(health.degraded).toEqual([]);
  await handle('pusher', { ...poisoned, attempts: 10 });
  // One that cannot even be made into a call can never be sent.
  const broken = handlerOf(() => Promise.reject(new TypeError('no such field')));
  await broken.handle('pusher', { ...FRESH, attempts: 0 });
});

test('[RT-8] a provider is degraded from the first failure to the next success, and the log says so once', async () => {
  let fails = true;
  const { handle, health, logger } = handlerOf(() =>
    fails ? Promise.reject(new RemoteError(403, 'over quota')) : Promise.resolve([]),
  );
  for (let n = 0; n < 5; n += 1) await handle('pusher').catch(() => undefined);
  expect(health.degraded).toEqual(['pusher']);
  fails = false;
  for (let n = 0; n < 5; n += 1) await handle('pusher');
  expect(health.degraded).toEqual([]);
  expect(logger.lines).toEqual([
    'A provider does not take events: they wait, and are tried again',
    'A provider takes events again',
  ]);
});

test('[RT-7] Retry-After is read as seconds and as a date', () => {
  expect(parseRetryAfter_ms('120', 0)).toBe(120_000);
  expect(parseRetryAfter_ms('Thu, 01 Jan 1970 00:01:00 GMT', 10_000)).toBe(50_000);
  expect(parseRetryAfter_ms('Thu, 01 Jan 1970 00:00:00 GMT', 10_000)).toBe(0);
  for (const header of [undefined, '', 'soon', '-1', '1e9']) {
    expect(parseRetryAfter_ms(header, 0), header).toBeNull();
  }
});

test('[SYNC-8] what passes is not sent to a provider that takes nothing, nor heaped up before a slow one', () => {
  const counts: Record<string, number> = { ok: 0, degraded: 0 };
  for (const name of ['ok', 'degraded']) {
    const hub = createBroadcast({
      feed: new Feed('run'),
      own: null,
      remotes: remotesOf(() => {
        counts[name] = (counts[name] ?? 0) + 1;
        return new Promise(() => undefined);
      }),
      tellEvents: () => undefined,
      health: { isDegraded: () => name === 'degraded' },
      onJobs: () => undefined,
      logger: recordingLogger(),
    });
    for (let n = 0; n < 100; n += 1) hub.publishPassing([EVENT]);
  }
  expect(counts).toEqual({ ok: 20, degraded: 0 });
});
