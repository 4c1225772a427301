import {
  EditRequest,
  LIMITS,
  MessageAnswer,
  ReplyRequest,
  SendRequest,
  text,
} from '@parley/protocol';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod/mini';
import { FormFile, takeForms } from '../attachment/form.http.ts';
import { loginOf, visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams, MessageParams } from '../http/params.ts';
import type { Services } from '../http/services.ts';
import { sendSent, senderOf } from './sent.http.ts';
import { withinLimit } from './text-limit.ts';

export async function registerMessageRoutes(app: App, services: Services): Promise<void> {
  registerVisitorMessages(app, services);
  registerAgentMessages(app, services);
  await app.register(async (scope) => {
    await takeForms(scope);
    addReply(scope, services);
  });
}

function registerVisitorMessages(app: App, services: Services): void {
  const { messageCommands, visitorMessages, limits, config } = services;
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
          '201: it is new. 200: the same `client_message_id` came before, and this is that message. 429 `proof_required`: it would begin a conversation while many do; do the work that `details` ask for and send it again with the header `Parley-Proof`, or send it later.',
        body: SendRequest,
        response: answers({ 200: MessageAnswer, 201: MessageAnswer }),
      },
    },
    async (request, reply) => {
      const sender = senderOf(request);
      limits.takeMessage(sender.visitor.visitorId);
      const { text, message: alias, client_message_id, conversation_id } = request.body;
      const sent = await visitorMessages.send(sender, {
        text: withinLimit(text ?? alias ?? '', config.limits),
        client_message_id,
        conversation_id,
        files: null,
      });
      return sendSent(reply, sent);
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

/** As JSON, or as a form with files; then the text may be empty. */
const ReplyBody = z
  .object({
    ...ReplyRequest.shape,
    text: z._default(text(LIMITS.messageText_chars), ''),
    files: z._default(z.array(FormFile), []),
  })
  .check(
    z.refine(({ text, files }) => files.length > 0 || text.trim() !== '', {
      error: 'must not be empty',
      path: ['text'],
    }),
  );

function addReply(scope: FastifyInstance, services: Services): void {
  const { messageCommands, fileCommands, forms, config } = services;
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/admin/chatbot/:id/reply',
    {
      config: { access: 'agent', formFiles: 'files' },
      schema: {
        tags: ['Agents'],
        security: [{ session: [], csrf: [] }],
        consumes: ['application/json', 'multipart/form-data'],
        summary: 'Reply, or leave a note (`private`) that the visitor never sees',
        description: 'With files (`files` or `file`) as a form.',
        params: IdParams,
        body: ReplyBody,
        response: answers({ 200: MessageAnswer, 201: MessageAnswer }),
      },
      ...forms.hooks({
        fields: ['files', 'file'],
        filesMax: config.limits.filesPerMessage,
        booleans: ['private'],
        jsonToo: true,
        admit: () => undefined,
      }),
    },
    async (request, reply) => {
      const { client_message_id, private: isNote = false, files } = request.body;
      const text = withinLimit(request.body.text, config.limits);
      const sent = await fileCommands.keepFor(files, 'files', null, (kept) =>
        messageCommands.replyByAgent(loginOf(request).actor, request.params.id, {
          text,
          client_message_id,
          private: isNote,
          files: kept,
        }),
      );
      return sendSent(reply, sent);
    },
  );
}
