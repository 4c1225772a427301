import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON is the only form of a body, unless a route's own scope adds another: a form of a foreign
 * page cannot send it without asking first (SEC-4). Bytes that are no UTF-8 are refused and not
 * replaced, for text is kept byte for byte. No body at all is an empty object.
 */
export function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      if (body.length === 0) {
        done(null, {});
        return;
      }
      const text = decode(body);
      if (text === null) {
        done(new AppError('malformed_json', 'The body is not valid JSON in UTF-8.'), undefined);
        return;
      }
      parse.call(app, request, text, done);
    },
  );
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) {
      request.body = {};
    }
    done();
  });
}

function decode(bytes: Buffer): string | null {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
