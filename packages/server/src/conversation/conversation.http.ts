import {
  channelName,
  MessagesAnswer,
  MessagesQuery,
  ReadAnswer,
  ReadRequest,
} from '@parley/protocol';
import { AppError } from '../app-error.ts';
import { visitorAudience } from '../broadcast/audience.ts';
import { visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { compressAnswer } from '../http/compress.ts';
import { departureOf } from '../http/departure.ts';
import { visitorOwner } from '../http/owner.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';
import { ConversationReads } from './read-or-wait.ts';

/** A visitor's own conversation. */
export function registerConversationRoutes(app: App, services: Services): void {
  const { conversationQueries, conversationCommands, feed, clock } = services;
  const reads = new ConversationReads<Omit<MessagesAnswer, 'success'>>(feed, clock);
  const common = {
    tags: ['Visitors'],
    security: [{ visitorToken: [] }],
    params: IdParams,
  };

  app.get(
    '/api/chatbot/conversation/:id',
    {
      config: { access: 'visitor' },
      onSend: compressAnswer,
      schema: {
        ...common,
        summary: 'Messages: the newest, those before a place, or all that changed after one',
        description: '`wait` holds the answer until something is newer than `after`.',
        querystring: MessagesQuery,
        response: answers({ 200: MessagesAnswer }),
      },
    },
    async (request, reply): Promise<MessagesAnswer> => {
      const visitor = visitorOf(request);
      const { id } = request.params;
      const { wait = 0, ...page } = request.query;
      const answer = await reads.readOrWait({
        read: () => conversationQueries.messagesOfVisitor(visitor, id, page),
        key: `${visitor.visitorId}:${id}`,
        audience: visitorAudience(visitor.visitorId),
        channel: channelName({ kind: 'conversation', conversationId: id }),
        after: page.after,
        wait_s: wait,
        signal: departureOf(reply),
        owner: visitorOwner(visitor.visitorId),
      });
      if (answer === null) throw new AppError('not_found', 'There is no such conversation.');
      return { success: true, ...answer };
    },
  );

  app.post(
    '/api/chatbot/conversation/:id/read',
    {
      config: { access: 'visitor' },
      schema: {
        ...common,
        summary: "The visitor has read the agents' messages up to a place",
        body: ReadRequest,
        response: answers({ 200: ReadAnswer }),
      },
    },
    async (request): Promise<ReadAnswer> => {
      const { id } = request.params;
      const { up_to } = request.body;
      const visitor = visitorOf(request);
      const read = await conversationCommands.markReadByVisitor(visitor, id, up_to);
      return { success: true, ...read };
    },
  );
}
