import type { Message } from '@parley/protocol';
import type { Clock } from '../context.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';
import { Unavailable } from '../job/job.ts';
import type { Attempt, JobHandler } from '../job/job.worker.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import { MailError, type Mailer } from './mailer.ts';
import type { ReplyTo } from './reply-address.ts';
import { type TranscriptJob, TRANSCRIPT } from './transcript.commands.ts';
import { renderTranscript } from './transcript.ts';

/** Nobody waits for a mail for longer. */
const AGE_MAX_MS = 3 * 24 * 60 * 60_000;
const MESSAGES_MAX = 2_000;
/** Mail of more than this is not read. */
const TEXT_MAX_CHARS = 500_000;
const PAGE = 200;

export interface TranscriptJobOptions {
  /** Null: this node sends none, and what waits is left for one that does. */
  readonly mailer: Mailer | null;
  readonly replyTo: ReplyTo;
  readonly conversationQueries: Pick<ConversationQueries, 'messagesOfVisitor'>;
  readonly siteQueries: Pick<SiteQueries, 'findSite'>;
  readonly clock: Clock;
  readonly logger: {
    warn(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

/** By kind. Sends what was asked for; the conversation is read when it is sent, not before. */
export function createMailJobHandlers(
  options: TranscriptJobOptions,
): Readonly<Record<string, JobHandler>> {
  const { mailer } = options;
  if (mailer === null) return {};
  return {
    [TRANSCRIPT]: (payload, attempt) =>
      sendTranscript(options, mailer, payload as TranscriptJob, attempt),
  };
}

async function sendTranscript(
  options: TranscriptJobOptions,
  mailer: Mailer,
  job: TranscriptJob,
  attempt: Attempt,
): Promise<void> {
  const { siteQueries, clock, replyTo, logger } = options;
  const { visitor, conversationId } = job;
  if (clock.now_ms() - attempt.createdAt_ms > AGE_MAX_MS) {
    logger.warn({ conversationId }, 'A transcript was too old to be sent still');
    return;
  }
  const site = await siteQueries.findSite(visitor.siteId);
  const read = await readAll(options, job);
  // Erased meanwhile, or another person's now, or of another address: nothing is theirs to be sent.
  if (site === null || read === null) return;
  const mail = renderTranscript({
    siteName: site.name,
    locale: job.locale ?? site.settings.locale,
    timeZone: site.settings.hours?.time_zone ?? 'UTC',
    ...read,
  });
  try {
    const answered = replyTo?.({ ...visitor, conversationId }, job.to);
    await mailer.send({
      ...mail,
      to: job.to,
      fromName: site.name,
      ...(answered !== undefined && { replyTo: answered }),
    });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    if (error.kind === 'unavailable') throw new Unavailable(error.message, null, error);
    if (error.kind === 'failed') throw error;
    logger.error({ err: error, conversationId }, 'A transcript was refused for good');
  }
}

/**
 * The newest messages that fit, oldest first; null where the conversation is not the visitor's, or the address,
 * which was typed, is not any more.
 */
async function readAll(
  { conversationQueries }: TranscriptJobOptions,
  { visitor, conversationId, to }: TranscriptJob,
): Promise<{ messages: readonly Message[]; isCut: boolean } | null> {
  const messages: Message[] = [];
  let chars = 0;
  for (;;) {
    const before = messages[0]?.seq;
    const page = { limit: PAGE, ...(before !== undefined && { before }) };
    const answer = await conversationQueries.messagesOfVisitor(visitor, conversationId, page);
    if (answer === null || answer.conversation.visitor.email !== to) return null;
    messages.unshift(...answer.messages);
    chars += answer.messages.reduce((sum, { text }) => sum + text.length, 0);
    const isFull = messages.length >= MESSAGES_MAX || chars >= TEXT_MAX_CHARS;
    if (!answer.has_more || isFull) return { messages, isCut: answer.has_more };
  }
}
