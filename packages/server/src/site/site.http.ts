import {
  AdminSiteAnswer,
  ConfigAnswer,
  IdentitySecretAnswer,
  NewSiteRequest,
  SitePatch,
} from '@parley/protocol';
import { z } from 'zod/mini';
import { siteOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import { byOf, noSite, requireSomewhere, siteWhere } from '../http/permission.ts';
import type { Services } from '../http/services.ts';
import { uploadLimits } from '../attachment/attachment.ts';
import { launcherLabel } from './launcher-label.ts';
import { publicSite } from './settings.ts';
import type { Site } from './site.ts';

const ConfigQuery = z.object({
  token: z.optional(z.string().check(z.maxLength(200))),
  /** As the page says it; nothing in it is wrong, as no page is to lose its launcher for it. */
  locale: z.optional(z.string()),
});

export function registerSiteRoutes(app: App, services: Services): void {
  registerConfig(app, services);
  registerSettings(app, services);
  registerNewSite(app, services);
  registerIdentitySecret(app, services);
}

/** What a page needs before it has a visitor. */
function registerConfig(app: App, services: Services): void {
  app.get(
    '/api/chatbot/config',
    {
      config: { access: 'site', siteTokenInQuery: true },
      schema: {
        tags: ['Visitors'],
        summary: 'How the widget of a site looks, and how events reach it',
        description:
          'The site token may also stand in `?token=`: it is public. `?locale=`: `site.launcher_label` is in that language.',
        security: [{ siteToken: [] }],
        querystring: ConfigQuery,
        response: answers({ 200: ConfigAnswer }),
      },
    },
    (request, reply): ConfigAnswer => {
      // Each embedding page asks for it on each load; by its address alone, it may be kept a while.
      if (request.query.token !== undefined) {
        // Proxies may pass on what a stranger says of the host; caches on the way know nothing of it.
        const whose = request.headers['x-forwarded-host'] === undefined ? 'public' : 'private';
        reply.header('cache-control', `${whose}, max-age=60`);
      }
      const label = launcherLabel(request.query.locale ?? '');
      return {
        success: true,
        ...services.realtimeConfig(request, 'visitor'),
        ...uploadLimits(services.config.limits),
        site: {
          ...publicSite(siteOf(request), services.sendsMail),
          ...(label !== null && { launcher_label: label }),
        },
      };
    },
  );
}

/** What the owner of a site decides. */
function registerSettings(app: App, services: Services): void {
  const { siteQueries, siteCommands, identities, clock } = services;

  app.get(
    '/admin/sites/:id',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Sites'],
        summary: 'A site and its settings, for its owners and admins',
        security: [{ session: [] }],
        params: IdParams,
        response: answers({ 200: AdminSiteAnswer }),
      },
    },
    async (request): Promise<AdminSiteAnswer> =>
      answerOf(await siteQueries.findSite(siteWhere(request, request.params.id, 'site.change'))),
  );

  app.patch(
    '/admin/sites/:id',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Sites'],
        summary: 'Change the settings of a site',
        description: 'What is absent stays as it is; lists are replaced as a whole.',
        security: [{ session: [], csrf: [] }],
        params: IdParams,
        body: SitePatch,
        response: answers({ 200: AdminSiteAnswer }),
      },
    },
    async (request): Promise<AdminSiteAnswer> => {
      const id = siteWhere(request, request.params.id, 'site.change');
      const site = await siteCommands.patchSite(id, request.body, byOf(request, clock));
      identities.forgetSites();
      // Whoever was let in before may have to agree now.
      if (request.body.settings?.consent !== undefined) identities.forgetVisitors();
      return answerOf(site);
    },
  );
}

function registerNewSite(app: App, { managing, logins, clock }: Services): void {
  app.post(
    '/admin/sites',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Sites'],
        summary: 'Open another site, and own it',
        description: 'For who owns a site already.',
        security: [{ session: [], csrf: [] }],
        body: NewSiteRequest,
        response: answers({ 201: AdminSiteAnswer }),
      },
    },
    async (request, reply): Promise<AdminSiteAnswer> => {
      requireSomewhere(request, 'site.create');
      const site = await managing.members.openSite(request.body.name.trim(), byOf(request, clock));
      await logins.membersChanged();
      reply.code(201);
      return answerOf(site);
    },
  );
}

/** Shown once, as it is made: no other call tells it (SEC-6). */
function registerIdentitySecret(app: App, { siteCommands, identities, clock }: Services): void {
  app.post(
    '/admin/sites/:id/identity-secret',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Sites'],
        summary: 'Make a new secret for identity tokens; the old one ends',
        security: [{ session: [], csrf: [] }],
        params: IdParams,
        response: answers({ 201: IdentitySecretAnswer }),
      },
    },
    async (request, reply): Promise<IdentitySecretAnswer> => {
      const site = await siteCommands.renewIdentitySecret(
        siteWhere(request, request.params.id, 'site.change'),
        byOf(request, clock),
      );
      if (site === null) throw noSite();
      identities.forgetSites();
      reply.code(201).header('cache-control', 'no-store');
      return { success: true, identity_secret: site.identitySecret };
    },
  );
}

function answerOf(site: Site | null): AdminSiteAnswer {
  if (site === null) throw noSite();
  const { id, name, token, allowedOrigins, settings } = site;
  return {
    success: true,
    site: { id, name, token, allowed_origins: [...allowedOrigins], settings },
  };
}
