import { performance } from 'node:perf_hooks';
import type { RealtimeLogger } from '../options.ts';
import type { Connection } from '../socket/connection.ts';
import { cacheMissFrame, eventFrame } from '../wire/server-frame.ts';
import type { CachedEvent, SharedEventCache } from './event-cache.ts';

export interface Replayer {
  /** Asked where this node knows no last event. */
  sharedCache: SharedEventCache | undefined;
  logger: RealtimeLogger;
}

/** PP-3: tells a new subscriber of a cache channel the last event, or that there is none. */
export function replayLastEvent(connection: Connection, channel: string, replayer: Replayer): void {
  const { app } = connection;
  const last = app.cache.recall(channel, performance.now());
  if (last || !replayer.sharedCache) {
    tell(connection, channel, last);
    return;
  }
  const answer = (found: CachedEvent | null): void => {
    // What came in the meantime is newer, and this subscriber has had it.
    if (!app.cache.recall(channel, performance.now())) tell(connection, channel, found);
  };
  replayer.sharedCache
    .recall(app.id, channel)
    .then(answer)
    .catch((error: unknown) => {
      replayer.logger.warn({ err: error, channel, appId: app.id }, 'cached event not to be had');
      answer(null);
    });
}

function tell(connection: Connection, channel: string, last: CachedEvent | null): void {
  if (!connection.channels.has(channel)) return;
  if (last) {
    const { event, dataJson } = last;
    connection.send(eventFrame({ event, channel, dataJson }));
    return;
  }
  connection.send(cacheMissFrame(channel));
  connection.app.report({ type: 'cache_miss', channel });
}
