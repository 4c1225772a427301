import type { Clock } from '../context.ts';
import type { JobHandler } from '../job/job.worker.ts';
import type { BroadcastLogger } from './broadcast.ts';
import type { BroadcastJob, Remote } from './publication.ts';
import { RemoteError, type RemotePublisher } from './remote.ts';

/** The kind of job that carries events to remote providers (RT-7). */
export const BROADCAST_JOB = 'broadcast';

/** Whoever has not heard an event by then has fetched it, or will at the next one. */
const AGE_MAX_MS = 60 * 60_000;

/**
 * Publishes what a transaction left for a provider. A refusal that is final is logged and let go:
 * later events of the conversation must not wait for it, and its clients fetch at the gap.
 */
export function createBroadcastJobHandler(
  remotes: ReadonlyMap<Remote, RemotePublisher>,
  logger: BroadcastLogger,
  clock: Clock,
): JobHandler {
  return async (payload, { createdAt_ms }) => {
    const { remote, publications } = payload as BroadcastJob;
    if (clock.now_ms() - createdAt_ms > AGE_MAX_MS) {
      logger.warn({ remote }, 'An event was too old to be published still');
      return;
    }
    const publisher = remotes.get(remote);
    if (publisher === undefined) {
      logger.warn({ remote }, 'An event waited for a provider that is not configured any more');
      return;
    }
    try {
      await publisher.publish(publications);
    } catch (error) {
      if (!(error instanceof RemoteError) || !error.isFinal) throw error;
      logger.error({ err: error, remote }, 'A provider refused an event for good');
    }
  };
}
