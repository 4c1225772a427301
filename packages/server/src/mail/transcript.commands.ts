import type { VisitorActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import type { Context } from '../context.ts';
import { heldConversation } from '../conversation/held.queries.ts';
import { viewOf } from '../conversation/stream.commands.ts';
import { plain, runOne, type Sql } from '../database/database.ts';
import { enqueue, withdrawJobs } from '../job/job.commands.ts';
import { newestCovered } from '../message/message.queries.ts';
import { refuseMail } from './answer.commands.ts';
import type { Stop } from './stop-link.ts';
import { forgetMails, type MailLimits, takeMails } from './quota.commands.ts';

/** Of jobs that send a transcript. */
export const TRANSCRIPT = 'mail:transcript';

export interface TranscriptJob {
  readonly visitor: VisitorActor;
  readonly conversationId: number;
  readonly to: string;
  /** Null: that of the site. */
  readonly locale: string | null;
}

export interface TranscriptCommands {
  /**
   * Has the conversation sent to the visitor's own address, which it answers.
   * @throws AppError `not_found`, `email_required`, `nothing_to_send`, `rate_limited`
   */
  sendTranscript(visitor: VisitorActor, id: number, locale: string | null): Promise<string>;
  /** No more mails about answers of this site to this address. */
  refuseMail(stop: Stop): Promise<void>;
  /** What was counted of addresses is kept no longer than it counts. */
  forgetMails(): Promise<void>;
}

export interface TranscriptOptions extends Pick<Context, 'database' | 'clock'> {
  readonly limits: MailLimits | null;
  /** There is a job. */
  readonly onJob: () => void;
}

export function createTranscriptCommands(options: TranscriptOptions): TranscriptCommands {
  const { database, clock, limits, onJob } = options;
  return {
    async sendTranscript(visitor, conversationId, locale) {
      const now_ms = clock.now_ms();
      const to = await database.write(requestTranscript, {
        visitor,
        conversationId,
        locale,
        limits,
        now_ms,
      });
      onJob();
      return to;
    },
    forgetMails: async () => {
      await database.write(runOne, plain(forgetMails(database.sql, clock.now_ms())));
    },
    refuseMail: (stop) => database.write(refuseMail, { ...stop, now_ms: clock.now_ms() }),
  };
}

interface Request extends Omit<TranscriptJob, 'to'> {
  readonly limits: MailLimits | null;
  readonly now_ms: number;
}

/**
 * A transaction. The address may be somebody else's, typed by a visitor, and the text is what that
 * visitor wrote: so nothing is sent of a conversation that no agent has answered, and to one address
 * only a few in a day, whoever asks.
 */
export function* requestTranscript(sql: Sql, request: Request) {
  const { visitor, conversationId, locale, limits, now_ms } = request;
  const state = yield* heldConversation(sql, visitor, conversationId);
  const { email: to } = (yield* viewOf(sql, state)).visitor;
  if (to === null) throw new AppError('email_required', 'Give an email address first.');
  const of = { siteId: visitor.siteId, conversationId, reader: 'visitor' } as const;
  if ((yield* newestCovered(sql, of, Number.MAX_SAFE_INTEGER)) === null) {
    throw new AppError('nothing_to_send', 'Nobody has answered in this conversation yet.');
  }
  const { siteId } = visitor;
  const address = yield* takeMails(sql, { siteId, address: to, limits, now_ms });
  const payload: TranscriptJob = { visitor, conversationId, to, locale };
  yield* enqueue(sql, [{ kind: TRANSCRIPT, queueKey: `mail:${address}`, payload }], now_ms);
  return to;
}

/** Within the transaction that erases a visitor: what was asked for is not mailed any more. */
export function* withdrawTranscripts(sql: Sql, { siteId, visitorId }: Omit<VisitorActor, 'kind'>) {
  yield* withdrawJobs(sql, TRANSCRIPT, (payload) => {
    const { visitor } = JSON.parse(payload) as TranscriptJob;
    return visitor.visitorId === visitorId && visitor.siteId === siteId;
  });
}
