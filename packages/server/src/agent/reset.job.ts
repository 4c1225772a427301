import type { AppKeys } from '../app-keys.ts';
import type { Clock } from '../context.ts';
import { Unavailable } from '../job/job.ts';
import type { JobHandler } from '../job/job.worker.ts';
import { agentLocale } from '../mail/agent-locale.ts';
import { MailError, type Mailer } from '../mail/mailer.ts';
import type { AgentQueries } from './agent.queries.ts';
import { PASSWORD_RESET, type PasswordResetJob } from './reset.commands.ts';
import { resetMail } from './reset-mail.ts';
import { RESET_LIFETIME_S, resetKeyFrom, resetToken } from './reset-token.ts';

export interface ResetJobOptions {
  /** Null: this node sends none. */
  readonly mailer: Mailer | null;
  /** Null: where the dashboard is was not said; see `reset.http.ts`. */
  readonly appUrl: string | undefined;
  readonly keys: AppKeys;
  readonly agentQueries: Pick<AgentQueries, 'findAgentByEmail'>;
  readonly clock: Clock;
  readonly logger: {
    warn(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

/** By kind. The link is made when it is sent, and stands in no database and no log. */
export function createResetJobHandlers(
  options: ResetJobOptions,
): Readonly<Record<string, JobHandler>> {
  const { mailer, appUrl } = options;
  if (mailer === null || appUrl === undefined) return {};
  return {
    [PASSWORD_RESET]: async (payload, { createdAt_ms }) => {
      const { keys, agentQueries, clock, logger } = options;
      const now_ms = clock.now_ms();
      if (now_ms - createdAt_ms > RESET_LIFETIME_S * 1_000) {
        logger.warn({}, 'A mail for a new password was too old to be sent still');
        return;
      }
      const { email, locale } = payload as PasswordResetJob;
      const account = await agentQueries.findAgentByEmail(email);
      if (account === null || account.disabled) return;
      const token = resetToken(account, now_ms, resetKeyFrom(keys.present.reveal()));
      // Behind the #: a browser never sends it on, so it stands in no log and no Referer (SEC-6).
      const mail = resetMail({
        link: `${appUrl}/admin/password-reset#${token}`,
        locale: agentLocale(account.locale, locale),
      });
      try {
        await mailer.send({ ...mail, to: account.email });
      } catch (error) {
        if (!(error instanceof MailError)) throw error;
        if (error.kind === 'unavailable') throw new Unavailable(error.message, null, error);
        if (error.kind === 'failed') throw error;
        logger.error({ err: error, agentId: account.id }, 'A mail for a new password was refused');
      }
    },
  };
}
