import { afterQuiet, isQuiet, rings } from '@parley/protocol';
import type { Clock, Context } from '../context.ts';
import { plain, runOne } from '../database/database.ts';
import { Unavailable } from '../job/job.ts';
import type { JobHandler } from '../job/job.worker.ts';
import { agentLocale } from '../mail/agent-locale.ts';
import { MailError, type Mailer } from '../mail/mailer.ts';
import type { ReplyTo } from '../mail/reply-address.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import { type EndingJob, NOTIFY_ENDING } from './ending.commands.ts';
import { claimMail, queueTelling } from './notification.commands.ts';
import { endingPayload, pushPayload, type Waiting } from './notification.ts';
import type { NotificationQueries, Recipient, Subscription } from './notification.queries.ts';
import { removeSubscription, removeWaitMailed } from './notification.store.ts';
import type { Pusher } from './push.ts';
import { waitMail } from './wait-mail.ts';

/** Somebody wrote: whoever is away is rung for, and mailed later. */
export const NOTIFY = 'notify';
/** Somebody waits for long. */
const NOTIFY_MAIL = 'notify:mail';

interface NotifyJob {
  readonly conversationId: number;
}
interface MailJob {
  readonly conversationId: number;
  readonly agentId: number;
  readonly waitingSince_ms: number;
}

/** What is older rings no more. */
const AGE_MAX_MS = 10 * 60_000;
/** What no mail server took for so long is not tried again. */
const MAIL_AGE_MAX_MS = 3 * 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

export interface NotifyOptions extends Pick<Context, 'database'> {
  readonly queries: NotificationQueries;
  readonly pusher: Pusher;
  /** Null: this server sends none. */
  readonly mailer: Mailer | null;
  /** Origin of the dashboard, where it is known. */
  readonly appUrl: string | undefined;
  readonly replyTo: ReplyTo;
  readonly siteQueries: Pick<SiteQueries, 'findSite'>;
  readonly clock: Clock;
  readonly logger: { warn(details: object, message: string): void };
}

export function createNotifyJobHandlers(
  options: NotifyOptions,
): Readonly<Record<string, JobHandler>> {
  const { mailer } = options;
  const ring: JobHandler = async (payload, { createdAt_ms }) => {
    if (options.clock.now_ms() - createdAt_ms > AGE_MAX_MS) return;
    await notify(options, payload as NotifyJob);
  };
  const always: Readonly<Record<string, JobHandler>> = {
    [NOTIFY]: ring,
    [NOTIFY_ENDING]: (payload) => tellEnding(options, payload as EndingJob),
  };
  if (mailer === null) return always;
  return {
    ...always,
    [NOTIFY_MAIL]: async (payload, { attempts, createdAt_ms }) => {
      const isOld = options.clock.now_ms() - createdAt_ms > MAIL_AGE_MAX_MS;
      if (attempts === 0 || !isOld) await mail(options, mailer, payload as MailJob);
    },
  };
}

/** As things stand now: who has read or answered meanwhile is not disturbed any more. */
async function notify(options: NotifyOptions, { conversationId }: NotifyJob): Promise<void> {
  const { queries, clock, mailer } = options;
  const waiting = await queries.waiting(conversationId);
  if (waiting === null) return;
  const now_ms = clock.now_ms();
  for (const recipient of await queries.recipientsOf(waiting.siteId)) {
    const { id, settings } = recipient;
    if (waiting.unread && rings(settings, id, waiting, now_ms)) await push(options, id, waiting);
    if (mailer !== null) await mailLater(options, recipient, waiting, now_ms);
  }
}

/**
 * To each browser of the agent. One that fails is told in the log and not tried again: a second
 * attempt of the job would ring anew where the first one arrived.
 */
async function push(options: NotifyOptions, agentId: number, waiting: Waiting): Promise<void> {
  const payload = pushPayload(waiting);
  for (const subscription of await options.queries.subscriptionsOf(agentId)) {
    await pushTo(options, { ...subscription, agentId }, payload, `conversation-${waiting.id}`);
  }
}

/** Unless its agent was there since. */
async function tellEnding(options: NotifyOptions, job: EndingJob): Promise<void> {
  const unused = await options.queries.unused(job.subscriptionId, job.expiresAt_ms);
  if (unused === null) return;
  await pushTo(options, unused, endingPayload(agentLocale(unused.locale)), 'session');
}

async function pushTo(
  { database, pusher, logger }: NotifyOptions,
  subscription: Subscription & { readonly agentId: number },
  payload: string,
  topic: string,
): Promise<void> {
  const outcome = await pusher.send(subscription, payload, topic);
  if (outcome.state === 'gone') {
    await database.write(runOne, plain(removeSubscription(database.sql, subscription)));
  } else if (outcome.state === 'failed') {
    const { agentId } = subscription;
    logger.warn({ agentId, reason: outcome.reason }, 'A notification was not taken');
  }
}

/** In quiet hours the mail waits for their end: whoever wrote by night is not forgotten by day. */
async function mailLater(
  { database }: NotifyOptions,
  { id, settings }: Recipient,
  waiting: Waiting,
  now_ms: number,
): Promise<void> {
  const minutes = settings.email_after_minutes;
  const isTheirs = waiting.assigneeId === null || waiting.assigneeId === id;
  if (minutes === null || !isTheirs) return;
  const { id: conversationId, waitingSince_ms } = waiting;
  const payload = { conversationId, agentId: id, waitingSince_ms } satisfies MailJob;
  const job = {
    kind: NOTIFY_MAIL,
    queueKey: `notify:mail:${id}:${conversationId}`,
    payload,
    runAt_ms: afterQuiet(settings.quiet, Math.max(now_ms, waitingSince_ms + minutes * MINUTE_MS)),
  };
  await database.write(queueTelling, { jobs: [job], now_ms });
}

/** Where the visitor still waits since then, and the agent was not told of it. */
async function mail(options: NotifyOptions, mailer: Mailer, job: MailJob): Promise<void> {
  const { database, queries, siteQueries, clock, appUrl, replyTo, logger } = options;
  const waiting = await queries.waiting(job.conversationId);
  if (waiting === null || waiting.waitingSince_ms !== job.waitingSince_ms) return;
  const recipients = await queries.recipientsOf(waiting.siteId);
  const recipient = recipients.find(({ id }) => id === job.agentId);
  const minutes = recipient?.settings.email_after_minutes ?? null;
  if (recipient === undefined || minutes === null) return;
  const now_ms = clock.now_ms();
  // Quiet hours that were set or moved meanwhile.
  if (isQuiet(recipient.settings.quiet, now_ms)) {
    await mailLater(options, recipient, waiting, now_ms);
    return;
  }
  const site = await siteQueries.findSite(waiting.siteId);
  const locale = agentLocale(recipient.locale, site?.settings.locale);
  const claim = {
    agent_id: job.agentId,
    conversation_id: waiting.id,
    waiting_since: waiting.waitingSince_ms,
  };
  if (!(await database.write(claimMail, claim))) return;
  try {
    const { email: to, id: agentId } = recipient;
    const answered = replyTo?.({ kind: 'agent', agentId, conversationId: waiting.id }, to);
    const isAnswered = answered !== undefined;
    const words = waitMail(waiting, now_ms, { appUrl, isAnswered, locale });
    await mailer.send({ ...words, to, ...(isAnswered && { replyTo: answered }) });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    if (error.kind === 'refused') {
      logger.warn({ err: error, agentId: job.agentId }, 'A mail about a wait was not sent');
      return;
    }
    // Claimed before it was sent, so that there is at most one; this one was not.
    await database.write(runOne, plain(removeWaitMailed(database.sql, claim)));
    throw error.kind === 'unavailable' ? new Unavailable(error.message, null, error) : error;
  }
}
