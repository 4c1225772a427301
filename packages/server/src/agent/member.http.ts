import { AgentPatch, MemberPatch, MembersAnswer, SuccessAnswer } from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod/mini';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams, PathId } from '../http/params.ts';
import { byOf, siteWhere } from '../http/permission.ts';
import type { Services } from '../http/services.ts';
import type { Membership } from './member.commands.ts';

type Success = z.infer<typeof SuccessAnswer>;

const read = { tags: ['Members'], security: [{ session: [] }] };
const change = { tags: ['Members'], security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;
const MemberParams = z.object({ id: PathId, agent: PathId });

/** Who works on a site, and as what. */
export function registerMemberRoutes(app: App, services: Services): void {
  const { agentQueries, managing, logins, clock, sendsMail } = services;

  app.get(
    '/admin/sites/:id/members',
    {
      config,
      schema: {
        ...read,
        summary: 'Members of a site, and open invitations',
        params: IdParams,
        response: answers({ 200: MembersAnswer }),
      },
    },
    async (request): Promise<MembersAnswer> => {
      const siteId = siteWhere(request, request.params.id, 'members.manage');
      return {
        success: true,
        members: await agentQueries.membersOf(siteId),
        invitations: await managing.invited.openOf(siteId),
        sends_mail: sendsMail,
      };
    },
  );

  app.patch(
    '/admin/sites/:id/members/:agent',
    {
      config,
      schema: {
        ...change,
        summary: 'Give a member another role',
        params: MemberParams,
        body: MemberPatch,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<Success> => {
      const of = membershipOf(request, request.params);
      await managing.members.changeRole(of, request.body.role, byOf(request, clock));
      await logins.membersChanged();
      return { success: true };
    },
  );

  app.delete(
    '/admin/sites/:id/members/:agent',
    {
      config,
      schema: {
        ...change,
        summary: 'Remove a member from a site: its sockets and polls end at once',
        params: MemberParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<Success> => {
      const of = membershipOf(request, request.params);
      await managing.members.removeMember(of, byOf(request, clock));
      await logins.membersChanged([of.siteId]);
      return { success: true };
    },
  );

  app.patch(
    '/admin/agents/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Disable an agent, or let them in again',
        description:
          'On all sites at once, so for who manages each of them. Sessions, sockets and polls end.',
        params: IdParams,
        body: AgentPatch,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<Success> => {
      const { actor } = loginOf(request);
      const { id } = request.params;
      const { disabled } = request.body;
      const before = await agentQueries.actorOf(id);
      await managing.members.setDisabled(actor, id, disabled, byOf(request, clock));
      // Who is disabled has no sites.
      const present = before ?? (await agentQueries.actorOf(id));
      await logins.membersChanged(present?.siteIds);
      return { success: true };
    },
  );
}

function membershipOf(
  request: FastifyRequest,
  { id, agent }: { id: number; agent: number },
): Membership {
  const siteId = siteWhere(request, id, 'members.manage');
  const actorRole = loginOf(request).actor.roles.get(siteId) ?? 'agent';
  return { siteId, agentId: agent, actorRole };
}
