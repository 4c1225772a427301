import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Figures } from '../observe/figures.ts';
import { currentPlace, flagsOf } from '../current-trace.ts';
import { currentRequest, forRequest } from '../request-id.ts';
import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';

/**
 * Logs never hold a token, a password or a cookie (SEC-6): requests are logged by their path alone,
 * without query, headers or body, and what might slip in by another way is blacked out by name.
 */
const REDACTED = [
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  'visitor_token',
  'identity_token',
  'csrf_token',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    // Whatever is said on behalf of a request names it, and where it is traced.
    mixin: () => {
      const reqId = currentRequest();
      const of = reqId === null ? {} : { reqId };
      const place = currentPlace();
      return place === null
        ? of
        : { ...of, trace_id: place.traceId, span_id: place.spanId, trace_flags: flagsOf(place) };
    },
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: {
      err: stdSerializers.err,
      req: (request: { method: string; url: string; keptAddress: string }) => ({
        method: request.method,
        path: pathOf(request.url),
        ip: request.keptAddress,
      }),
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const PROCESS_ID = randomUUID();
let requests = 0;

/** Names a request in the log and to its sender; unlike any other, of any process. */
export function requestId(): string {
  requests += 1;
  return `${PROCESS_ID}-${requests.toString(36)}`;
}

/** One line for each answer: what changes something at `info`, what only reads at `debug`. */
export function logAnswers(app: FastifyInstance, figures: Figures | undefined): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  // Only here: reading the body loses what was said before it.
  app.addHook('preHandler', (request, _reply, done) => {
    forRequest(request.id, done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const level = request.method === 'GET' || request.method === 'HEAD' ? 'debug' : 'info';
    const { statusCode, elapsedTime } = reply;
    figures?.answered({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: statusCode,
      ms: elapsedTime,
      waited: /[?&]wait=[1-9]/.test(request.url),
    });
    request.log[level](
      { reqId: request.id, req: request, status: statusCode, ms: Math.round(elapsedTime) },
      'answered',
    );
    done();
  });
}

/** Without the query, without a person's address, and without what a link of a mail may do. */
function pathOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  return path
    .replace(/^\/api\/users\/[^/]+/, '/api/users/:email')
    .replace(/^\/mail\/stop\/[^/]+/, '/mail/stop/:claim');
}
