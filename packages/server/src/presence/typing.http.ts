import { SuccessAnswer, TypingRequest } from '@parley/protocol';
import type { z } from 'zod/mini';
import { loginOf, visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

type Success = z.infer<typeof SuccessAnswer>;

/** Who is typing: at most every 3 s, over by itself after 6. */
export function registerTypingRoutes(app: App, { typing }: Services): void {
  const schema = {
    summary: 'Say that one is typing, or has stopped',
    params: IdParams,
    body: TypingRequest,
    response: answers({ 200: SuccessAnswer }),
  };

  app.post(
    '/api/chatbot/conversation/:id/typing',
    {
      config: { access: 'visitor' },
      schema: { ...schema, tags: ['Visitors'], security: [{ visitorToken: [] }] },
    },
    async (request): Promise<Success> => {
      const { typing: isTyping, preview } = request.body;
      const notice = { typing: isTyping, preview };
      await typing.typeByVisitor(visitorOf(request), request.params.id, notice);
      return { success: true };
    },
  );

  app.post(
    '/admin/chatbot/:id/typing',
    {
      config: { access: 'agent' },
      schema: { ...schema, tags: ['Agents'], security: [{ session: [], csrf: [] }] },
    },
    async (request): Promise<Success> => {
      const { actor, agent } = loginOf(request);
      const notice = { typing: request.body.typing };
      await typing.typeByAgent(actor, agent.name, request.params.id, notice);
      return { success: true };
    },
  );
}
