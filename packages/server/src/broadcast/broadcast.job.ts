import type { Clock } from '../context.ts';
import { Unavailable } from '../job/job.ts';
import type { Attempt, JobHandler } from '../job/job.worker.ts';
import type { BroadcastLogger } from './broadcast.ts';
import type { ProviderHealth } from './health.ts';
import { type BroadcastJob, broadcastKind, type Remote, REMOTES } from './publication.ts';
import { RemoteError, type RemotePublisher } from './remote.ts';

/** Longer than an outage that nobody mends; who has not heard an event by then has fetched it. */
const AGE_MAX_MS = 24 * 60 * 60_000;
/** As often may an event fail by itself, while the provider takes others. */
const ATTEMPTS_MAX = 10;

export interface BroadcastJobOptions {
  readonly remotes: ReadonlyMap<Remote, RemotePublisher>;
  readonly health: ProviderHealth;
  readonly logger: BroadcastLogger;
  readonly clock: Clock;
}

/** By kind; also for providers that are not configured any more, whose events must not stay for ever. */
export function createBroadcastJobHandlers(
  options: BroadcastJobOptions,
): Readonly<Record<string, JobHandler>> {
  return Object.fromEntries(
    REMOTES.map((remote) => {
      const publisher = options.remotes.get(remote) ?? null;
      return [broadcastKind(remote), createHandler({ ...options, remote, publisher })];
    }),
  );
}

interface HandlerOptions extends Omit<BroadcastJobOptions, 'remotes'> {
  readonly remote: Remote;
  readonly publisher: RemotePublisher | null;
}

/**
 * Publishes what a transaction left for a provider (RT-7). What is refused for good is logged and
 * let go: later events of the conversation must not wait for it, and its clients fetch at the gap.
 */
function createHandler(options: HandlerOptions): JobHandler {
  const { remote, publisher, health, logger, clock } = options;
  return async (payload, attempt) => {
    if (publisher === null) {
      logger.warn({ remote }, 'An event waited for a provider that is not configured any more');
      return;
    }
    if (clock.now_ms() - attempt.createdAt_ms > AGE_MAX_MS) {
      logger.warn({ remote }, 'An event was too old to be published still');
      return;
    }
    const { publications } = payload as BroadcastJob;
    try {
      const refusals = await publisher.publish(publications);
      health.succeeded(remote);
      for (const { error, publication } of refusals) {
        const { channel, event } = publication;
        logger.error(
          { err: error, remote, channel, event },
          'A provider refused an event for good',
        );
      }
    } catch (error) {
      if (error instanceof RemoteError) passOn(error, attempt, options);
      // Not the provider's answer: what cannot be sent now cannot be sent later either.
      else logger.error({ err: error, remote }, 'An event cannot be published');
    }
  };
}

/** @throws Unavailable where the provider takes nothing; the error where it fails this event alone */
function passOn(
  error: RemoteError,
  { attempts, othersDone }: Attempt,
  { health, remote, logger }: HandlerOptions,
): void {
  if (!othersDone || attempts === 0) {
    health.failed(remote, error);
    throw new Unavailable(error.message, error.retryAfter_ms, error);
  }
  if (attempts < ATTEMPTS_MAX) throw error;
  logger.error({ err: error, remote, attempts }, 'An event failed too often and is let go');
}
