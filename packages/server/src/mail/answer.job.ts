import type { Message } from '@parley/protocol';
import { z } from 'zod/mini';
import type { AppKeys } from '../app-keys.ts';
import { AppError } from '../app-error.ts';
import type { Context } from '../context.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';
import { Unavailable, type NewJob } from '../job/job.ts';
import type { Attempt, JobHandler } from '../job/job.worker.ts';
import { queueTelling } from '../notification/notification.commands.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import { answerMail, pageOf } from './answer-mail.ts';
import { claimAnswers, releaseAnswers } from './answer.commands.ts';
import { selectOwner } from './answer.store.ts';
import { MailError, type Mail, type Mailer } from './mailer.ts';
import { replyKeyFrom, type ReplyTo } from './reply-address.ts';
import { stopPath } from './stop-link.ts';
import { addressKey, type MailLimits } from './quota.commands.ts';

/** Of jobs that look whether a visitor saw what it was answered. */
const ANSWERS = 'mail:answers';

interface AnswersJob {
  readonly conversationId: number;
}

const MINUTE_MS = 60_000;
/** No mail is longer; what is left out stands in the chat. */
const ANSWERS_MAX = 50;
/** What could not be sent for so long, also since no server was named, is not sent any more. */
const AGE_MAX_MS = 3 * 24 * 60 * 60_000;

export interface AnswerJobOptions extends Pick<Context, 'database' | 'clock'> {
  readonly mailer: Mailer;
  /** Origin of this server: without one nobody could refuse. */
  readonly appUrl: string;
  readonly keys: AppKeys;
  readonly replyTo: ReplyTo;
  readonly limits: MailLimits | null;
  readonly conversationQueries: Pick<ConversationQueries, 'messagesOfVisitor'>;
  readonly siteQueries: Pick<SiteQueries, 'findSite'>;
  readonly logger: { warn(details: object, message: string): void };
}

export function createAnswerJobHandlers(
  options: AnswerJobOptions,
): Readonly<Record<string, JobHandler>> {
  return {
    [ANSWERS]: (payload, attempt) => mailAnswers(options, payload as AnswersJob, attempt),
  };
}

/** One that looks then. */
export function answersJob(conversationId: number, runAt_ms: number): NewJob {
  const payload: AnswersJob = { conversationId };
  return { kind: ANSWERS, queueKey: `${ANSWERS}:${conversationId}`, payload, runAt_ms };
}

/** What there is to mail to whom; a time: not before then. */
type Due =
  | { readonly at_ms: number }
  | {
      readonly siteId: number;
      readonly siteName: string;
      readonly visitorId: number;
      readonly to: string;
      readonly locale: string;
      readonly page: string | null;
      readonly answers: readonly Message[];
    };

/** As things stand now: who has seen it, left no address, or asked for no mail is sent none. */
async function mailAnswers(
  options: AnswerJobOptions,
  { conversationId }: AnswersJob,
  { createdAt_ms }: Attempt,
) {
  const { database, clock, limits, logger } = options;
  const now_ms = clock.now_ms();
  if (now_ms - createdAt_ms > AGE_MAX_MS) {
    logger.warn(
      { conversationId },
      'An answer was not mailed: nothing could be sent for three days',
    );
    return;
  }
  const due = await dueOf(options, conversationId, now_ms);
  if (due === null) return;
  if ('at_ms' in due) {
    const jobs = [answersJob(conversationId, due.at_ms)];
    await database.write(queueTelling, { jobs, now_ms });
    return;
  }
  const { siteId, to: address, answers } = due;
  const upTo = answers.at(-1)?.seq ?? 0;
  const claim = { siteId, conversationId, address, upTo, limits, now_ms };
  const before = await claimed(options, claim);
  if (before === null) return;
  await send(options, mailOf(options, { ...due, conversationId }, before), () =>
    database.write(releaseAnswers, { ...claim, before }),
  );
}

async function dueOf(
  { database, conversationQueries, siteQueries }: AnswerJobOptions,
  conversationId: number,
  now_ms: number,
): Promise<Due | null> {
  const [owner] = await database.query(selectOwner(database.sql, { id: conversationId }));
  if (owner === undefined || owner.blocked_at !== null) return null;
  const { site_id: siteId, visitor_id: visitorId } = owner;
  const site = await siteQueries.findSite(siteId);
  const minutes = site?.settings.answer_mail_minutes ?? null;
  if (site === null || minutes === null) return null;
  const visitor = { kind: 'visitor', siteId, visitorId } as const;
  const page = { limit: ANSWERS_MAX };
  const read = await conversationQueries.messagesOfVisitor(visitor, conversationId, page);
  const to = read?.conversation.visitor.email ?? null;
  if (read === null || to === null) return null;
  const seen = read.conversation.visitor_read_up_to;
  const answers = read.messages.filter((message) => isAnswer(message) && message.seq > seen);
  const [oldest] = answers;
  if (oldest === undefined) return null;
  const at_ms = (oldest.timestamp + 1) * 1_000 + minutes * MINUTE_MS;
  if (now_ms < at_ms) return { at_ms };
  return {
    siteId,
    siteName: site.name,
    visitorId,
    to,
    locale: owner.locale ?? site.settings.locale,
    page: pageOf(urlOf(owner.page), site.allowedOrigins),
    answers,
  };
}

const isAnswer = ({ sender_type, deleted_at }: Message): boolean =>
  (sender_type === 'agent' || sender_type === 'bot') && deleted_at === null;

const Page = z.object({ url: z.string() });

function urlOf(page: string | null): string | undefined {
  return page === null ? undefined : Page.safeParse(JSON.parse(page)).data?.url;
}

/** Up to where it was mailed before; null: there is nothing to mail. */
async function claimed(
  { database, logger }: AnswerJobOptions,
  claim: Parameters<typeof claimAnswers>[1],
): Promise<number | null> {
  try {
    return await database.write(claimAnswers, claim);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'rate_limited') throw error;
    const { conversationId } = claim;
    logger.warn({ conversationId }, 'An answer was not mailed: enough was sent there today');
    return null;
  }
}

function mailOf(
  { appUrl, keys, replyTo }: AnswerJobOptions,
  due: Exclude<Due, { at_ms: number }> & { readonly conversationId: number },
  before: number,
): Mail {
  const { siteId, visitorId, conversationId, to } = due;
  const answered = replyTo?.({ kind: 'visitor', siteId, visitorId, conversationId }, to);
  const stop = stopPath(
    { siteId, addressKey: addressKey(to) },
    replyKeyFrom(keys.present.reveal()),
  );
  const words = answerMail({
    ...due,
    answers: due.answers.filter(({ seq }) => seq > before),
    stop: `${appUrl}${stop}`,
    isAnswered: answered !== undefined,
  });
  return { ...words, to, ...(answered !== undefined && { replyTo: answered }) };
}

/** @param release lets a later attempt claim it: nothing was sent */
async function send(
  { mailer, logger }: AnswerJobOptions,
  mail: Mail,
  release: () => Promise<void>,
): Promise<void> {
  try {
    await mailer.send(mail);
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    if (error.kind === 'refused') {
      logger.warn({ err: error }, 'An answer was not mailed');
      return;
    }
    await release();
    throw error.kind === 'unavailable' ? new Unavailable(error.message, null, error) : error;
  }
}
