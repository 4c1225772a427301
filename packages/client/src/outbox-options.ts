import type { MessageAnswer } from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import type { Environment } from './environment.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import type { OutboxKeeper } from './outbox-keeper.ts';
import type { OutboxNews } from './outbox-news.ts';

/** What an outbox needs of the chat that it belongs to. */
export interface OutboxOptions {
  readonly environment: Environment;
  readonly keeper: OutboxKeeper;
  /** Null: the visitor's. */
  readonly conversationId: number | null;
  /** Sends one message; repeated with the same client_message_id until it is decided. */
  readonly send: (
    entry: OutboxEntry,
    signal: AbortSignal,
    onProgress: (progress: number) => void,
  ) => Promise<MessageAnswer>;
  readonly onChange: () => void;
  readonly onAcknowledged: (answer: MessageAnswer) => void;
  /**
   * The session is not accepted (401, or a stale CSRF token). The queue is held; `wake` when there
   * is a new one.
   */
  readonly onUnauthorized: (error: ApiError) => void;
  /** The highest place that the log shows: where a message that fails now stands. */
  readonly shownUpTo: () => number;
  /** Tells the other tabs. */
  readonly tell: (news: OutboxNews) => void;
  readonly debug: (line: string) => void;
}
