import type { RealtimeServer } from '@parley/realtime';
import { sentData } from './encode.ts';
import type { Feed, FeedEvent } from './feed.ts';
import type { ProviderHealth } from './health.ts';
import type { Broadcast, Publication, Remote } from './publication.ts';
import type { RemotePublisher } from './remote.ts';

export interface BroadcastLogger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface BroadcastOptions {
  readonly feed: Feed;
  /** The Pusher-protocol server in this process; null where there is none. */
  readonly own: {
    readonly realtime: Pick<RealtimeServer, 'publish'>;
    readonly appId: string;
  } | null;
  readonly remotes: ReadonlyMap<Remote, RemotePublisher>;
  /** For those who poll on other nodes. */
  readonly tellEvents: (events: readonly FeedEvent[]) => void;
  readonly health: Pick<ProviderHealth, 'isDegraded'>;
  /** There are jobs for the remote providers. */
  readonly onJobs: () => void;
  readonly logger: BroadcastLogger;
}

/** All ways by which events reach clients (RT-5: each event goes every way that is enabled). */
export interface BroadcastHub extends Broadcast {
  /** What passes and is not kept, such as typing: remote providers are tried once, without a job. */
  publishPassing(publications: readonly Publication[]): void;
}

/** Calls for passing events at once, of one provider; what is more is dropped, not queued. */
const PASSING_MAX = 20;

export function createBroadcast(options: BroadcastOptions): BroadcastHub {
  const { feed, own, remotes, tellEvents, health, onJobs, logger } = options;
  const passing = new Map<Remote, number>();

  const publishHere = (publications: readonly Publication[]): void => {
    const events: FeedEvent[] = [];
    for (const publication of publications) {
      const { audience, channel, event, data } = publication;
      events.push({ audience, channel, event, data });
      own?.realtime.publish({
        appId: own.appId,
        channels: [channel],
        event,
        data: sentData(publication),
      });
    }
    feed.publish(events);
    tellEvents(events);
  };

  /** Nothing that goes wrong here may fail a request that is already committed (SYNC-8). */
  const guarded = (action: () => void, publications: readonly Publication[]): void => {
    try {
      action();
    } catch (error) {
      const channels = publications.map(({ channel }) => channel);
      logger.error({ err: error, channels }, 'An event was not published');
    }
  };

  return {
    remotes: [...remotes.keys()],

    publish(publications) {
      guarded(() => publishHere(publications), publications);
      if (remotes.size > 0) guarded(onJobs, publications);
    },

    publishPassing(publications) {
      guarded(() => publishHere(publications), publications);
      for (const [remote, publisher] of remotes) {
        const underWay = passing.get(remote) ?? 0;
        // It would wait for its timeout, and be of no use any more.
        if (health.isDegraded(remote) || underWay >= PASSING_MAX) continue;
        passing.set(remote, underWay + 1);
        publisher
          .publish(publications)
          .catch((error: unknown) => {
            logger.warn({ err: error, remote }, 'A passing event did not reach a remote provider');
          })
          .finally(() => {
            passing.set(remote, (passing.get(remote) ?? 1) - 1);
          });
      }
    },
  };
}
