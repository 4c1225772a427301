import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';
import { sessionToken, setSessionCookies } from '../http/cookie.ts';
import { type AgentLogin, SESSION_LIFETIME_MS } from '../http/identity.ts';
import type { Services } from '../http/services.ts';
import { hashToken } from '../token.ts';
import { doNotFit } from './account.commands.ts';
import type { AgentAccount } from './agent.ts';
import { verifyPassword } from './password.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Of the second factor. */
  readonly code?: string | undefined;
}

/** Whose password was checked, and which it was. */
type Proven = Pick<AgentAccount, 'id' | 'passwordHash'>;

/**
 * Nothing in the answer, and nothing in its time, tells an unknown address from a wrong password.
 * @throws AppError `invalid_credentials`, `code_required`, `invalid_code`, `rate_limited`
 */
export async function checkCredentials(
  { agentQueries, limits, managing }: Services,
  address: string,
  { email, password, code = '' }: Credentials,
): Promise<AgentAccount> {
  const attempt = limits.beginSignIn(address, email);
  const account = await agentQueries.findAgentByEmail(email);
  const isRight = await verifyPassword(account?.passwordHash ?? null, password);
  if (account === null || !isRight || account.disabled) {
    throw doNotFit();
  }
  if (account.totpSecret !== null) {
    if (code === '') {
      // No failure: who has a second factor signs in by two requests.
      attempt.succeed();
      throw new AppError('code_required', 'Send the code of your authenticator as well.');
    }
    if (!(await managing.secondFactor.use(account, code))) {
      throw new AppError('invalid_code', 'This code does not fit, or was used already.');
    }
  }
  attempt.succeed();
  return account;
}

/**
 * Signs in as somebody who has shown to be them; the cookies go with the reply.
 * @throws AppError `invalid_credentials` where the password was changed meanwhile
 */
export async function beginLogin(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  account: Proven,
): Promise<AgentLogin> {
  // A session that somebody may have planted, or left, ends with the login (SEC-4).
  const former = sessionToken(request);
  if (former !== undefined) await services.logins.endSession(hashToken(former));
  return newLogin(services, request, reply, account);
}

/** A session beside those that there are. @throws AppError as {@link beginLogin} */
export async function newLogin(
  { agentCommands, random, clock, config, identities }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  account: Proven,
): Promise<AgentLogin> {
  const token = random.token();
  const { csrfToken } = await agentCommands.createSession({
    account,
    tokenHash: hashToken(token),
    csrfToken: random.token(),
    expiresAt_ms: clock.now_ms() + SESSION_LIFETIME_MS,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 500),
    address: request.keptAddress,
  });
  const secure = request.protocol === 'https' || isBehindTls(request, config.appUrl);
  setSessionCookies(reply, { token, csrfToken }, secure);
  const login = await identities.agentOfToken(token);
  if (login === null) throw new Error('A session that was just made is not there');
  return login;
}

/** TLS may end in a proxy that is not trusted to say so; `APP_URL` then does. */
function isBehindTls(request: FastifyRequest, appUrl: string | undefined): boolean {
  return appUrl?.startsWith('https:') === true && new URL(appUrl).host === request.host;
}
