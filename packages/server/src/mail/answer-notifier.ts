import { parseChannel } from '@parley/protocol';
import type { Publication } from '../broadcast/publication.ts';
import type { Context } from '../context.ts';
import type { DatabaseLogger } from '../database/database.ts';
import { queueTelling } from '../notification/notification.commands.ts';
import { answersJob } from './answer.job.ts';

/** Who looks at the chat has seen it by then; what is said within it is looked after once. */
const DELAY_MS = 60_000;
/** As it stands in the data of a received message: never part of what somebody wrote, which is escaped. */
const ANSWER = /"sender_type":"(?:agent|bot)"/;

/**
 * Makes a job of each answer, by which it is looked later whether its visitor saw it. After the commit:
 * answering does not wait for it, and a node that dies in that moment loses a mail, never a message.
 */
export function createAnswerNotifier(
  options: Pick<Context, 'database' | 'clock'> & {
    readonly onJob: () => void;
    readonly logger: DatabaseLogger;
  },
): (publications: readonly Publication[]) => void {
  const { database, clock, onJob, logger } = options;
  /** When the job of a conversation was made that has not begun; the oldest first. */
  const under = new Map<number, number>();

  async function queue(conversationId: number, now_ms: number): Promise<void> {
    try {
      const jobs = [answersJob(conversationId, now_ms + DELAY_MS)];
      await database.write(queueTelling, { jobs, now_ms });
      onJob();
    } catch (error) {
      under.delete(conversationId);
      logger.warn({ err: error, conversationId }, 'It will not be looked whether it was seen');
    }
  }

  return (publications) => {
    for (const { event, channel, data } of publications) {
      if (event !== 'ChatMessageReceived' || !ANSWER.test(data)) continue;
      // Notes are in the agents' stream alone.
      const parsed = parseChannel(channel);
      if (parsed?.kind !== 'conversation') continue;
      const now_ms = clock.now_ms();
      for (const [id, at_ms] of under) {
        if (at_ms <= now_ms && now_ms < at_ms + DELAY_MS) break;
        under.delete(id);
      }
      if (under.has(parsed.conversationId)) continue;
      under.set(parsed.conversationId, now_ms);
      void queue(parsed.conversationId, now_ms);
    }
  };
}
