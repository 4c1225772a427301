import type { ConfigAnswer, Conversation, Page, Visitor } from '@parley/protocol';
import type { Environment } from './environment.ts';
import type { Store } from './store.ts';
import type { ConversationView, Failure, LogMessage, RealtimeState } from './view.ts';

/** As `localStorage`. Each call may throw (private mode, full, forbidden): then memory serves. */
export interface TokenStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface VisitorChatOptions {
  /** Where the server is: `https://chat.example.com`. */
  baseUrl: string;
  /** The public token of the site. */
  siteToken: string;
  storage: TokenStorage;
  /** The page on which the widget stands. */
  page?: () => Page;
  locale?: string;
  /** Receives one readable line for each change of provider, subscription and so on (RT-9). */
  debug?: (line: string) => void;
  environment?: Environment;
}

export type VisitorPhase =
  | { readonly phase: 'idle' }
  | { readonly phase: 'starting' }
  | { readonly phase: 'ready'; readonly config: ConfigAnswer; readonly visitor: Visitor }
  | { readonly phase: 'refused'; readonly error: Failure };

export interface VisitorChat {
  readonly phase: Store<VisitorPhase>;
  /** Null: no conversation yet. */
  readonly view: Store<ConversationView<Conversation> | null>;
  /** Messages written before there is a conversation. */
  readonly pending: Store<readonly LogMessage[]>;
  readonly realtime: Store<RealtimeState>;
  readonly unread: Store<number>;
  /** Fetches config and the visitor's conversation, retried for ever (RT-4); refused only for good. */
  start(): void;
  setVisitor(visitor: { name?: string; email?: string }): Promise<void>;
  /** Shows the message at once and queues it; returns its client_message_id. */
  send(text: string): string;
  retry(key: string): void;
  discard(key: string): void;
  edit(id: number, text: string): Promise<void>;
  remove(id: number): Promise<void>;
  /** To be called on each input with the whole text; `''`: stopped. */
  composing(text: string): void;
  /** The message at this place is on a visible, focused screen (SYNC-12). */
  seen(seq: number): void;
  loadOlder(): Promise<void>;
  /** A new message of the other side, once, live only: for a sound or the title. */
  on(event: 'message', listener: (message: LogMessage) => void): () => void;
  reconnectNow(): void;
  /** Forgets the visitor. */
  reset(): void;
  destroy(): void;
}

export function createVisitorChat(_options: VisitorChatOptions): VisitorChat {
  throw new Error('being written');
}
