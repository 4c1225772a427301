import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';
import { sessionToken } from './cookie.ts';
import type { AgentLogin, Identities, Identity, VisitorLogin } from './identity.ts';
import type { Site } from '../site/site.ts';
import { consentRequired } from '../visitor/visitor.queries.ts';
import { isNavigation } from './navigation.ts';
import { isOwnOrigin, isSiteOrigin } from './origin.ts';

/**
 * Who may call a route. Every route must say it (registering one that does not throws), so that
 * nothing is open because it was forgotten (SEC-1).
 */
export type Access =
  | 'public'
  /** The site's public token. */
  | 'site'
  | 'visitor'
  | 'agent'
  /** Pages of the dashboard: for an agent; a browser without a login is sent to sign in. */
  | 'agent-page'
  /** A Bearer header excludes the cookie. */
  | 'visitor-or-agent';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /**
     * Without a CSRF token, but an Origin must match where one is sent: for what Pusher clients
     * call, which cannot send one.
     */
    originInsteadOfCsrf?: boolean;
    /** The site's token, which is public, may stand in `?token=`. */
    siteTokenInQuery?: boolean;
  }
  interface FastifyRequest {
    identity: Identity;
    /** As it may be kept and logged: perhaps without its end. For limits there is `ip`. */
    readonly keptAddress: string;
  }
}

export interface AccessOptions {
  readonly identities: Identities;
  readonly appUrl: string | undefined;
}

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Runs before anything of the body is read. */
export function createAccessHook({ identities, appUrl }: AccessOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { access = 'public', originInsteadOfCsrf = false } = request.routeOptions.config;
    if ((access === 'agent' || access === 'agent-page') && isNavigation(request)) {
      const login = await agentOf(request, identities);
      if (login === null) return reply.redirect(loginPage(request.url), 303);
    }
    request.identity = await identify(access, request, identities);
    switch (request.identity.kind) {
      case 'agent':
        if (!UNSAFE.has(request.method)) break;
        if (originInsteadOfCsrf) requireOwnOrigin(request, appUrl);
        else requireCsrfToken(request, request.identity);
        break;
      case 'visitor':
      case 'site':
        await refuseForeignOrigin(request, identities, appUrl);
        break;
      case 'nobody':
    }
    return undefined;
  };
}

/** The way to sign in, and back to where somebody wanted to go, for the dashboard's script. */
function loginPage(url: string): string {
  const wanted = url.slice('/admin'.length);
  const isStart = /^\/?(chatbot\/?)?$/.test(wanted);
  return isStart || wanted.length > 1_000
    ? '/admin/login'
    : `/admin/login?to=${encodeURIComponent(wanted)}`;
}

async function identify(
  access: Access,
  request: FastifyRequest,
  identities: Identities,
): Promise<Identity> {
  switch (access) {
    case 'public':
      return { kind: 'nobody' };
    case 'site':
      return siteIdentity(request, identities);
    case 'visitor':
      return visitorIdentity(request, identities);
    case 'agent':
      return agentIdentity(request, identities);
    case 'agent-page':
      return (await agentOf(request, identities)) ?? { kind: 'nobody' };
    case 'visitor-or-agent':
      return request.headers.authorization === undefined
        ? agentIdentity(request, identities)
        : visitorIdentity(request, identities);
  }
}

/** For what a page of our own calls before there is a CSRF token: signing in. */
export function requireOwnOrigin(request: FastifyRequest, appUrl: string | undefined): void {
  const { origin } = request.headers;
  if (origin === undefined || isOwnOrigin(origin, request, appUrl)) return;
  throw new AppError(
    'origin_not_allowed',
    'This origin is not the address of the server. Behind a proxy, set APP_URL, or TRUST_PROXY.',
  );
}

/** The visitor whose request it is; the route must have said that it wants one. */
export function visitorOf(request: FastifyRequest): VisitorLogin['actor'] {
  if (request.identity.kind === 'visitor') return request.identity.actor;
  throw new Error('This route did not ask for a visitor');
}

/** The agent whose request it is; the route must have said that it wants one. */
export function loginOf(request: FastifyRequest): AgentLogin {
  if (request.identity.kind === 'agent') return request.identity;
  throw new Error('This route did not ask for an agent');
}

/** The site whose token came along; the route must have said that it wants one. */
export function siteOf(request: FastifyRequest): Site {
  if (request.identity.kind === 'site') return request.identity.site;
  throw new Error('This route did not ask for a site');
}

function bearer(request: FastifyRequest): string | null {
  return /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** The query is not validated yet. */
function queryToken(request: FastifyRequest): string | null {
  if (request.routeOptions.config.siteTokenInQuery !== true) return null;
  const { token } = request.query as { token?: unknown };
  return typeof token === 'string' ? token : null;
}

async function siteIdentity(request: FastifyRequest, identities: Identities): Promise<Identity> {
  const token = bearer(request) ?? queryToken(request);
  const site = token === null ? null : await identities.siteOfToken(token);
  if (site !== null) return { kind: 'site', site };
  throw new AppError('invalid_site_token', 'Send the site token as "Authorization: Bearer TOKEN".');
}

async function visitorIdentity(request: FastifyRequest, identities: Identities): Promise<Identity> {
  const token = bearer(request);
  const visitor = token === null ? null : await identities.visitorOfToken(token);
  if (visitor?.mustAgree === true) throw consentRequired(null);
  if (visitor !== null) return visitor;
  if (token !== null && (await identities.siteOfToken(token)) !== null) {
    throw new AppError(
      'visitor_token_required',
      'The site token opens only config and init. Call POST /api/chatbot/init for a visitor token.',
    );
  }
  throw new AppError('unauthenticated', 'Send the visitor token as "Authorization: Bearer TOKEN".');
}

async function agentIdentity(request: FastifyRequest, identities: Identities): Promise<Identity> {
  const login = await agentOf(request, identities);
  if (login !== null) return login;
  throw new AppError('unauthenticated', 'Sign in first.');
}

async function agentOf(
  request: FastifyRequest,
  identities: Identities,
): Promise<AgentLogin | null> {
  const token = sessionToken(request);
  return token === undefined ? null : identities.agentOfToken(token);
}

async function refuseForeignOrigin(
  request: FastifyRequest,
  identities: Identities,
  appUrl: string | undefined,
): Promise<void> {
  const { origin } = request.headers;
  if (origin === undefined || isOwnOrigin(origin, request, appUrl)) return;
  const site = await siteOfIdentity(request.identity, identities);
  if (site !== null && isSiteOrigin(origin, site.allowedOrigins)) return;
  throw new AppError(
    'origin_not_allowed',
    'This site may not be embedded in pages of this origin.',
  );
}

async function siteOfIdentity(identity: Identity, identities: Identities): Promise<Site | null> {
  if (identity.kind === 'site') return identity.site;
  return identity.kind === 'visitor' ? identities.site(identity.actor.siteId) : null;
}

function requireCsrfToken(request: FastifyRequest, login: AgentLogin): void {
  const given = request.headers['x-csrf-token'] ?? request.headers['x-xsrf-token'];
  const sent = Buffer.from(typeof given === 'string' ? given : '');
  const expected = Buffer.from(login.csrfToken);
  if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
  throw new AppError('csrf_token_mismatch', 'Send the token of /admin/me as X-CSRF-TOKEN.');
}
