import { isUtf8 } from 'node:buffer';
import { SendRequest } from '@parley/protocol';
import type { Answer, AnswerCall, PlainCall } from '@parley/realtime';
import type { FastifyBaseLogger } from 'fastify';
import type { VisitorActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import { DatabaseUnavailableError } from '../database/database.ts';
import { blockedFrom } from '../http/blocked.ts';
import { addressToKeep } from '../http/client-address.ts';
import { failureOf } from '../http/error.ts';
import { requestId } from '../http/log.ts';
import { isSiteOrigin } from '../http/origin.ts';
import type { Services } from '../http/services.ts';
import { clientOf, trustFrom } from '../http/trust-proxy.ts';
import type { CallTracing } from '../observe/call-tracing.ts';
import type { Figures } from '../observe/figures.ts';
import { forRequest } from '../request-id.ts';
import { sentText } from './sent.http.ts';
import { withinLimit } from './text-limit.ts';
import { PROOF_HEADER, type Sender } from './visitor-message.commands.ts';

const ROUTE = '/api/chatbot/message';
const JSON_TYPE = /^application\/json(; ?charset=utf-8)?$/i;
/** What Fastify's parser refuses, or may hide it. */
const SUSPICIOUS = ['__proto__', 'constructor', '\\u'] as const;

interface PlainSendOptions extends Pick<
  Services,
  'config' | 'clock' | 'identities' | 'limits' | 'visitorMessages'
> {
  readonly logger: FastifyBaseLogger;
  readonly figures: Figures | undefined;
  /** Null: nothing is traced. */
  readonly tracing: CallTracing | null;
}

/**
 * A visitor's message that came as one plain call, answered without the request, the reply and the
 * hooks that it would pass: half of what a message costs. It is held to the same rules by the same
 * functions; whatever is not plainly right goes the usual way, which alone refuses.
 *
 * @param head lines of the head of each answer with data
 */
export function createPlainSend(options: PlainSendOptions, head: string): AnswerCall {
  const { config, identities, tracing } = options;
  const isBlocked = blockedFrom(config.blockedAddresses);
  const trusted = trustFrom(config.trustProxy);
  return (call, socket) => {
    if (call.method !== 'POST' || call.url !== ROUTE) return null;
    const token = tokenOf(call);
    const request = token === null ? null : requestOf(call, config.limits.jsonBody_bytes);
    const { remoteAddress = '' } = socket;
    const ip = clientOf(trusted, remoteAddress, call.headers.get('x-forwarded-for'));
    if (token === null || request === null || isBlocked(ip)) return null;
    const origin = call.headers.get('origin');
    const began_ms = performance.now();
    const send = async (): Promise<Answer | null> => {
      const visitor = await senderOf(identities, token, origin);
      if (visitor === null) return null;
      const proof = call.headers.get(PROOF_HEADER);
      const commands = admit(options, { visitor, address: ip, proof }, request);
      if (commands === null) return null;
      const reqId = requestId();
      const asked = { reqId, ip, began_ms };
      // From here on it is answered here, and nowhere else.
      const answer = await (tracing === null
        ? answerOf(options, asked, commands)
        : tracing.answerLater({ ...call, route: ROUTE, began_ms }, () =>
            answerOf(options, asked, commands),
          ));
      const allow = origin === undefined ? '' : `access-control-allow-origin: ${origin}\r\n`;
      return { ...answer, headers: `${head}${allow}${answer.headers}x-request-id: ${reqId}\r\n` };
    };
    return send();
  };
}

function tokenOf({ headers }: PlainCall): string | null {
  if (headers.has('content-encoding')) return null;
  if (!JSON_TYPE.test(headers.get('content-type') ?? '')) return null;
  return /^Bearer +([^\s]+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}

/** Null for whoever may not send, or not from a page of this origin; or perhaps: the access hook knows. */
async function senderOf(
  identities: Services['identities'],
  token: string,
  origin: string | undefined,
): Promise<VisitorActor | null> {
  try {
    const login = await identities.visitorOfToken(token);
    if (login === null || login.mustAgree) return null;
    const { actor } = login;
    if (origin === undefined) return actor;
    const site = origin === '' ? null : await identities.site(actor.siteId);
    return site !== null && isSiteOrigin(origin, site.allowedOrigins) ? actor : null;
  } catch (error) {
    // It is asked once more then, and that failure is answered.
    if (error instanceof DatabaseUnavailableError) return null;
    throw error;
  }
}

/** Null for what the schema refuses, or the parser. */
function requestOf({ body }: PlainCall, bytesMax: number): SendRequest | null {
  if (body.length > bytesMax || !isUtf8(body)) return null;
  const text = body.toString('utf8');
  if (SUSPICIOUS.some((part) => text.includes(part))) return null;
  const request = SendRequest.safeParse(parseJson(text));
  return request.success ? request.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Sent = Answer & { readonly headers: string };

/** What sends it; null where a limit refuses it. */
function admit(
  { limits, config, visitorMessages }: PlainSendOptions,
  sender: Sender,
  { text, message: alias, client_message_id, conversation_id }: SendRequest,
): (() => Promise<Sent>) | null {
  try {
    const within = withinLimit(text ?? alias ?? '', config.limits);
    limits.takeMessage(sender.visitor.visitorId);
    return async () => {
      const sent = await visitorMessages.send(sender, {
        text: within,
        client_message_id,
        conversation_id,
        files: null,
      });
      return { status: sent.created ? 201 : 200, headers: '', body: sentText(sent) };
    };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function answerOf(
  options: PlainSendOptions,
  asked: Asked,
  commands: () => Promise<Sent>,
): Promise<Sent> {
  const { reqId } = asked;
  const answer = await forRequest(reqId, commands).catch((error: unknown) =>
    refusal(options, reqId, error),
  );
  log(options, asked, answer.status);
  return answer;
}

/** Of a message that was tried already: it must not be tried once more. */
function refusal({ logger }: PlainSendOptions, reqId: string, error: unknown): Sent {
  const { status, retryAfter_s, body } = failureOf(error);
  if (status >= 500) logger.error({ reqId, err: error }, 'A request failed');
  const headers = retryAfter_s === undefined ? '' : `retry-after: ${retryAfter_s}\r\n`;
  return { status, headers, body: JSON.stringify(body) };
}

interface Asked {
  readonly reqId: string;
  readonly ip: string;
  readonly began_ms: number;
}

/** The same line as of every answer. */
function log(
  { logger, config, figures }: PlainSendOptions,
  { reqId, ip, began_ms }: Asked,
  status: number,
): void {
  const keptAddress = addressToKeep(ip, config.shortensAddresses);
  const req = { method: 'POST', url: ROUTE, keptAddress };
  const ms = performance.now() - began_ms;
  figures?.answered({ method: 'POST', route: ROUTE, status, ms, waited: false });
  logger.info({ reqId, req, status, ms: Math.round(ms) }, 'answered');
}
