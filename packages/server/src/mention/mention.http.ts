import { MentionsAnswer, SuccessAnswer } from '@parley/protocol';
import { AppError } from '../app-error.ts';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

export function registerMentionRoutes(app: App, services: Services): void {
  const { mentionQueries, mentionCommands, conversationQueries } = services;
  const config = { access: 'agent' } as const;
  app.get(
    '/admin/mentions',
    {
      config,
      schema: {
        tags: ['Agents'],
        summary: 'Conversations in which a note names the agent, who has not seen that yet',
        security: [{ session: [] }],
        response: answers({ 200: MentionsAnswer }),
      },
    },
    async (request): Promise<MentionsAnswer> => ({
      success: true,
      conversation_ids: await mentionQueries.mentionedIn(loginOf(request).actor),
    }),
  );

  app.delete(
    '/admin/chatbot/:id/mentions',
    {
      config,
      schema: {
        tags: ['Agents'],
        summary: 'The agent has seen the notes of a conversation that name it',
        security: [{ session: [], csrf: [] }],
        params: IdParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<{ success: true }> => {
      const { actor } = loginOf(request);
      const { id } = request.params;
      if ((await conversationQueries.find(actor, id)) === null) {
        throw new AppError('not_found', 'There is no such conversation.');
      }
      await mentionCommands.seen(actor, id);
      return { success: true };
    },
  );
}
