import type { FastifyReply } from 'fastify';
import { JsonText } from '../http/answer.ts';
import type { SentMessage } from './message.commands.ts';

/** Answers with a `MessageAnswer`. */
export function sendSent(reply: FastifyReply, sent: SentMessage): FastifyReply {
  return reply.code(sent.created ? 201 : 200).send(new JsonText(sentText(sent)));
}

/** A `MessageAnswer`, whose message is JSON already. */
export function sentText({ messageJson, head }: Pick<SentMessage, 'messageJson' | 'head'>): string {
  return `{"success":true,"message":${messageJson},"head":${head}}`;
}
