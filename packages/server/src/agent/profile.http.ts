import {
  MeAnswer,
  PasswordChange,
  PasswordProof,
  ProfileAnswer,
  ProfilePatch,
  RecoveryCodesAnswer,
  SuccessAnswer,
  TwoFactorConfirm,
  TwoFactorSetUp,
} from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { byOf } from '../http/permission.ts';
import type { Services } from '../http/services.ts';
import { meOf } from './agent.http.ts';
import type { AgentAccount } from './agent.ts';
import { verifyPassword } from './password.ts';
import { isWrong } from './profile.commands.ts';
import { newLogin } from './sign-in.ts';

type Success = z.infer<typeof SuccessAnswer>;

const read = { tags: ['Profile'], security: [{ session: [] }] };
const change = { tags: ['Profile'], security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;
/** Of a session: the beginning of its hash, which opens nothing. */
const SESSION_ID_CHARS = 16;
const SessionParams = z.object({ id: z.string().check(z.regex(/^[\da-f]{16}$/)) });

/** What agents see and change of themselves. */
export function registerProfileRoutes(app: App, services: Services): void {
  registerProfile(app, services);
  registerPassword(app, services);
  registerSessions(app, services);
  registerTwoFactor(app, services);
}

function registerProfile(app: App, services: Services): void {
  const { agentQueries, managing, logins } = services;

  app.get(
    '/admin/profile',
    {
      config,
      schema: {
        ...read,
        summary: 'Oneself, the second factor, and where one is signed in',
        response: answers({ 200: ProfileAnswer }),
      },
    },
    async (request): Promise<ProfileAnswer> => {
      const { id, totpSecret } = await accountOf(services, request);
      const { agent, tokenHash } = loginOf(request);
      const sessions = await agentQueries.sessionsOf(id);
      return {
        success: true,
        agent,
        two_factor: totpSecret !== null,
        recovery_codes: totpSecret === null ? 0 : await agentQueries.recoveryCodesOf(id),
        sessions: sessions.map((session) => ({
          id: session.tokenHash.slice(0, SESSION_ID_CHARS),
          current: session.tokenHash === tokenHash,
          user_agent: session.userAgent,
          address: session.address,
          created_at: Math.floor(session.createdAt_ms / 1_000),
          last_seen_at: Math.floor(session.lastSeenAt_ms / 1_000),
        })),
      };
    },
  );

  app.patch(
    '/admin/profile',
    {
      config,
      schema: {
        ...change,
        summary: 'Change one’s name or language',
        body: ProfilePatch,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<Success> => {
      const { agent, actor } = loginOf(request);
      await managing.profile.change(agent.id, request.body);
      await logins.membersChanged(request.body.name === undefined ? [] : actor.siteIds);
      return { success: true };
    },
  );
}

function registerPassword(app: App, services: Services): void {
  const { agentQueries, managing, logins, clock, notifications } = services;
  app.post(
    '/admin/profile/password',
    {
      config,
      schema: {
        ...change,
        summary: 'Change one’s password; every other session ends',
        description:
          'The session itself is replaced: its cookies are new, and so is the CSRF token.',
        body: PasswordChange,
        response: answers({ 200: MeAnswer }),
      },
    },
    async (request, reply): Promise<MeAnswer> => {
      const { current_password, password } = request.body;
      const account = await provenAccount(services, request, current_password);
      const former = loginOf(request);
      const before = await agentQueries.sessionsOf(account.id);
      const by = byOf(request, clock);
      const { profile } = managing;
      const changed = await profile.changePassword(account, password, former.tokenHash, by);
      const login = await newLogin(services, request, reply, changed);
      for (const { tokenHash } of before) {
        if (tokenHash !== former.tokenHash) await logins.endSession(tokenHash);
      }
      await notifications.commands.keepRinging(former.tokenHash, login.tokenHash);
      await logins.replaceSession(former.tokenHash);
      // Of those that began meanwhile, what lives in their name.
      await logins.membersChanged();
      return meOf(services, request, login);
    },
  );
}

function registerSessions(app: App, { agentQueries, logins }: Services): void {
  app.delete(
    '/admin/profile/sessions/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'End one of one’s other sessions, and its sockets',
        params: SessionParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<Success> => {
      const { agent, tokenHash: own } = loginOf(request);
      const sessions = await agentQueries.sessionsOf(agent.id);
      const session = sessions.find(
        ({ tokenHash }) => tokenHash !== own && tokenHash.startsWith(request.params.id),
      );
      if (session === undefined) throw new AppError('not_found', 'There is no such session.');
      await logins.endSession(session.tokenHash);
      return { success: true };
    },
  );
}

function registerTwoFactor(app: App, services: Services): void {
  const { managing, clock } = services;

  app.post(
    '/admin/profile/two-factor',
    {
      config,
      schema: {
        ...change,
        summary: 'Begin with a second factor: a secret for an authenticator',
        description: 'It holds once a code of it was confirmed. A former one holds until then.',
        body: PasswordProof,
        response: answers({ 200: TwoFactorSetUp }),
      },
    },
    async (request, reply): Promise<TwoFactorSetUp> => {
      const account = await provenAccount(services, request, request.body.password);
      reply.header('cache-control', 'no-store');
      return { success: true, ...(await managing.secondFactor.setUp(account)) };
    },
  );

  app.post(
    '/admin/profile/two-factor/confirm',
    {
      config,
      schema: {
        ...change,
        summary: 'Confirm the second factor by a code; gives the recovery codes, once',
        body: TwoFactorConfirm,
        response: answers({ 200: RecoveryCodesAnswer }),
      },
    },
    async (request, reply): Promise<RecoveryCodesAnswer> => {
      const { limits } = services;
      const attempt = limits.beginSignIn(request.ip, loginOf(request).agent.email);
      const codes = await managing.secondFactor.confirm(request.body.code, byOf(request, clock));
      attempt.succeed();
      reply.header('cache-control', 'no-store');
      return { success: true, recovery_codes: [...codes] };
    },
  );

  app.post(
    '/admin/profile/two-factor/off',
    {
      config,
      schema: {
        ...change,
        summary: 'Sign in by the password alone again',
        body: PasswordProof,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<Success> => {
      await provenAccount(services, request, request.body.password);
      await managing.secondFactor.switchOff(byOf(request, clock));
      return { success: true };
    },
  );
}

async function accountOf(
  { agentQueries }: Services,
  request: FastifyRequest,
): Promise<AgentAccount> {
  const account = await agentQueries.findAgent(loginOf(request).agent.id);
  if (account === null) throw new AppError('unauthenticated', 'Sign in first.');
  return account;
}

/**
 * Before what a stolen session must not do.
 * @throws AppError `wrong_password`, `rate_limited`
 */
async function provenAccount(
  services: Services,
  request: FastifyRequest,
  password: string,
): Promise<AgentAccount> {
  const account = await accountOf(services, request);
  const attempt = services.limits.beginSignIn(request.ip, account.email);
  if (!(await verifyPassword(account.passwordHash, password))) {
    throw isWrong();
  }
  attempt.succeed();
  return account;
}
