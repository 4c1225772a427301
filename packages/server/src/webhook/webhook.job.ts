import type { Clock, Context } from '../context.ts';
import { outside } from '../current-trace.ts';
import { Unavailable } from '../job/job.ts';
import type { JobHandler } from '../job/job.worker.ts';
import { agentLocale } from '../mail/agent-locale.ts';
import { MailError, type Mailer } from '../mail/mailer.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import type { AllowedNetworks } from './address.ts';
import { settleDelivery, WEBHOOK_OFF, type WebhookOffJob } from './delivery.commands.ts';
import { WEBHOOK, WEBHOOK_BESIDE, type WebhookJob } from './hear.commands.ts';
import { offMail } from './off-mail.ts';
import { post, type Resolve } from './post.ts';
import type { WebhookQueries } from './webhook.queries.ts';
import { type Outcome, secretsOf, signedHeaders, TEST_EVENT } from './webhook.ts';

export interface WebhookJobOptions extends Pick<Context, 'database'> {
  readonly queries: Pick<WebhookQueries, 'delivery'>;
  readonly allowed: AllowedNetworks;
  /** Default: as the system does it. */
  readonly resolve?: Resolve;
  /** Null: this server sends none. */
  readonly mailer: Mailer | null;
  readonly appUrl: string | undefined;
  readonly siteQueries: Pick<SiteQueries, 'findSite'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Somebody was asked to take one. */
  readonly onPosted: (outcome: Outcome) => void;
  readonly logger: { warn(details: object, message: string): void };
}

export function createWebhookJobHandlers(
  options: WebhookJobOptions,
): Readonly<Record<string, JobHandler>> {
  const { mailer } = options;
  const deliver: JobHandler = (payload) => attempt(options, payload as WebhookJob);
  const deliveries = { [WEBHOOK]: deliver, [WEBHOOK_BESIDE]: deliver };
  if (mailer === null) return deliveries;
  return {
    ...deliveries,
    [WEBHOOK_OFF]: (payload) => tellOff(options, mailer, payload as WebhookOffJob),
  };
}

/**
 * One attempt. It may be made twice, by a worker that dies before it has noted the end of it: the
 * receiver knows that by the `webhook-id`.
 */
async function attempt(options: WebhookJobOptions, job: WebhookJob): Promise<void> {
  const { database, queries, allowed, resolve, mailer, clock, random, onPosted } = options;
  const found = await queries.delivery(job.deliveryId);
  if (found?.delivery.state !== 'waiting' || found.delivery.attempts !== job.attempts) return;
  const { delivery, hook } = found;
  const isOff = hook.off !== null && delivery.event !== TEST_EVENT;
  const now_ms = clock.now_ms();
  const headers = signedHeaders(delivery, secretsOf(hook, now_ms), now_ms);
  const outcome = isOff
    ? null
    : await outside(
        'POST webhook',
        (traced) => {
          const settings = { allowed, ...(resolve && { resolve }) };
          return post(hook.url, { ...headers, ...traced }, delivery.payload, settings);
        },
        faultOf,
      );
  if (outcome !== null) onPosted(outcome);
  await database.write(settleDelivery, {
    job,
    outcome,
    now_ms: clock.now_ms(),
    random: random(),
    mails: mailer !== null,
  });
}

function faultOf(outcome: Outcome): string | null {
  if (outcome.state === 'failed') return 'no_answer';
  return outcome.status >= 400 ? String(outcome.status) : null;
}

async function tellOff(
  { appUrl, siteQueries, logger }: WebhookJobOptions,
  mailer: Mailer,
  job: WebhookOffJob,
): Promise<void> {
  const { email: to, siteId = null } = job;
  const site = siteId === null ? null : await siteQueries.findSite(siteId);
  const locale = agentLocale(job.locale, site?.settings.locale);
  try {
    await mailer.send({ ...offMail(job, { appUrl, locale }), to });
  } catch (error) {
    if (!(error instanceof MailError) || error.kind === 'failed') throw error;
    if (error.kind === 'unavailable') throw new Unavailable(error.message, null, error);
    logger.warn({ err: error }, 'A mail about a webhook was not sent');
  }
}
