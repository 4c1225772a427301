import type { Publication as SocketPublication } from '@parley/realtime';
import { expect, test } from 'vitest';
import { createBroadcastJobHandler } from './broadcast.job.ts';
import { type BroadcastLogger, createBroadcast } from './broadcast.ts';
import { Feed } from './feed.ts';
import type { Publication, Remote } from './publication.ts';
import { RemoteError, type RemotePublisher } from './remote.ts';

const EVENT: Publication = {
  channel: 'private-chat.conversation.7',
  event: 'ChatMessageReceived',
  data: { conversation_id: 7, seq: 1 },
  feed: { visitorId: 3 },
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
    onJobs: () => {
      throw new Error('broken too');
    },
    logger,
  });
  hub.publish([EVENT]);
  hub.publishPassing([EVENT]);
  expect(logger.lines.length).toBeGreaterThanOrEqual(3);
});

test('[RT-7] a job is tried again, unless it is refused for good, too old, or for nobody', async () => {
  const logger = recordingLogger();
  let status = 503;
  let published = 0;
  const remotes = remotesOf(() => {
    published += 1;
    return Promise.reject(new RemoteError(status, `status ${status}`));
  });
  const now_ms = 10_000_000;
  const handle = createBroadcastJobHandler(remotes, logger, { now_ms: () => now_ms });
  const job = { remote: 'pusher', publications: [EVENT] };
  const fresh = { attempts: 1, createdAt_ms: now_ms - 1_000 };

  await expect(handle(job, fresh)).rejects.toThrow('status 503');
  for (status of [401, 403, 429, 500]) {
    await expect(handle(job, fresh)).rejects.toThrow(RemoteError);
  }
  for (status of [400, 413]) await handle(job, fresh);
  expect(published).toBe(7);
  await handle(job, { attempts: 9, createdAt_ms: now_ms - 3_600_001 });
  await handle({ ...job, remote: 'reverb-external' }, fresh);
  expect(published).toBe(7);
});
