import type { FastifyReply } from 'fastify';

/** A signal that is aborted when the client goes away before its answer is complete. */
export function departureOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    // With a reason of its own, for the default one is an error with its stack.
    controller.abort('left');
  });
  return controller.signal;
}
