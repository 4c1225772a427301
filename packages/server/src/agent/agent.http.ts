import { LoginRequest, MeAnswer, SuccessAnswer } from '@parley/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import { uploadLimits } from '../attachment/attachment.ts';
import { loginOf, requireOwnOrigin } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { clearSessionCookies, sessionToken, setSessionCookies } from '../http/cookie.ts';
import { type AgentLogin, SESSION_LIFETIME_MS } from '../http/identity.ts';
import { sendDashboard } from '../http/pages.ts';
import type { Services } from '../http/services.ts';
import { hashToken } from '../token.ts';
import { verifyPassword } from './password.ts';

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
        description: 'An Origin, where one is sent, must be that of the server.',
        body: LoginRequest,
        response: answers({ 200: MeAnswer }),
      },
    },
    async (request, reply): Promise<MeAnswer> => {
      requireOwnOrigin(request, services.config.appUrl);
      return meOf(services, request, await signIn(services, request, reply, request.body));
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
      const { tokenHash } = loginOf(request);
      await services.logins.endSession(tokenHash);
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

function meOf(services: Services, request: FastifyRequest, login: AgentLogin): MeAnswer {
  return {
    success: true,
    agent: login.agent,
    sites: [...login.sites],
    csrf_token: login.csrfToken,
    realtime: services.realtimeConfig(request, 'agent'),
    ...uploadLimits(services.config.limits),
  };
}

/**
 * Nothing in the answer, and nothing in its time, tells an unknown address from a wrong password.
 * @throws AppError `invalid_credentials`, `rate_limited`
 */
async function signIn(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { email, password }: LoginRequest,
): Promise<AgentLogin> {
  const { agentQueries, limits, identities, logins } = services;
  const attempt = limits.beginSignIn(request.ip, email);
  const account = await agentQueries.findAgentByEmail(email);
  const isRight = await verifyPassword(account?.passwordHash ?? null, password);
  if (account === null || !isRight || account.disabled) {
    throw new AppError('invalid_credentials', 'This e-mail address and password do not fit.');
  }
  attempt.succeed();

  // A session that somebody may have planted, or left, ends with the login (SEC-4).
  const former = sessionToken(request);
  if (former !== undefined) await logins.endSession(hashToken(former));
  const token = await startSession(services, request, reply, account.id);
  const login = await identities.agentOfToken(token);
  if (login === null) throw new Error('A session that was just made is not there');
  return login;
}

async function startSession(
  { agentCommands, random, clock, config }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  agentId: number,
): Promise<string> {
  const token = random.token();
  const { csrfToken } = await agentCommands.createSession({
    agentId,
    tokenHash: hashToken(token),
    csrfToken: random.token(),
    expiresAt_ms: clock.now_ms() + SESSION_LIFETIME_MS,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 500),
    address: request.ip,
  });
  const secure = request.protocol === 'https' || isBehindTls(request, config.appUrl);
  setSessionCookies(reply, { token, csrfToken }, secure);
  return token;
}

/** TLS may end in a proxy that is not trusted to say so; `APP_URL` then does. */
function isBehindTls(request: FastifyRequest, appUrl: string | undefined): boolean {
  return appUrl?.startsWith('https:') === true && new URL(appUrl).host === request.host;
}
