import { RatingAnswer, RatingRequest } from '@parley/protocol';
import { AppError } from '../app-error.ts';
import { visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

/** What the visitor thinks of how it went. */
export function registerRatingRoute(app: App, services: Services): void {
  const { conversationCommands, identities, limits } = services;
  app.post(
    '/api/chatbot/conversation/:id/rating',
    {
      config: { access: 'visitor' },
      schema: {
        tags: ['Visitors'],
        summary: 'Rate a resolved conversation from 1 to 5; again: another rating in its place',
        security: [{ visitorToken: [] }],
        params: IdParams,
        body: RatingRequest,
        response: answers({ 200: RatingAnswer }),
      },
    },
    async (request): Promise<RatingAnswer> => {
      const visitor = visitorOf(request);
      const { score, comment = '' } = request.body;
      const site = await identities.site(visitor.siteId);
      if (site?.settings.rating !== true) {
        throw new AppError('forbidden', 'This site asks for no ratings.');
      }
      // Each takes a place in the stream, as a message does.
      limits.takeMessage(visitor.visitorId);
      const rating = { score, comment: comment.trim() || null };
      const { id } = request.params;
      return { success: true, ...(await conversationCommands.rateByVisitor(visitor, id, rating)) };
    },
  );
}
