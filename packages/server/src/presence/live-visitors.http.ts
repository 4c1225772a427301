import { ApproachRequest, LiveVisitorsAnswer, MessageAnswer } from '@parley/protocol';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { compressAnswer } from '../http/compress.ts';
import { pageForNavigation } from '../http/pages.ts';
import { IdParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';
import { sendSent } from '../message/sent.http.ts';
import { withinLimit } from '../message/text-limit.ts';

/** Who is on which page now, and the first word to them. */
export function registerLiveVisitorsRoutes(app: App, services: Services): void {
  const { liveVisitorsQueries, messageCommands, config } = services;

  app.get(
    '/admin/visitors',
    {
      config: { access: 'agent' },
      preValidation: pageForNavigation(services),
      onSend: compressAnswer,
      schema: {
        tags: ['Agents'],
        summary: 'Visitors who are on a page of an own site now',
        description:
          'Of sites that show their visitors (`live_visitors`). Kept in memory alone. For 90 s from now `ChatVisitorsChanged` on the inbox channel of each site tells when to ask again.',
        security: [{ session: [] }],
        response: answers({ 200: LiveVisitorsAnswer }),
      },
    },
    async (request): Promise<LiveVisitorsAnswer> => ({
      success: true,
      ...(await liveVisitorsQueries.liveVisitors(loginOf(request).actor)),
    }),
  );

  app.post(
    '/admin/visitors/:id/conversation',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Agents'],
        summary: 'Speak first: a message to a visitor',
        description:
          'Opens a conversation, which is assigned to the agent; where the visitor has one that is not resolved, the message goes there. 200 where the same `client_message_id` came before.',
        security: [{ session: [], csrf: [] }],
        params: IdParams,
        body: ApproachRequest,
        response: answers({ 200: MessageAnswer, 201: MessageAnswer }),
      },
    },
    async (request, reply) => {
      const { actor } = loginOf(request);
      const { client_message_id } = request.body;
      const text = withinLimit(request.body.text, config.limits);
      const message = { text, client_message_id };
      return sendSent(reply, await messageCommands.approach(actor, request.params.id, message));
    },
  );
}
