import {
  parseChannel,
  type ConversationPatch,
  type InboxEntry,
  type InboxQuery,
  type LoginRequest,
  type TypingRequest,
} from '@parley/protocol';
import {
  isAgentMessagesAnswer,
  isInboxAnswer,
  isInboxEntryAnswer,
  isMeAnswer,
} from './agent-guard.ts';
import { ApiError } from './api-error.ts';
import type { AuthorizeChannels } from './channel-authorization.ts';
import type { Page } from './conversation-log.ts';
import type { Guard } from './guard.ts';
import { createHttp, type Http, type HttpOptions, type RequestOptions } from './http.ts';
import type { ConversationApi } from './live-conversation.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import { formOf } from './message-form.ts';
import type { PollRequest } from './polling-provider.ts';
import { isChannelsAuthAnswer, isMessageAnswer, isSuccess, isUpdatesAnswer } from './wire-guard.ts';

/** How many changes one catch-up request asks for. */
const CATCH_UP = 200;
/** As many conversations as one `updates` request may follow; the latest opened count. */
const FOLLOWED_MAX = 50;

export interface AgentApiOptions extends Pick<HttpOptions, 'baseUrl' | 'environment'> {
  /** Null before the session is known. */
  readonly csrfToken: () => string | null;
  /** Of which the agent is a member, as far as is known. */
  readonly siteIds: () => readonly number[];
  /** Fetches a new CSRF token; whether it is the same agent's. Rejects with ApiError. */
  readonly refreshCsrf: () => Promise<boolean>;
  /** A request was refused with 401; `me` says it to who asks it. */
  readonly onUnauthorized: () => void;
}

export type AgentApi = ReturnType<typeof createAgentApi>;

/** The calls of an agent (SPEC §3). All reject with ApiError. */
export function createAgentApi(options: AgentApiOptions) {
  const http = createAgentHttp(options);
  const request = createAgentRequest(http, options);
  const authorize: AuthorizeChannels = (body) =>
    request(isChannelsAuthAnswer, 'POST', '/broadcasting/auth', { body });

  return {
    authorize,
    request,
    me: () => http.request(isMeAnswer, 'GET', '/admin/me'),
    login: (body: LoginRequest) => request(isSuccess, 'POST', '/admin/login', { body }),
    logout: () => request(isSuccess, 'POST', '/admin/logout'),
    async inbox(query: InboxQuery, page: { cursor?: string; limit: number }) {
      const path = `/admin/chatbot?${toQuery({ ...query, ...page })}`;
      const answer = await request(isInboxAnswer, 'GET', path);
      const own = options.siteIds();
      if (answer.conversations.every((entry) => own.includes(entry.site_id))) return answer;
      // It was answered to somebody else: another tab has signed one in. Or a membership is new.
      options.onUnauthorized();
      throw new ApiError(0, 'stale', 'The inbox is of sites that are not known here.');
    },
    patch: (id: number, body: ConversationPatch) =>
      request(isInboxEntryAnswer, 'PATCH', `/admin/chatbot/${id}`, { body }),
    reply(
      id: number,
      entry: OutboxEntry,
      signal: AbortSignal,
      onProgress: (progress: number) => void,
    ) {
      const { text, clientMessageId, private: note, enclosure } = entry;
      const body = { text, client_message_id: clientMessageId, ...(note ? { private: note } : {}) };
      return request(isMessageAnswer, 'POST', `/admin/chatbot/${id}/reply`, {
        ...(enclosure === undefined ? { body } : formOf(entry, enclosure, onProgress)),
        signal,
      });
    },
    edit: (id: number, message: number, text: string) =>
      request(isMessageAnswer, 'PATCH', `/admin/chatbot/${id}/messages/${message}`, {
        body: { text },
      }),
    remove: (id: number, message: number) =>
      request(isMessageAnswer, 'DELETE', `/admin/chatbot/${id}/messages/${message}`),
    updates({ cursor, wait_s, channels, timeout_ms, signal }: PollRequest) {
      const follow = followed(channels);
      const query = toQuery({
        wait: wait_s,
        cursor: cursor ?? undefined,
        follow: follow === '' ? undefined : follow,
      });
      return request(isUpdatesAnswer, 'GET', `/admin/updates?${query}`, { timeout_ms, signal });
    },
    conversation: (id: number) => conversationApi(request, id),
  };
}

type Request = <T>(
  isAnswer: Guard<T>,
  method: string,
  path: string,
  options?: RequestOptions,
) => Promise<T>;

function createAgentHttp({ csrfToken, ...options }: AgentApiOptions): Http {
  return createHttp({
    ...options,
    headers: () => {
      const token = csrfToken();
      return token === null ? {} : { 'x-csrf-token': token };
    },
    credentials: 'same-origin',
  });
}

function createAgentRequest(http: Http, { refreshCsrf, onUnauthorized }: AgentApiOptions): Request {
  return async (isAnswer, method, path, request) => {
    try {
      return await http.request(isAnswer, method, path, request);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // A refused sign-in is no session that ended.
      if (error.status === 401 && error.code !== 'invalid_credentials') onUnauthorized();
      // The token goes with the session; another tab may have signed in anew, but who is somebody
      // else by now does not do what the one before asked for.
      if (error.code !== 'csrf_token_mismatch' || !(await refreshCsrf())) throw error;
      return http.request(isAnswer, method, path, request);
    }
  };
}

function conversationApi(request: Request, id: number): ConversationApi<InboxEntry> {
  const path = `/admin/chatbot/${id}`;
  const read = (query: string, signal: AbortSignal): Promise<Page<InboxEntry>> =>
    request(isAgentMessagesAnswer, 'GET', `${path}/messages${query}`, { signal });
  return {
    newest: (signal) => read('', signal),
    after: (cursor, signal) => read(`?after=${cursor}&limit=${CATCH_UP}`, signal),
    before: (seq, signal) => read(`?before=${seq}`, signal),
    async markRead(upTo) {
      await request(isSuccess, 'POST', `${path}/mark-read`, { body: { up_to: upTo } });
    },
    async sendTyping({ typing }: TypingRequest) {
      await request(isSuccess, 'POST', `${path}/typing`, { body: { typing } });
    },
  };
}

/** The conversations among the channels, as `follow` names them. */
function followed(channels: ReadonlySet<string>): string {
  const ids: number[] = [];
  for (const name of channels) {
    const channel = parseChannel(name);
    if (channel?.kind === 'conversation-agents') ids.push(channel.conversationId);
  }
  return ids.slice(-FOLLOWED_MAX).join(',');
}

function toQuery(values: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query;
}
