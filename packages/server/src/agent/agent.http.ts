import { LoginRequest, MeAnswer, SuccessAnswer } from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod/mini';
import { uploadLimits } from '../attachment/attachment.ts';
import { loginOf, requireOwnOrigin } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { clearSessionCookies } from '../http/cookie.ts';
import type { AgentLogin } from '../http/identity.ts';
import { sendDashboard } from '../http/pages.ts';
import type { Services } from '../http/services.ts';
import { beginLogin, checkCredentials } from './sign-in.ts';

type Success = z.infer<typeof SuccessAnswer>;

export function registerAgentRoutes(app: App, services: Services): void {
  app.get(
    '/admin/login',
    { config: { access: 'public' }, schema: { hide: true } },
    (request, reply) => sendDashboard(services, request, reply),
  );

  app.post(
    '/admin/login',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Agents'],
        summary: 'Sign in',
        description:
          'An Origin, where one is sent, must be that of the server. Who has a second factor is answered `code_required`, and sends the same again with `code`.',
        body: LoginRequest,
        response: answers({ 200: MeAnswer }),
      },
    },
    async (request, reply): Promise<MeAnswer> => {
      requireOwnOrigin(request, services.config.appUrl);
      const account = await checkCredentials(services, request.ip, request.body);
      return meOf(services, request, await beginLogin(services, request, reply, account));
    },
  );

  app.post(
    '/admin/logout',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Agents'],
        summary: 'Sign out',
        security: [{ session: [], csrf: [] }],
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request, reply): Promise<Success> => {
      const { tokenHash, agent } = loginOf(request);
      await services.logins.endSession(tokenHash);
      services.availability.left(agent.id);
      clearSessionCookies(reply);
      return { success: true };
    },
  );

  app.get(
    '/admin/me',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Agents'],
        summary: 'Who is signed in, with the CSRF token of the session',
        security: [{ session: [] }],
        response: answers({ 200: MeAnswer }),
      },
    },
    (request): MeAnswer => meOf(services, request, loginOf(request)),
  );
}

/** Who is signed in, with all that the dashboard begins with. */
export function meOf(services: Services, request: FastifyRequest, login: AgentLogin): MeAnswer {
  return {
    success: true,
    agent: login.agent,
    sites: [...login.sites],
    csrf_token: login.csrfToken,
    realtime: services.realtimeConfig(request, 'agent'),
    ...uploadLimits(services.config.limits),
  };
}
