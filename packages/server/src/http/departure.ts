import type { FastifyReply } from 'fastify';

/** A signal that is aborted when the client goes away before its answer is complete. */
export function departureOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    controller.abort();
  });
  return controller.signal;
}
