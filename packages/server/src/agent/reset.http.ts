import { PasswordReset, PasswordResetRequest, SuccessAnswer } from '@parley/protocol';
import type { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import { requireOwnOrigin } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { sendDashboard } from '../http/pages.ts';
import type { Services } from '../http/services.ts';
import { agentLocale, languagesAccepted } from '../mail/agent-locale.ts';

type Success = z.infer<typeof SuccessAnswer>;

const config = { access: 'public' } as const;

/** For agents who forgot their password. */
export function registerResetRoutes(app: App, services: Services): void {
  app.get('/admin/password-reset', { config, schema: { hide: true } }, (request, reply) =>
    sendDashboard(services, request, reply),
  );

  app.post(
    '/admin/password-reset',
    {
      config,
      schema: {
        tags: ['Agents'],
        summary: 'Have a link for a new password mailed',
        description:
          'Answers the same, in the same time, whether or not the address is known. `mail_not_set_up` where the server sends no mail or was not told its address (`APP_URL`): a link is never made of what a request says of the host.',
        body: PasswordResetRequest,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<Success> => {
      const { config, limits, managing } = services;
      requireOwnOrigin(request, config.appUrl);
      if (config.mail === null || config.appUrl === undefined) {
        throw new AppError(
          'mail_not_set_up',
          'This server mails no links. Whoever runs it can set MAIL_HOST and APP_URL.',
        );
      }
      limits.takePasswordReset(request.ip, request.body.email);
      const locale = agentLocale(...languagesAccepted(request.headers['accept-language']));
      await managing.resets.request(request.body.email, locale);
      return { success: true };
    },
  );

  app.post(
    '/admin/password-reset/confirm',
    {
      config,
      schema: {
        tags: ['Agents'],
        summary: 'Set a new password by the token of a mail; every session ends',
        description:
          'The token works once, for half an hour. Whoever has a second factor needs it at the next sign-in as before.',
        body: PasswordReset,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<Success> => {
      const { config, limits, managing, logins } = services;
      requireOwnOrigin(request, config.appUrl);
      // By address alone: nobody who guesses keeps others from it.
      const attempt = limits.beginSignIn(request.ip, `reset ${request.ip}`);
      const { token, password } = request.body;
      await managing.resets.redeem(token, password, request.keptAddress);
      attempt.succeed();
      await logins.membersChanged();
      return { success: true };
    },
  );
}
