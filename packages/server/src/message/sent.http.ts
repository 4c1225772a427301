import type { FastifyReply, FastifyRequest } from 'fastify';
import { visitorOf } from '../http/access.ts';
import { JsonText } from '../http/answer.ts';
import type { SentMessage } from './message.commands.ts';
import { PROOF_HEADER, type Sender } from './visitor-message.commands.ts';

/** Of a route that wants a visitor. */
export function senderOf(request: FastifyRequest): Sender {
  const proof = request.headers[PROOF_HEADER];
  return { visitor: visitorOf(request), address: request.ip, proof: proof?.toString() };
}

/** Answers with a `MessageAnswer`. */
export function sendSent(reply: FastifyReply, sent: SentMessage): FastifyReply {
  return reply.code(sent.created ? 201 : 200).send(new JsonText(sentText(sent)));
}

/** A `MessageAnswer`, whose message is JSON already. */
export function sentText({ messageJson, head }: Pick<SentMessage, 'messageJson' | 'head'>): string {
  return `{"success":true,"message":${messageJson},"head":${head}}`;
}
