import { TranscriptAnswer, TranscriptRequest } from '@parley/protocol';
import { AppError } from '../app-error.ts';
import { visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

/** The conversation by email, to the visitor's own address. */
export function registerTranscriptRoute(app: App, services: Services): void {
  const { identities, limits, transcriptCommands } = services;
  app.post(
    '/api/chatbot/conversation/:id/transcript',
    {
      config: { access: 'visitor' },
      schema: {
        tags: ['Visitors'],
        summary: "Send the conversation to the visitor's own address",
        description:
          'The address that the site vouched for, or that the visitor typed. A few a day to one address.',
        security: [{ visitorToken: [] }],
        params: IdParams,
        body: TranscriptRequest,
        response: answers({ 202: TranscriptAnswer }),
      },
    },
    async (request, reply): Promise<TranscriptAnswer> => {
      const visitor = visitorOf(request);
      const site = await identities.site(visitor.siteId);
      if (site?.settings.transcript !== true || !services.sendsMail) {
        throw new AppError('forbidden', 'This site sends no conversations by email.');
      }
      limits.takeMail(request.ip);
      const { locale = null } = request.body;
      const email = await transcriptCommands.sendTranscript(visitor, request.params.id, locale);
      reply.code(202);
      return { success: true, email };
    },
  );
}
