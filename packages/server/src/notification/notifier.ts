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

/** Which sites have anybody to tell, or will be known to; and when that was looked up. */
interface Known {
  readonly sites: ReadonlySet<number> | Promise<ReadonlySet<number>>;
  readonly at_ms: number;
}

/**
 * Costs a message nothing but a look at its data, and a job where somebody may have to be told.
 * Jobs are made after the commit: sending does not wait for them, and a node that dies in that
 * moment loses a ring, never a message.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { database, clock, queries, onJob, logger } = options;
  /** When the job of a conversation was made that is not due yet; the oldest first. */
  const under = new Map<number, number>();
  let known: Known | null = null;

  async function look(now_ms: number): Promise<ReadonlySet<number>> {
    const looked: Known = { sites: queries.sitesToTell(), at_ms: now_ms };
    known = looked;
    const sites = await looked.sites;
    if (known === looked) known = { sites, at_ms: now_ms };
    return sites;
  }

  function consider(siteId: number, conversationId: number): void {
    const now_ms = clock.now_ms();
    if (known !== null && !isWithin(KNOWN_MS, known.at_ms, now_ms)) known = null;
    const sites = known?.sites ?? null;
    // Most sites ask for nothing: there a message ends here.
    if (sites !== null && 'has' in sites && !sites.has(siteId)) return;
    for (const [id, at_ms] of under) {
      // There may be thousands, and each message looks.
      if (isWithin(DELAY_MS, at_ms, now_ms)) break;
      under.delete(id);
    }
    if (under.has(conversationId)) return;
    under.set(conversationId, now_ms);
    void tell(siteId, conversationId, now_ms);
  }

  async function tell(siteId: number, conversationId: number, now_ms: number): Promise<void> {
    try {
      if (!(await (known?.sites ?? look(now_ms))).has(siteId)) return;
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
      for (const { event, channel, conversationId } of publications) {
        // The row of the inbox, which comes with each message.
        const parsed = event === 'ChatInboxUpdated' ? parseChannel(channel) : null;
        if (parsed?.kind !== 'site-inbox' || conversationId === null) continue;
        consider(parsed.siteId, conversationId);
      }
    },
    changed() {
      known = null;
    },
  };
}

/** Less than so long ago; not where the clock was put back since. */
function isWithin(length_ms: number, at_ms: number, now_ms: number): boolean {
  return at_ms <= now_ms && now_ms < at_ms + length_ms;
}
