import { createHash } from 'node:crypto';
import { signRequest } from '../http-api/request-signature.ts';
import { APP } from './running-server.ts';

export const EVENTS = `/apps/${APP.id}/events`;

export interface CallOptions {
  method?: string;
  path?: string;
  /** What is signed in place of the path. */
  signedPath?: string;
  query?: Record<string, string>;
  secret?: string;
}

export interface CallAnswer {
  status: number;
  /** Read as JSON where it says that it is. */
  body: unknown;
}

/** A call of the HTTP API that is signed as it should be, but for what a test changes. */
export async function call(
  running: { port: number },
  body: string | Buffer,
  options: CallOptions = {},
): Promise<CallAnswer> {
  const { method = 'POST', path = EVENTS, secret = APP.secret } = options;
  const query = new Map(
    Object.entries({
      auth_key: APP.key,
      auth_timestamp: String(Math.floor(Date.now() / 1000)),
      auth_version: '1.0',
      ...(method === 'GET' ? {} : { body_md5: createHash('md5').update(body).digest('hex') }),
      ...options.query,
    }),
  );
  query.set('auth_signature', signRequest(secret, method, options.signedPath ?? path, query));
  const url = `http://127.0.0.1:${running.port}${path}?${new URLSearchParams([...query])}`;
  const response = await fetch(url, {
    method,
    ...(method === 'GET' ? {} : { body: new Uint8Array(Buffer.from(body)) }),
  });
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, body: isJson ? await response.json() : await response.text() };
}

/** A signed GET of what follows `/apps/ID`. */
export async function ask(
  running: { port: number },
  path: string,
  query: Record<string, string> = {},
): Promise<CallAnswer> {
  return call(running, '', { method: 'GET', path: `/apps/${APP.id}${path}`, query });
}
