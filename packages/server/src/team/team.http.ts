import {
  AgentTeamAnswer,
  AgentTeamPatch,
  AgentTeamRequest,
  AgentTeamsAnswer,
  SuccessAnswer,
} from '@parley/protocol';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

const read = { tags: ['Labels and teams'], security: [{ session: [] }] };
const change = { ...read, security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;

export function registerAgentTeamRoutes(app: App, services: Services): void {
  const { agentTeamQueries, agentTeamCommands, colleagues } = services;
  app.get(
    '/admin/teams',
    {
      config,
      schema: {
        ...read,
        summary: 'The teams of all own sites, with their members',
        response: answers({ 200: AgentTeamsAnswer }),
      },
    },
    async (request): Promise<AgentTeamsAnswer> => ({
      success: true,
      teams: await agentTeamQueries.teamsOf(loginOf(request).actor),
    }),
  );

  app.post(
    '/admin/teams',
    {
      config,
      schema: {
        ...change,
        summary: 'Make a team; for owners and admins of the site',
        description: 'Who is no agent of the site does not become a member.',
        body: AgentTeamRequest,
        response: answers({ 201: AgentTeamAnswer }),
      },
    },
    async (request, reply): Promise<AgentTeamAnswer> => {
      const { member_ids = [], ...team } = request.body;
      const { actor } = loginOf(request);
      const made = await agentTeamCommands.createTeam(actor, { ...team, member_ids });
      await colleagues.changed([made.site_id]);
      reply.code(201);
      return { success: true, team: made };
    },
  );

  app.patch(
    '/admin/teams/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Rename a team, or replace its members',
        params: IdParams,
        body: AgentTeamPatch,
        response: answers({ 200: AgentTeamAnswer }),
      },
    },
    async (request): Promise<AgentTeamAnswer> => {
      const { actor } = loginOf(request);
      const { params, body } = request;
      const team = await agentTeamCommands.patchTeam(actor, params.id, body);
      await colleagues.changed([team.site_id]);
      return { success: true, team };
    },
  );

  app.delete(
    '/admin/teams/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Dissolve a team; its conversations stay, without one',
        params: IdParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<{ success: true }> => {
      const { actor } = loginOf(request);
      await colleagues.changed([await agentTeamCommands.deleteTeam(actor, request.params.id)]);
      return { success: true };
    },
  );
}
