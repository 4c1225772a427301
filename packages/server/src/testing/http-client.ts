import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { InitAnswer, MeAnswer } from '@parley/protocol';
import { z } from 'zod/mini';
import { SITE_TOKEN } from './running-server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed; undefined where it is no JSON. */
  readonly json: unknown;
}

export interface Call {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** As JSON, unless it is text or bytes. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

const CONNECTIONS = new Agent({ keepAlive: true, maxSockets: 100 });

/** Sends exactly what it is told: no cookie jar, no header of its own, the path as it is written. */
export async function call(url: string, options: Call = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, signal } = options;
  const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = isRaw ? body : JSON.stringify(body);
  const type = isRaw ? {} : { 'content-type': 'application/json' };
  const [, host, port, path] = /^http:\/\/([^/:]+):(\d+)(.*)$/.exec(url) ?? [];
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port, path, method, headers: { ...type, ...headers }, agent: CONNECTIONS, signal },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          const bytes = Buffer.concat(chunks);
          const isZipped = headers['content-encoding'] === 'gzip';
          const text = (isZipped ? gunzipSync(bytes) : bytes).toString('utf8');
          resolve({ status, headers, text, json: parse(text) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The `error.code` of an answer, or undefined. */
export function codeOfAnswer(answer: Answer): string | undefined {
  return (answer.json as { error?: { code?: string } } | undefined)?.error?.code;
}

/** Somebody who calls the server, always with the same credentials. */
export interface Caller {
  readonly headers: OutgoingHttpHeaders;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: OutgoingHttpHeaders,
  ): Promise<Answer>;
}

export function caller(url: string, headers: OutgoingHttpHeaders): Caller {
  return {
    headers,
    call: (method, path, body, more = {}) =>
      call(`${url}${path}`, { method, body, headers: { ...headers, ...more } }),
  };
}

export interface TestVisitor extends Caller {
  readonly id: number;
  readonly token: string;
  /** Sends a text and gives the ids of the message and its conversation. */
  say(text: string): Promise<{ id: number; conversation_id: number; seq: number }>;
}

export async function newVisitor(url: string, siteToken = SITE_TOKEN): Promise<TestVisitor> {
  const init = await call(`${url}/api/chatbot/init`, {
    method: 'POST',
    headers: { authorization: `Bearer ${siteToken}` },
    body: {},
  });
  return visitorFrom(url, z.parse(InitAnswer, init.json));
}

/** Who `init` said that one is. */
export function visitorFrom(
  url: string,
  { visitor, visitor_token: token }: InitAnswer,
): TestVisitor {
  const self = caller(url, { authorization: `Bearer ${token}` });
  return {
    ...self,
    id: visitor.id,
    token,
    async say(text) {
      const { json, status } = await self.call('POST', '/api/chatbot/message', { text });
      if (status !== 201) throw new Error(`status ${status}: ${JSON.stringify(json)}`);
      return (json as { message: { id: number; conversation_id: number; seq: number } }).message;
    },
  };
}

export interface TestAgent extends Caller {
  readonly id: number;
  readonly csrfToken: string;
  /** `name=value` of the session alone. */
  readonly sessionCookie: string;
}

export async function signIn(
  url: string,
  credentials: { email: string; password: string },
): Promise<TestAgent> {
  const login = await call(`${url}/admin/login`, {
    method: 'POST',
    body: { email: credentials.email, password: credentials.password },
  });
  if (login.status !== 200) throw new Error(`status ${login.status}: ${login.text}`);
  const { agent, csrf_token } = z.parse(MeAnswer, login.json);
  const cookies = (login.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '');
  const sessionCookie = cookies.find((cookie) => cookie.startsWith('parley_session=')) ?? '';
  return {
    ...caller(url, { cookie: cookies.join('; '), 'x-csrf-token': csrf_token }),
    id: agent.id,
    csrfToken: csrf_token,
    sessionCookie,
  };
}
