import {
  SavedViewAnswer,
  SavedViewRequest,
  SavedViewsAnswer,
  SuccessAnswer,
} from '@parley/protocol';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

const read = { tags: ['Agents'], security: [{ session: [] }] };
const change = { ...read, security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;

export function registerSavedViewRoutes(app: App, services: Services): void {
  const { savedViewQueries, savedViewCommands } = services;
  app.get(
    '/admin/views',
    {
      config,
      schema: {
        ...read,
        summary: 'Views of the inbox that the agent keeps',
        response: answers({ 200: SavedViewsAnswer }),
      },
    },
    async (request): Promise<SavedViewsAnswer> => ({
      success: true,
      views: await savedViewQueries.viewsOf(loginOf(request).actor),
    }),
  );

  app.post(
    '/admin/views',
    {
      config,
      schema: {
        ...change,
        summary: 'Keep a view',
        body: SavedViewRequest,
        response: answers({ 201: SavedViewAnswer }),
      },
    },
    async (request, reply): Promise<SavedViewAnswer> => {
      const view = await savedViewCommands.saveView(loginOf(request).actor, request.body);
      reply.code(201);
      return { success: true, view };
    },
  );

  app.delete(
    '/admin/views/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Keep a view no longer',
        params: IdParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<{ success: true }> => {
      await savedViewCommands.deleteView(loginOf(request).actor, request.params.id);
      return { success: true };
    },
  );
}
