import { ConfigAnswer } from '@parley/protocol';
import { z } from 'zod/mini';
import { siteOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../http/services.ts';

const ConfigQuery = z.object({ token: z.optional(z.string().check(z.maxLength(200))) });

/** What a page needs before it has a visitor. */
export function registerSiteRoutes(app: App, services: Services): void {
  app.get(
    '/api/chatbot/config',
    {
      config: { access: 'site', siteTokenInQuery: true },
      schema: {
        tags: ['Visitors'],
        summary: 'How the widget of a site looks, and how events reach it',
        description: 'The site token may also stand in `?token=`: it is public.',
        security: [{ siteToken: [] }],
        querystring: ConfigQuery,
        response: answers({ 200: ConfigAnswer }),
      },
    },
    (request, reply): ConfigAnswer => {
      const { name, locale, appearance, prechat, typingPreview } = siteOf(request);
      // Each embedding page asks for it on each load; by its address alone, it may be kept a while.
      if (request.query.token !== undefined) reply.header('cache-control', 'public, max-age=60');
      return {
        success: true,
        ...services.realtimeConfig(request, 'visitor'),
        site: { name, locale, appearance, prechat, typing_preview: typingPreview },
      };
    },
  );
}
