import {
  CannedRepliesAnswer,
  CannedRepliesQuery,
  CannedReplyAnswer,
  CannedReplyPatch,
  CannedReplyRequest,
  SuccessAnswer,
} from '@parley/protocol';
import type { z } from 'zod/mini';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import { byOf, noSite } from '../http/permission.ts';
import type { Services } from '../http/services.ts';
import { search } from './canned.ts';

const read = { tags: ['Canned replies'], security: [{ session: [] }] };
const change = { ...read, security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;

export function registerCannedRoutes(app: App, { managing, clock }: Services): void {
  app.get(
    '/admin/canned-replies',
    {
      config,
      schema: {
        ...read,
        summary: 'Texts to insert: those of one’s sites, and one’s own',
        description:
          '`site`: of one site alone. `q`: by the beginning of the shortcut, or words of the text.',
        querystring: CannedRepliesQuery,
        response: answers({ 200: CannedRepliesAnswer }),
      },
    },
    async (request): Promise<CannedRepliesAnswer> => {
      const { actor } = loginOf(request);
      const { site, q } = request.query;
      if (site !== undefined && !actor.roles.has(site)) throw noSite();
      const siteIds = site === undefined ? actor.siteIds : [site];
      const replies = await managing.canned.repliesOf(siteIds, actor.agentId);
      return { success: true, replies: search(replies, q) };
    },
  );

  app.post(
    '/admin/canned-replies',
    {
      config,
      schema: {
        ...change,
        summary: 'Make a canned reply: `own`, or, for owners and admins, of the site',
        body: CannedReplyRequest,
        response: answers({ 201: CannedReplyAnswer }),
      },
    },
    async (request, reply): Promise<CannedReplyAnswer> => {
      const { actor } = loginOf(request);
      const by = byOf(request, clock);
      const made = await managing.cannedCommands.create(actor, request.body, by);
      reply.code(201);
      return { success: true, reply: made };
    },
  );

  app.patch(
    '/admin/canned-replies/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Change a canned reply',
        params: IdParams,
        body: CannedReplyPatch,
        response: answers({ 200: CannedReplyAnswer }),
      },
    },
    async (request): Promise<CannedReplyAnswer> => {
      const { actor } = loginOf(request);
      const { id } = request.params;
      const by = byOf(request, clock);
      const reply = await managing.cannedCommands.change(actor, id, request.body, by);
      return { success: true, reply };
    },
  );

  app.delete(
    '/admin/canned-replies/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Delete a canned reply',
        params: IdParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<z.infer<typeof SuccessAnswer>> => {
      const { actor } = loginOf(request);
      await managing.cannedCommands.remove(actor, request.params.id, byOf(request, clock));
      return { success: true };
    },
  );
}
