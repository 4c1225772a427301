import type { InboxEntry, InboxQuery } from '@parley/protocol';
import type { OpenConversation } from './agent-conversation.ts';
import type { AgentPhase } from './agent-session.ts';
import type { Environment } from './environment.ts';
import type { InboxView } from './inbox-sync.ts';
import type { Store } from './store.ts';
import type { LogMessage, RealtimeState } from './view.ts';
import type { WaitingWords } from './waiting-words.ts';

export interface AgentChatOptions {
  /** Where the server is; `''` for the page's own origin. */
  baseUrl: string;
  /** Receives one readable line for each change of provider, subscription and so on (RT-9). */
  debug?: (line: string) => void;
  /** What the inbox is asked for at first; default all. */
  inbox?: InboxQuery;
  environment?: Environment;
}

export interface AgentChat {
  readonly phase: Store<AgentPhase>;
  readonly inbox: Store<InboxView>;
  /** In which conversations the visitor is typing. */
  readonly typing: Store<ReadonlySet<number>>;
  readonly realtime: Store<RealtimeState>;
  /** False: what is not sent yet would be lost with this page (storage refused or full). */
  readonly durable: Store<boolean>;
  /** What this agent wrote in any conversation and is not sent yet. */
  readonly waiting: Store<readonly WaitingWords[]>;
  start(): void;
  /** Rejects with ApiError. */
  signIn(credentials: { email: string; password: string; code?: string }): Promise<void>;
  /** Rejects with ApiError, and then the agent is still signed in. */
  signOut(): Promise<void>;
  /** Asks again who is signed in, with which sites, after these were changed. Rejects with ApiError. */
  refresh(): Promise<void>;
  filterInbox(query: InboxQuery): void;
  /** Rejects with ApiError. */
  loadMoreInbox(): Promise<void>;
  /** Likely opened next: what is shown first is fetched, so that it opens at once. */
  prefetch(conversationId: number): void;
  /** Several at once; each is closed by its own `close()`. */
  open(conversationId: number): OpenConversation;
  /** A new message of a visitor, once, live only; `text` is its beginning. */
  on(event: 'message', listener: (message: LogMessage, entry: InboxEntry) => void): () => void;
  /** Visitors came to a page, went on or left; only while they were asked for lately. */
  onVisitorsChanged(listener: () => void): () => void;
  /** Colleagues came, went, or are called otherwise. */
  onAgentsChanged(listener: () => void): () => void;
  /** For screens outside the live path; sends the CSRF token. Rejects with ApiError. */
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  reconnectNow(): void;
  destroy(): void;
}
