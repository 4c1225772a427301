import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod/mini';
import type { App } from './app.ts';
import { dashboardPolicy, panelPolicy } from './content-policy.ts';
import { isNavigation } from './navigation.ts';
import type { Services } from './services.ts';
import { testPage } from './test-page.ts';

/** Folders with what Vite built. */
export interface Builds {
  readonly widget: string;
  readonly dashboard: string;
}

type Reader = Pick<Services, 'builds' | 'realtimeConfig'>;

const YEAR = 'public, max-age=31536000, immutable';
/** May be kept, but is asked for again each time; an unchanged one costs no body. */
const REVALIDATE = 'no-cache';
/** A name with the hash of its content in it: it never means another content. */
const HASHED = /^assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+(\.map)?$/;

/** The widget, the dashboard and the test page, in the same process and on the same port. */
export async function registerPages(app: App, services: Services): Promise<void> {
  await app.register(fastifyStatic, { serve: false, preCompressed: true, cacheControl: false });
  registerWidget(app, services);
  registerDashboard(app, services);
  registerTestPage(app, services);
  app.get('/', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply.redirect('/admin', 302),
  );
}

function registerWidget(app: App, services: Services): void {
  const { builds, identities } = services;
  const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;

  app.get('/chatbot-widget.js', hidden, (_request, reply) => {
    if (!isBuilt(builds.widget, 'chatbot-widget.js')) return notBuilt(reply, 'widget');
    forForeignPages(reply);
    return send(reply, builds.widget, 'chatbot-widget.js', REVALIDATE);
  });

  const PanelQuery = z.object({ token: z.optional(z.string().check(z.maxLength(200))) });
  app.get(
    '/widget/panel.html',
    { ...hidden, schema: { hide: true, querystring: PanelQuery } },
    async (request, reply) => {
      if (!isBuilt(builds.widget, 'panel.html')) return notBuilt(reply, 'widget');
      const { token } = request.query;
      const site = token === undefined ? null : await identities.siteOfToken(token);
      const realtime = services.realtimeConfig(request, 'visitor');
      forForeignPages(reply);
      // Pages that isolate themselves (COEP) take in only frames that do as well; credentialless
      // asks nothing of the pictures that a message may show.
      reply.header('cross-origin-embedder-policy', 'credentialless');
      reply.header('content-security-policy', panelPolicy(realtime, site?.allowedOrigins ?? []));
      return send(reply, builds.widget, 'panel.html', REVALIDATE);
    },
  );

  app.get('/widget/*', hidden, (request, reply) => {
    forForeignPages(reply);
    return sendAsset(reply, builds.widget, request.params);
  });
}

function registerDashboard(app: App, services: Services): void {
  const { builds } = services;
  const page = { config: { access: 'agent-page' }, schema: { hide: true } } as const;
  const toInbox = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply.redirect('/admin/chatbot', 302);

  app.get('/admin', page, toInbox);
  app.get('/admin/', page, toInbox);
  app.get('/admin/*', page, (request, reply) =>
    isNavigation(request)
      ? sendDashboard(services, request, reply)
      : sendAsset(reply, builds.dashboard, request.params),
  );
}

function registerTestPage(app: App, { siteQueries }: Services): void {
  const TestPageQuery = z.object({
    debug: z.optional(z.string()),
    polling: z.optional(z.string()),
  });
  app.get(
    '/chatbot-test.html',
    { config: { access: 'public' }, schema: { hide: true, querystring: TestPageQuery } },
    async (request, reply) => {
      const site = await siteQueries.firstSite();
      if (site === null) return reply.callNotFound();
      // As a plain page of somebody has none.
      reply.removeHeader('content-security-policy');
      reply.raw.removeHeader('content-security-policy');
      const { debug, polling } = request.query;
      const mode = polling !== undefined ? 'polling' : debug !== undefined ? 'debug' : 'plain';
      // `no-store` would keep it from the back/forward cache.
      reply.header('cache-control', REVALIDATE);
      return reply.type('text/html; charset=utf-8').send(testPage(site, mode));
    },
  );
}

/** The single page of the dashboard, which then asks for its data. */
export function sendDashboard(
  { builds, realtimeConfig }: Reader,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (!isBuilt(builds.dashboard, 'index.html')) return notBuilt(reply, 'dashboard');
  reply.header('content-security-policy', dashboardPolicy(realtimeConfig(request, 'agent')));
  reply.header('vary', 'Accept, Sec-Fetch-Dest');
  return send(reply, builds.dashboard, 'index.html', 'no-store');
}

/** For an address that is a page to a browser and data to a script. */
export function pageForNavigation(services: Reader) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    reply.header('vary', 'Accept, Sec-Fetch-Dest');
    return isNavigation(request) ? sendDashboard(services, request, reply) : undefined;
  };
}

/** Helmet keeps files to our own pages; the widget is for those of others. */
function forForeignPages(reply: FastifyReply): void {
  // Modules are fetched with CORS, whoever asks; nothing here is anybody's own.
  reply.header('access-control-allow-origin', '*');
  reply.header('cross-origin-resource-policy', 'cross-origin');
}

function sendAsset(reply: FastifyReply, folder: string, params: unknown): FastifyReply {
  const { '*': path } = params as { '*': string };
  return send(reply, folder, path, HASHED.test(path) ? YEAR : REVALIDATE);
}

function send(reply: FastifyReply, folder: string, path: string, caching: string): FastifyReply {
  reply.header('cache-control', caching);
  return reply.sendFile(path, folder);
}

function isBuilt(folder: string, file: string): boolean {
  return existsSync(join(folder, file));
}

function notBuilt(reply: FastifyReply, what: 'widget' | 'dashboard'): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send(`The ${what} has not been built yet. Run "npm run build", then reload.\n`);
}
