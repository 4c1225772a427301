import { createResetJobHandlers } from '../agent/reset.job.ts';
import { createBroadcastJobHandlers } from '../broadcast/broadcast.job.ts';
import { createSnoozeJobHandlers } from '../conversation/snooze.commands.ts';
import type { Services } from '../http/services.ts';
import { type JobHandler, type JobWorker, startJobWorker } from '../job/job.worker.ts';
import { createAnswerJobHandlers } from '../mail/answer.job.ts';
import { createMailJobHandlers } from '../mail/transcript.job.ts';
import { mailLimits } from '../outside.ts';
import type { Parts } from './parts.ts';

/** Who does the jobs of all kinds, from now on. */
export function startWorker(parts: Parts, services: Services): JobWorker {
  const { options, context } = parts;
  const { clock, logger, tracing, figures, chance } = options;
  const handlers = handlersOf(parts, services);
  return startJobWorker({
    database: context.database,
    clock,
    handlers: tracing?.jobs(handlers) ?? handlers,
    logger,
    random: chance,
    onAttempt: (kind, outcome, ms) => figures?.job(kind, outcome, ms),
  });
}

function handlersOf(
  { options, context, keys, mailer, replyTo, notifications, webhooks, ways }: Parts,
  { agentQueries, conversationQueries, siteQueries }: Services,
): Readonly<Record<string, JobHandler>> {
  const { config, clock, logger } = options;
  const { health } = ways;
  const { remotes } = ways.providers;
  const { appUrl } = config;
  return {
    ...createBroadcastJobHandlers({ remotes, health, logger, clock }),
    ...createSnoozeJobHandlers(context),
    ...notifications.handlers,
    ...createResetJobHandlers({ mailer, appUrl, keys, agentQueries, clock, logger }),
    ...webhooks.handlers,
    ...(mailer === null || appUrl === undefined
      ? {}
      : createAnswerJobHandlers({
          ...context,
          mailer,
          appUrl,
          keys,
          replyTo,
          limits: mailLimits(config),
          conversationQueries,
          siteQueries,
          logger,
        })),
    ...createMailJobHandlers({ mailer, replyTo, conversationQueries, siteQueries, clock, logger }),
  };
}
