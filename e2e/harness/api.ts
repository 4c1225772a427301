// The HTTP API as somebody uses it who has no browser.
import {
  InitAnswer,
  InvitationAnswer,
  MeAnswer,
  type Message,
  MessageAnswer,
  MessagesAnswer,
  type SitePatch,
} from '@parley/protocol';
import { agentEmail, agentPassword, siteToken } from './server.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Caller {
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>;
}

export const nobody = (baseUrl: string): Caller => caller(baseUrl, {});

export const bearer = (baseUrl: string, token: string): Caller =>
  caller(baseUrl, { authorization: `Bearer ${token}` });

export interface ApiVisitor extends Caller {
  readonly token: string;
  readonly visitorId: number;
  send(text: string, clientMessageId?: string): Promise<Message>;
  /** All messages of a conversation, as the server has them. */
  messages(conversationId: number): Promise<readonly Message[]>;
}

export async function newVisitor(baseUrl: string, token = siteToken): Promise<ApiVisitor> {
  const init = await bearer(baseUrl, token).call('POST', '/api/chatbot/init', {});
  const { visitor_token, visitor } = InitAnswer.parse(must(init));
  const { call } = bearer(baseUrl, visitor_token);
  return {
    token: visitor_token,
    visitorId: visitor.id,
    call,
    async send(text, clientMessageId = crypto.randomUUID()) {
      const answer = await call('POST', '/api/chatbot/message', {
        text,
        client_message_id: clientMessageId,
      });
      return MessageAnswer.parse(must(answer)).message;
    },
    async messages(conversationId) {
      const answer = await call('GET', `/api/chatbot/conversation/${conversationId}?limit=200`);
      return MessagesAnswer.parse(must(answer)).messages;
    },
  };
}

/** Another agent of the first site, by an invitation. */
export async function newColleague(
  baseUrl: string,
  who: { readonly name: string; readonly email: string; readonly password: string },
): Promise<void> {
  const owner = await newAgent(baseUrl);
  const { email, name, password } = who;
  const invitation = { email, role: 'agent' };
  const { link } = InvitationAnswer.parse(
    must(await owner.call('POST', '/admin/sites/1/invitations', invitation)),
  );
  const token = new URL(link).hash.slice(1);
  const joined = { token, name, password };
  must(await nobody(baseUrl).call('POST', '/admin/invitation/accept', joined));
}

export interface ApiAgent extends Caller {
  readonly me: MeAnswer;
}

export async function newAgent(
  baseUrl: string,
  who = { email: agentEmail, password: agentPassword },
): Promise<ApiAgent> {
  const login = await fetch(`${baseUrl}/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(who),
  });
  if (!login.ok) throw new Error(`Sign-in: ${login.status} ${await login.text()}`);
  const cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const me = MeAnswer.parse(must(await caller(baseUrl, { cookie }).call('GET', '/admin/me')));
  return { me, ...caller(baseUrl, { cookie, 'x-csrf-token': me.csrf_token }) };
}

/** Changes the first site, as its owner does. */
export async function changeSite(baseUrl: string, patch: SitePatch): Promise<void> {
  const owner = await newAgent(baseUrl);
  must(await owner.call('PATCH', '/admin/sites/1', patch));
}

function caller(baseUrl: string, headers: Readonly<Record<string, string>>): Caller {
  return {
    async call(method, path, body) {
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
      });
      const text = await response.text();
      return { status: response.status, body: asJson(text) };
    },
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A page, or nothing at all: the text says what it is.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** The body of an answer that succeeded. */
export function must({ status, body }: Answer): unknown {
  if (status < 200 || status > 299) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
