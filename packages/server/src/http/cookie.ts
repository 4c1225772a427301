import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_LIFETIME_MS } from './identity.ts';

const SESSION = 'parley_session';
/** Laravel's name: axios and others copy it into `X-XSRF-TOKEN` by themselves. */
const XSRF = 'XSRF-TOKEN';

export function sessionToken(request: FastifyRequest): string | undefined {
  return request.cookies[SESSION];
}

/** @param secure the page came over TLS, so the cookie never travels without */
export function setSessionCookies(
  reply: FastifyReply,
  session: { token: string; csrfToken: string },
  secure: boolean,
): void {
  const common = {
    path: '/',
    sameSite: 'lax',
    secure,
    maxAge: SESSION_LIFETIME_MS / 1_000,
  } as const;
  reply.setCookie(SESSION, session.token, { ...common, httpOnly: true });
  reply.setCookie(XSRF, session.csrfToken, { ...common, httpOnly: false });
}

export function clearSessionCookies(reply: FastifyReply): void {
  reply.clearCookie(SESSION, { path: '/' });
  reply.clearCookie(XSRF, { path: '/' });
}
