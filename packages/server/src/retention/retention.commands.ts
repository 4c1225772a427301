import { setImmediate } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { agentsAudience, inboxAudience, visitorAudience } from '../broadcast/audience.ts';
import type { Context } from '../context.ts';
import { commit } from '../conversation/stream.commands.ts';
import { dropConversations } from '../conversation/visitor-change.commands.ts';
import { all, type Sql } from '../database/database.ts';
import { expireFiles } from '../message/expire.commands.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import { lockLeftVisitors, removeLeftVisitors, selectOldFiles } from './retention.store.ts';

/** What sites do not want to keep for ever. */
export interface RetentionCommands {
  /**
   * Deletes, site by site, what is older than the site keeps it, in transactions so small that nobody
   * waits for one. Never rejects.
   */
  sweep(): Promise<void>;
}

export interface RetentionOptions {
  readonly context: Context;
  readonly siteQueries: Pick<SiteQueries, 'keepingFor'>;
  /** These are gone; what is remembered of the audiences is to be forgotten, on all nodes. */
  readonly onGone: (visitorIds: readonly number[], audiences: readonly string[]) => void;
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn'>;
}

const DAY_MS = 24 * 60 * 60_000;
const BATCH = 20;

export function createRetentionCommands(options: RetentionOptions): RetentionCommands {
  const { context, siteQueries, logger } = options;
  let running: Promise<void> | null = null;

  async function sweep(): Promise<void> {
    try {
      for (const { siteId, days, fileDays } of await siteQueries.keepingFor()) {
        const before = (age_days: number): number => context.clock.now_ms() - age_days * DAY_MS;
        const count = days === null ? 0 : await sweepSite(options, siteId, before(days));
        if (count > 0)
          logger.info({ siteId, count }, 'Old conversations and visitors were deleted');
        const files = fileDays === null ? 0 : await sweepFiles(context, siteId, before(fileDays));
        if (files > 0) logger.info({ siteId, count: files }, 'Old files were removed');
      }
    } catch (error) {
      logger.warn({ err: error }, 'Not all that is old was deleted; it will be');
    } finally {
      running = null;
    }
  }

  return { sweep: () => (running ??= sweep()) };
}

async function sweepSite(
  { context, onGone }: RetentionOptions,
  siteId: number,
  before_ms: number,
): Promise<number> {
  let count = 0;
  for (;;) {
    const input = { siteId, before_ms, limit: BATCH };
    const gone = await context.database.write(deleteOld, input);
    const size = gone.conversations.length + gone.visitorIds.length;
    if (size === 0) return count;
    count += size;
    onGone(gone.visitorIds, [
      inboxAudience(siteId),
      ...gone.conversations.flatMap(({ id, visitorId }) => [
        agentsAudience(id),
        visitorAudience(visitorId),
      ]),
    ]);
    // Whatever came in meanwhile goes first.
    await setImmediate();
  }
}

/** Message by message, for each tells of it. */
async function sweepFiles(context: Context, siteId: number, before_ms: number): Promise<number> {
  const { database } = context;
  let count = 0;
  for (;;) {
    const due = selectOldFiles(database.sql, { site_id: siteId, before_ms, limit: BATCH });
    const files = await database.query(due);
    let removed = 0;
    for (const { conversation_id: conversationId, message_id: messageId } of files) {
      // Several of one message went with the first.
      removed += await commit(context, expireFiles, { siteId, conversationId, messageId });
      await setImmediate();
    }
    if (removed === 0) return count;
    count += removed;
  }
}

interface Old {
  readonly siteId: number;
  readonly before_ms: number;
  readonly limit: number;
}

/**
 * A transaction. Conversations that are resolved and at rest, and visitors who were not seen since and
 * have none left: nothing is known of them that somebody could still want.
 */
export function* deleteOld(sql: Sql, old: Old) {
  const conversations = yield* dropConversations(sql, old);
  const values = { site_id: old.siteId, before_ms: old.before_ms, limit: old.limit };
  const left = (yield* all(lockLeftVisitors(sql, values))).map(({ id }) => id);
  const gone = left.length === 0 ? [] : yield* all(removeLeftVisitors(sql, left));
  return { conversations, visitorIds: gone.map(({ id }) => id) };
}
