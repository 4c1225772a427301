import { AvailabilityAnswer, AvailabilityRequest, InboxEntryAnswer } from '@parley/protocol';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

const schema = { tags: ['Agents'], security: [{ session: [], csrf: [] }] };

/** Whether one takes conversations now, and who takes the next. */
export function registerAvailabilityRoutes(app: App, services: Services): void {
  app.patch(
    '/admin/availability',
    {
      config: { access: 'agent' },
      schema: {
        ...schema,
        summary: 'Say that one is away, or back',
        description:
          'Who is away is given no conversation in turn. `online` is who has a dashboard open; `GET /admin/colleagues` tells it of all.',
        body: AvailabilityRequest,
        response: answers({ 200: AvailabilityAnswer }),
      },
    },
    async (request): Promise<AvailabilityAnswer> => {
      const { agent, actor } = loginOf(request);
      const { id } = agent;
      const { away } = request.body;
      const isNew = await services.availability.setAway(id, away);
      if (isNew) await services.colleagues.changed(actor.siteIds);
      return { success: true, availability: services.availability.of({ id, away }) };
    },
  );

  app.post(
    '/admin/chatbot/:id/assign-next',
    {
      config: { access: 'agent' },
      schema: {
        ...schema,
        summary: 'Give a conversation to whose turn it is, of those who are online',
        description:
          'To who was given none for longest, and to somebody else than who has it. 409 `nobody_online` where there is nobody.',
        params: IdParams,
        response: answers({ 200: InboxEntryAnswer }),
      },
    },
    async (request): Promise<InboxEntryAnswer> => {
      const { actor, agent } = loginOf(request);
      // Whoever asks is there.
      services.availability.seen(agent.id);
      const conversation = await services.turnCommands.assignNext(actor, request.params.id);
      return { success: true, conversation };
    },
  );
}
