import type { JobHandler } from '../job/job.worker.ts';
import type { BroadcastLogger } from './broadcast.ts';
import type { BroadcastJob, Remote } from './publication.ts';
import { RemoteError, type RemotePublisher } from './remote.ts';

/** The kind of job that carries events to remote providers (RT-7). */
export const BROADCAST_JOB = 'broadcast';

/**
 * Publishes what a transaction left for a provider. A refusal that is final is logged and let go:
 * later events of the conversation must not wait for it, and its clients fetch at the gap.
 */
export function createBroadcastJobHandler(
  remotes: ReadonlyMap<Remote, RemotePublisher>,
  logger: BroadcastLogger,
): JobHandler {
  return async (payload) => {
    const { remote, publications } = payload as BroadcastJob;
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
