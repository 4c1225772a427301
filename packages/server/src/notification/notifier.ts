import { parseChannel } from '@parley/protocol';
import type { Publication } from '../broadcast/publication.ts';
import type { Context } from '../context.ts';
import type { DatabaseLogger } from '../database/database.ts';
import { queueTelling } from './notification.commands.ts';
import { NOTIFY } from './notification.job.ts';
import type { NotificationQueries } from './notification.queries.ts';

/** Hears what is published, and makes jobs of what agents who are away may have to be told. */
export interface Notifier {
  /** After each commit, on the node that made it. */
  heard(publications: readonly Publication[]): void;
  /** Somebody wants to be told of other things than before. */
  changed(): void;
}

/** Who looks at the dashboard has read it by then; what is written within it rings once. */
const DELAY_MS = 5_000;
/** How long it is remembered which sites have anybody to tell; changes on other nodes show after it. */
const KNOWN_MS = 10_000;
/**
 * As it stands in the data of a received message. Never part of what somebody wrote: quotes within
 * a text are escaped.
 */
const BY_VISITOR = '"sender_type":"visitor"';

interface NotifierOptions extends Pick<Context, 'database' | 'clock'> {
  readonly queries: Pick<NotificationQueries, 'sitesToTell'>;
  /** There are jobs. */
  readonly onJob: () => void;
  readonly logger: DatabaseLogger;
}

/**
 * Costs a message nothing but a look at its data, and a job where somebody may have to be told.
 * Jobs are made after the commit: sending does not wait for them, and a node that dies in that
 * moment loses a ring, never a message.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { database, clock, queries, onJob, logger } = options;
  /** Conversations that have a job which is not due yet. */
  const under = new Map<number, number>();
  let known: { sites: Promise<ReadonlySet<number>>; at_ms: number } | null = null;

  function sites(now_ms: number): Promise<ReadonlySet<number>> {
    if (known === null || now_ms - known.at_ms > KNOWN_MS) {
      known = { sites: queries.sitesToTell(), at_ms: now_ms };
    }
    return known.sites;
  }

  async function tell(siteId: number, conversationId: number): Promise<void> {
    const now_ms = clock.now_ms();
    for (const [id, due_ms] of under) if (due_ms <= now_ms) under.delete(id);
    if (under.has(conversationId)) return;
    under.set(conversationId, now_ms + DELAY_MS);
    try {
      if (!(await sites(now_ms)).has(siteId)) return;
      const job = {
        kind: NOTIFY,
        queueKey: `notify:${conversationId}`,
        payload: { conversationId },
        runAt_ms: now_ms + DELAY_MS,
      };
      await database.write(queueTelling, { jobs: [job], now_ms });
      onJob();
    } catch (error) {
      known = null;
      under.delete(conversationId);
      logger.warn({ err: error, conversationId }, 'Agents could not be told of a message');
    }
  }

  return {
    heard(publications) {
      const written = publications.some(
        ({ event, data }) => event === 'ChatMessageReceived' && data.includes(BY_VISITOR),
      );
      if (!written) return;
      for (const { channel, conversationId } of publications) {
        // The row of the inbox, which comes with each message.
        const parsed = parseChannel(channel);
        if (parsed?.kind !== 'site-inbox' || conversationId === null) continue;
        void tell(parsed.siteId, conversationId);
      }
    },
    changed() {
      known = null;
    },
  };
}
