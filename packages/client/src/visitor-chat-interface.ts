import type { Conversation, InitRequest, Page, RatingRequest } from '@parley/protocol';
import type { Enclosure } from './enclosure.ts';
import type { Environment } from './environment.ts';
import type { Store } from './store.ts';
import type { TokenStorage } from './token-store.ts';
import type { VisitorPhase } from './visitor-session.ts';
import type { ConversationView, Failure, LogMessage, RealtimeState } from './view.ts';

export interface VisitorChatOptions {
  /** Where the server is: `https://chat.example.com`. */
  baseUrl: string;
  /** The public token of the site. */
  siteToken: string;
  storage: TokenStorage;
  /** The page on which the widget stands. */
  page?: () => Page;
  locale?: string;
  /**
   * The version of the site's text that the visitor agreed to, where the site asks for that. Null: it was
   * taken back; nobody begins then, and who was here is `idle`.
   */
  consent?: (() => number | null) | undefined;
  /** An identity token was taken (null), or refused for this reason. */
  onIdentity?: (refusal: Failure | null) => void;
  /** Receives one readable line for each change of provider, subscription and so on (RT-9). */
  debug?: (line: string) => void;
  environment?: Environment;
}

/** What is said of a visitor; attributes are added to those said before, null takes one back. */
export type Introduction = Pick<InitRequest, 'name' | 'email' | 'attributes'>;

export interface VisitorChat {
  readonly phase: Store<VisitorPhase>;
  /** Null: no conversation yet. */
  readonly view: Store<ConversationView<Conversation> | null>;
  /** Messages written before there is a conversation. */
  readonly pending: Store<readonly LogMessage[]>;
  readonly realtime: Store<RealtimeState>;
  readonly unread: Store<number>;
  /** False: what is not sent yet would be lost with this page (storage refused or full). */
  readonly durable: Store<boolean>;
  /** Fetches config and the visitor's conversation, retried for ever (RT-4); refused only for good. */
  start(): void;
  /** Rejects with ApiError. */
  setVisitor(visitor: Introduction): Promise<void>;
  /**
   * A short-lived token of the site's backend says who the visitor is (SEC-2). Their conversations of
   * other devices come with it.
   */
  identify(identityToken: string): void;
  /** Shows the message at once and queues it; returns its client_message_id. */
  send(text: string, enclosure?: Enclosure): string;
  /** Sends a failed message again. */
  retry(key: string): void;
  /** Drops a failed message, or gives up one with files that has not arrived. */
  discard(key: string): void;
  /** Rejects with ApiError. */
  edit(id: number, text: string): Promise<void>;
  /** Rejects with ApiError. */
  remove(id: number): Promise<void>;
  /** What the visitor thinks of the conversation, which is resolved. Rejects with ApiError. */
  rate(rating: RatingRequest): Promise<void>;
  /** Has the conversation sent to the visitor's own address, which it resolves to. Rejects with ApiError. */
  emailTranscript(locale: string): Promise<string>;
  /** To be called on each input with the whole text; `''`: stopped. */
  composing(text: string): void;
  /** The message at this place is on a visible, focused screen (SYNC-12). */
  seen(seq: number): void;
  /** Rejects with ApiError. */
  loadOlder(): Promise<void>;
  /** A new message of the other side, once, live only: for a sound or the title. */
  on(event: 'message', listener: (message: LogMessage) => void): () => void;
  reconnectNow(): void;
  /** Forgets the visitor. */
  reset(): void;
  destroy(): void;
}
