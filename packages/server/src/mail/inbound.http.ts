import { createHash } from 'node:crypto';
import { InboundMail, InboundMailAnswer } from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../http/services.ts';
import { withinLimit } from '../message/text-limit.ts';
import { isSigned } from '../webhook/webhook.ts';
import { correspondentOf, type Correspondent } from './reply-address.ts';
import { replyText } from './reply-text.ts';

/** Mails carry what they answer, and what that answered. */
const BODY_BYTES = 1024 * 1024;

/** Bodies as they came, for they are signed byte for byte. */
const bodies = new WeakMap<FastifyRequest, string>();

/** Replies by mail: who receives them for this server hands them in here. */
export async function registerInboundMailRoute(app: App, services: Services): Promise<void> {
  await app.register(async (scope: App) => {
    const parse = scope.getDefaultJsonParser('error', 'error');
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: BODY_BYTES },
      (request: FastifyRequest, body: string, done) => {
        bodies.set(request, body);
        parse.call(scope, request, body, done);
      },
    );
    register(scope, services);
    await Promise.resolve();
  });
}

function register(app: App, services: Services): void {
  app.post(
    '/api/inbound/mail',
    {
      config: { access: 'public' },
      bodyLimit: BODY_BYTES,
      preValidation: (request, _reply, done) => {
        done(refusal(request, services));
      },
      schema: {
        tags: ['Server'],
        summary: 'Hand in a mail that answers one of ours',
        description:
          'For whoever receives mail for `MAIL_REPLY_ADDRESS`. Signed by Standard Webhooks with `MAIL_INBOUND_SECRET`. The same `message_id` again puts nothing in twice.',
        body: InboundMail,
        response: answers({ 200: InboundMailAnswer, 201: InboundMailAnswer }),
      },
    },
    async (request, reply): Promise<InboundMailAnswer> => {
      const { body } = request;
      const who = senderOf(body, services);
      if (who === null) {
        throw new AppError(
          'forbidden',
          'No address among `to` is one that a mail of ours named for this sender, within 30 days.',
        );
      }
      const text = withinLimit(replyText(body.text), services.config.limits);
      if (text === '') throw new AppError('nothing_to_send', 'Nothing is left without the quote.');
      const { messageJson, created } = await put(services, who, text, body);
      if (created) reply.code(201);
      const { id, conversation_id } = JSON.parse(messageJson) as {
        id: number;
        conversation_id: number;
      };
      return { success: true, message: { id, conversation_id } };
    },
  );
}

/** Why it is not looked at; undefined: it is. */
function refusal(request: FastifyRequest, { config, clock }: Services): AppError | undefined {
  const { mailReplies } = config;
  if (mailReplies === null) {
    return new AppError('not_found', 'MAIL_REPLY_ADDRESS is not set: no mail is taken here.');
  }
  const secrets = [mailReplies.secret.reveal()];
  const body = bodies.get(request) ?? '';
  if (isSigned(request.headers, body, secrets, clock.now_ms())) return undefined;
  return new AppError(
    'unauthenticated',
    'Sign it with MAIL_INBOUND_SECRET: see docs/configure.md.',
  );
}

function senderOf(mail: InboundMail, services: Services): Correspondent | null {
  const { config, clock, replyKeys } = services;
  if (config.mailReplies === null) return null;
  const of = {
    base: config.mailReplies.address,
    from: mail.from,
    keys: replyKeys(),
    now_ms: clock.now_ms(),
  };
  for (const address of mail.to) {
    const who = correspondentOf(address, of);
    if (who !== null) return who;
  }
  return null;
}

/** As the person would have said it on screen: with all that is checked there. */
async function put(services: Services, who: Correspondent, text: string, mail: InboundMail) {
  const { agentQueries, conversationQueries, messageCommands } = services;
  const message = { text, client_message_id: idOf(mail), files: null };
  if (who.kind === 'visitor') {
    const { visitorId, siteId, conversationId } = who;
    const visitor = { kind: 'visitor', visitorId, siteId } as const;
    const page = { limit: 1 };
    const read = await conversationQueries.messagesOfVisitor(visitor, conversationId, page);
    // Anybody types an address: whoever did, and is not who the visitor turned out to be, is not them (SEC-2).
    const address = read?.conversation.visitor.email?.toLowerCase();
    if (address !== mail.from.trim().toLowerCase()) {
      throw new AppError('forbidden', 'This address is not that of the visitor any more.');
    }
    return messageCommands.sendByVisitor(visitor, { ...message, conversation_id: conversationId });
  }
  const agent = await agentQueries.actorOf(who.agentId);
  if (agent === null) throw new AppError('forbidden', 'This agent may not answer any more.');
  return messageCommands.replyByAgent(agent, who.conversationId, { ...message, private: false });
}

/** One mail is one message (SYNC-2), however often it is handed in. */
function idOf({ message_id, from }: InboundMail): string {
  const hex = createHash('sha256').update(`${from.toLowerCase()} ${message_id}`).digest('hex');
  // Version 8: made by the application's own rule.
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
