import type { Conversation, RatingRequest, TypingRequest } from '@parley/protocol';
import {
  isMessagesAnswer,
  isRatingAnswer,
  isReadAnswer,
  isTranscriptAnswer,
} from './conversation-guard.ts';
import type { Page } from './conversation-log.ts';
import type { Http } from './http.ts';
import {
  LiveConversation,
  type ConversationApi,
  type LiveConversationOptions,
} from './live-conversation.ts';
import { isMessageAnswer, isSuccess } from './wire-guard.ts';

/** How many changes one catch-up request asks for. */
const CATCH_UP = 200;

export interface VisitorConversationOptions extends Omit<
  LiveConversationOptions<Conversation>,
  'side' | 'api'
> {
  readonly http: Http;
}

/**
 * A visitor's conversation: followed live, and what one can do in it. Nothing before it needs any of
 * this, so a page loads it with its first conversation (`Environment.loadConversation`).
 */
export class VisitorConversation {
  readonly live: LiveConversation<Conversation>;
  readonly #http: Http;
  readonly #path: string;

  constructor({ http, ...options }: VisitorConversationOptions) {
    this.#http = http;
    this.#path = `/api/chatbot/conversation/${options.id}`;
    this.live = new LiveConversation({ ...options, side: 'visitor', api: this.#api() });
  }

  /** Rejects with ApiError. */
  async edit(id: number, text: string): Promise<void> {
    await this.#change('PATCH', id, { body: { text } });
  }

  /** Rejects with ApiError. */
  async remove(id: number): Promise<void> {
    await this.#change('DELETE', id);
  }

  /** Rejects with ApiError. */
  async rate(body: RatingRequest): Promise<void> {
    await this.#http.request(isRatingAnswer, 'POST', `${this.#path}/rating`, { body });
    await this.live.compare({ headComes: false });
  }

  /** Resolves to the address that it goes to. Rejects with ApiError. */
  async emailTranscript(locale: string): Promise<string> {
    const path = `${this.#path}/transcript`;
    const body = { locale };
    return (await this.#http.request(isTranscriptAnswer, 'POST', path, { body })).email;
  }

  async #change(method: 'PATCH' | 'DELETE', id: number, options?: { body: unknown }) {
    const path = `/api/chatbot/message/${id}`;
    const { message, head } = await this.#http.request(isMessageAnswer, method, path, options);
    this.live.answer(message, head);
  }

  #api(): ConversationApi<Conversation> {
    const http = this.#http;
    const path = this.#path;
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
  }
}
