import type { Conversation, InitRequest, RatingRequest, TypingRequest } from '@parley/protocol';
import type { AuthorizeChannels } from './channel-authorization.ts';
import type { Page } from './conversation-log.ts';
import { createHttp, type HttpOptions } from './http.ts';
import type { ConversationApi } from './live-conversation.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import { formOf } from './message-form.ts';
import type { PollRequest } from './polling-provider.ts';
import {
  isChannelsAuthAnswer,
  isConfigAnswer,
  isInitAnswer,
  isMessageAnswer,
  isMessagesAnswer,
  isRatingAnswer,
  isTranscriptAnswer,
  isReadAnswer,
  isSuccess,
  isUpdatesAnswer,
} from './wire-guard.ts';

/** How many changes one catch-up request asks for. */
const CATCH_UP = 200;

export interface VisitorApiOptions extends Pick<HttpOptions, 'baseUrl' | 'environment'> {
  readonly siteToken: string;
  /** Null before `init`. */
  readonly visitorToken: () => string | null;
}

export type VisitorApi = ReturnType<typeof createVisitorApi>;

/** The calls of a visitor (SPEC §3). All reject with ApiError. */
export function createVisitorApi({ siteToken, visitorToken, ...options }: VisitorApiOptions) {
  const http = createHttp({
    ...options,
    headers: () => ({ authorization: `Bearer ${visitorToken() ?? siteToken}` }),
    // A visitor is who holds the token; an agent's cookie in the same browser must not matter.
    credentials: 'omit',
  });
  const asSite = { headers: { authorization: `Bearer ${siteToken}` } };
  const authorize: AuthorizeChannels = (body) =>
    http.request(isChannelsAuthAnswer, 'POST', '/broadcasting/auth', { body });

  return {
    authorize,
    config: () => http.request(isConfigAnswer, 'GET', '/api/chatbot/config', asSite),
    init: (body: InitRequest) =>
      http.request(isInitAnswer, 'POST', '/api/chatbot/init', { ...asSite, body }),
    send(entry: OutboxEntry, signal: AbortSignal, onProgress: (progress: number) => void) {
      const { text, clientMessageId, enclosure } = entry;
      if (enclosure !== undefined) {
        const form = formOf(entry, enclosure, onProgress);
        const path = enclosure.recording === null ? '/api/chatbot/file' : '/api/chatbot/voice';
        return http.request(isMessageAnswer, 'POST', path, { ...form, signal });
      }
      return http.request(isMessageAnswer, 'POST', '/api/chatbot/message', {
        body: { text, client_message_id: clientMessageId },
        signal,
      });
    },
    edit: (id: number, text: string) =>
      http.request(isMessageAnswer, 'PATCH', `/api/chatbot/message/${id}`, { body: { text } }),
    remove: (id: number) => http.request(isMessageAnswer, 'DELETE', `/api/chatbot/message/${id}`),
    transcript: (id: number, locale: string) =>
      http.request(isTranscriptAnswer, 'POST', `/api/chatbot/conversation/${id}/transcript`, {
        body: { locale },
      }),
    rate: (id: number, rating: RatingRequest) =>
      http.request(isRatingAnswer, 'POST', `/api/chatbot/conversation/${id}/rating`, {
        body: rating,
      }),
    updates({ cursor, wait_s, timeout_ms, signal }: PollRequest) {
      const query = new URLSearchParams({ wait: String(wait_s) });
      if (cursor !== null) query.set('cursor', cursor);
      const path = `/api/chatbot/updates?${query}`;
      return http.request(isUpdatesAnswer, 'GET', path, { timeout_ms, signal });
    },
    conversation(id: number): ConversationApi<Conversation> {
      const path = `/api/chatbot/conversation/${id}`;
      const read = (query: string, signal: AbortSignal): Promise<Page<Conversation>> =>
        http.request(isMessagesAnswer, 'GET', path + query, { signal });
      return {
        newest: (signal) => read('', signal),
        after: (cursor, signal) => read(`?after=${cursor}&limit=${CATCH_UP}`, signal),
        before: (seq, signal) => read(`?before=${seq}`, signal),
        async markRead(upTo) {
          await http.request(isReadAnswer, 'POST', `${path}/read`, { body: { up_to: upTo } });
        },
        async sendTyping(body: TypingRequest) {
          await http.request(isSuccess, 'POST', `${path}/typing`, { body });
        },
      };
    },
  };
}
