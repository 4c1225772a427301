import { EditRequest, MessageAnswer, ReplyRequest, SendRequest } from '@parley/protocol';
import { AppError } from '../app-error.ts';
import { loginOf, visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams, MessageParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';

export function registerMessageRoutes(app: App, services: Services): void {
  registerVisitorMessages(app, services);
  registerAgentMessages(app, services);
}

function registerVisitorMessages(app: App, services: Services): void {
  const { messageCommands, limits, config } = services;
  const common = {
    tags: ['Visitors'],
    security: [{ visitorToken: [] }],
  };

  app.post(
    '/api/chatbot/message',
    {
      config: { access: 'visitor' },
      schema: {
        ...common,
        summary: 'Send a message; opens a conversation where there is none',
        description:
          '201: it is new. 200: the same `client_message_id` came before, and this is that message.',
        body: SendRequest,
        response: answers({ 200: MessageAnswer, 201: MessageAnswer }),
      },
    },
    async (request, reply) => {
      const visitor = visitorOf(request);
      limits.takeMessage(visitor.visitorId);
      const { text, message: alias, client_message_id, conversation_id } = request.body;
      const { created, message, head } = await messageCommands.sendByVisitor(visitor, {
        text: withinLimit(text ?? alias ?? '', config.limits),
        client_message_id,
        conversation_id,
      });
      return reply.code(created ? 201 : 200).send({ success: true, message, head });
    },
  );

  app.patch(
    '/api/chatbot/message/:id',
    {
      config: { access: 'visitor' },
      schema: {
        ...common,
        summary: "Change one's own message, within 15 minutes",
        params: IdParams,
        body: EditRequest,
        response: answers({ 200: MessageAnswer }),
      },
    },
    async (request): Promise<MessageAnswer> => {
      const visitor = visitorOf(request);
      limits.takeMessage(visitor.visitorId);
      const text = withinLimit(request.body.text, config.limits);
      const changed = await messageCommands.editByVisitor(visitor, request.params.id, text);
      return { success: true, ...changed };
    },
  );

  app.delete(
    '/api/chatbot/message/:id',
    {
      config: { access: 'visitor' },
      schema: {
        ...common,
        summary: "Delete one's own message, within 15 minutes",
        params: IdParams,
        response: answers({ 200: MessageAnswer }),
      },
    },
    async (request): Promise<MessageAnswer> => {
      const visitor = visitorOf(request);
      const changed = await messageCommands.deleteByVisitor(visitor, request.params.id);
      return { success: true, ...changed };
    },
  );
}

function registerAgentMessages(app: App, services: Services): void {
  const { messageCommands, config } = services;
  const common = {
    tags: ['Agents'],
    security: [{ session: [], csrf: [] }],
  };

  app.post(
    '/admin/chatbot/:id/reply',
    {
      config: { access: 'agent' },
      schema: {
        ...common,
        summary: 'Reply, or leave a note (`private`) that the visitor never sees',
        params: IdParams,
        body: ReplyRequest,
        response: answers({ 200: MessageAnswer, 201: MessageAnswer }),
      },
    },
    async (request, reply) => {
      const { text, client_message_id, private: isNote = false } = request.body;
      const { created, message, head } = await messageCommands.replyByAgent(
        loginOf(request).actor,
        request.params.id,
        { text: withinLimit(text, config.limits), client_message_id, private: isNote },
      );
      return reply.code(created ? 201 : 200).send({ success: true, message, head });
    },
  );

  app.patch(
    '/admin/chatbot/:id/messages/:message',
    {
      config: { access: 'agent' },
      schema: {
        ...common,
        summary: "Change one's own message; admins any",
        params: MessageParams,
        body: EditRequest,
        response: answers({ 200: MessageAnswer }),
      },
    },
    async (request): Promise<MessageAnswer> => {
      const { id, message } = request.params;
      const text = withinLimit(request.body.text, config.limits);
      const { actor } = loginOf(request);
      return { success: true, ...(await messageCommands.editByAgent(actor, id, message, text)) };
    },
  );

  app.delete(
    '/admin/chatbot/:id/messages/:message',
    {
      config: { access: 'agent' },
      schema: {
        ...common,
        summary: "Delete one's own message; admins any",
        params: MessageParams,
        response: answers({ 200: MessageAnswer }),
      },
    },
    async (request): Promise<MessageAnswer> => {
      const { id, message } = request.params;
      const { actor } = loginOf(request);
      return { success: true, ...(await messageCommands.deleteByAgent(actor, id, message)) };
    },
  );
}

/** The schema holds the hard maximum; a server may be set to less. */
function withinLimit(text: string, { message_chars }: { message_chars: number }): string {
  if (text.length <= message_chars) return text;
  const message = `must have at most ${message_chars} characters`;
  throw new AppError('invalid_request', `text: ${message}`, {
    details: [{ path: 'text', message }],
  });
}
