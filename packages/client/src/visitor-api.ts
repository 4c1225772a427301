import type { InitRequest, MessageAnswer } from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import type { AuthorizeChannels } from './channel-authorization.ts';
import { createHttp, type HttpOptions } from './http.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import { formOf } from './message-form.ts';
import type { PollRequest } from './polling-provider.ts';
import {
  isChannelsAuthAnswer,
  isConfigAnswer,
  isInitAnswer,
  isMessageAnswer,
  isUpdatesAnswer,
} from './wire-guard.ts';

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
    /** For what is asked for by who has a conversation only. */
    http,
    authorize,
    config: () => http.request(isConfigAnswer, 'GET', '/api/chatbot/config', asSite),
    init: (body: InitRequest) =>
      http.request(isInitAnswer, 'POST', '/api/chatbot/init', { ...asSite, body }),
    send(entry: OutboxEntry, signal: AbortSignal, onProgress: (progress: number) => void) {
      const { text, clientMessageId, enclosure } = entry;
      const post = (proof?: string): Promise<MessageAnswer> => {
        const rest = {
          signal,
          ...(proof === undefined ? {} : { headers: { 'parley-proof': proof } }),
        };
        if (enclosure !== undefined) {
          const form = formOf(entry, enclosure, onProgress);
          const path = enclosure.recording === null ? '/api/chatbot/file' : '/api/chatbot/voice';
          return http.request(isMessageAnswer, 'POST', path, { ...form, ...rest });
        }
        return http.request(isMessageAnswer, 'POST', '/api/chatbot/message', {
          body: { text, client_message_id: clientMessageId },
          ...rest,
        });
      };
      return post().catch(async (error: ApiError) => {
        if (error.code !== 'proof_required') throw error;
        // Only under attack.
        const { sendProven } = await import('./proof-of-work.ts');
        return sendProven(error, post, signal);
      });
    },
    updates({ cursor, wait_s, timeout_ms, signal }: PollRequest) {
      const query = new URLSearchParams({ wait: String(wait_s) });
      if (cursor !== null) query.set('cursor', cursor);
      const path = `/api/chatbot/updates?${query}`;
      return http.request(isUpdatesAnswer, 'GET', path, { timeout_ms, signal });
    },
  };
}
