import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is shorter is a packet or two anyway. */
const BYTES_MIN = 1_024;

const compress = promisify(gzip);

/**
 * An `onSend` hook for routes that answer with messages: history and what was missed are text that
 * repeats itself, a fifth of it when compressed.
 *
 * Lengths of compressed answers can tell a secret to an eavesdropper who has text of his own beside it
 * and makes a browser ask many times (BREACH). Here there are words of several people but no tokens,
 * and nobody can make a browser ask: the login's cookie is `SameSite=Lax`, a visitor's token is in no
 * cookie at all. Answers that hold a token (`init`, `me`) stay as they are.
 */
export async function compressAnswer(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
  if (!isText || payload.length < BYTES_MIN) return payload;
  const vary = [reply.getHeader('vary'), 'Accept-Encoding'].flat();
  reply.header('vary', vary.filter((name) => name !== undefined).join(', '));
  if (!takesGzip(headers['accept-encoding'])) return payload;
  reply.header('content-encoding', 'gzip').removeHeader('content-length');
  return compress(payload);
}

function takesGzip(accepted: string | string[] | undefined): boolean {
  const coding = /(?:^|,)\s*(?:gzip|\*)\s*(;\s*q=0(?:\.0*)?\s*)?(?:,|;|$)/i.exec(String(accepted));
  return coding !== null && coding[1] === undefined;
}
