import type { FastifyReply, FastifyRequest } from 'fastify';

const SESSION = 'parley_session';
/** Laravel's name: axios and others copy it into `X-XSRF-TOKEN` by themselves. */
const XSRF = 'XSRF-TOKEN';

/** As long as browsers keep one: the server alone decides when a session is over, and use moves that. */
const LIFETIME_S = 400 * 24 * 60 * 60;

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
    maxAge: LIFETIME_S,
  } as const;
  reply.setCookie(SESSION, session.token, { ...common, httpOnly: true });
  reply.setCookie(XSRF, session.csrfToken, { ...common, httpOnly: false });
}

export function clearSessionCookies(reply: FastifyReply): void {
  reply.clearCookie(SESSION, { path: '/' });
  reply.clearCookie(XSRF, { path: '/' });
}
