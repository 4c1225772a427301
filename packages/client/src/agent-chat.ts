import type {
  Agent,
  ConversationPatch,
  InboxEntry,
  InboxQuery,
  MemberSite,
} from '@parley/protocol';
import type { Environment } from './environment.ts';
import type { Store } from './store.ts';
import type { ConversationView, LogMessage, RealtimeState } from './view.ts';

export interface AgentChatOptions {
  /** Where the server is; `''` for the page's own origin. */
  baseUrl: string;
  debug?: (line: string) => void;
  environment?: Environment;
}

export type AgentPhase =
  | { readonly phase: 'starting' }
  | { readonly phase: 'signed-out' }
  | { readonly phase: 'ready'; readonly agent: Agent; readonly sites: readonly MemberSite[] };

export interface InboxView {
  /** Latest activity first. */
  readonly entries: readonly InboxEntry[];
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly query: InboxQuery;
}

export type OpenConversationView =
  | { readonly status: 'loading' }
  | { readonly status: 'not-found' }
  | ({ readonly status: 'ready' } & ConversationView<InboxEntry>);

/** A conversation that the dashboard shows; ends with `close()`. */
export interface OpenConversation {
  readonly view: Store<OpenConversationView>;
  send(text: string, options?: { private?: boolean }): string;
  retry(key: string): void;
  discard(key: string): void;
  edit(id: number, text: string): Promise<void>;
  remove(id: number): Promise<void>;
  composing(text: string): void;
  seen(seq: number): void;
  loadOlder(): Promise<void>;
  patch(patch: ConversationPatch): Promise<void>;
  close(): void;
}

export interface AgentChat {
  readonly phase: Store<AgentPhase>;
  readonly inbox: Store<InboxView>;
  readonly realtime: Store<RealtimeState>;
  start(): void;
  /** Rejects with ApiError. */
  signIn(credentials: { email: string; password: string; code?: string }): Promise<void>;
  signOut(): Promise<void>;
  filterInbox(query: InboxQuery): void;
  loadMoreInbox(): Promise<void>;
  /** Several at once; each is closed by its own `close()`. */
  open(conversationId: number): OpenConversation;
  /** A new message of a visitor, once, live only. */
  on(event: 'message', listener: (message: LogMessage, entry: InboxEntry) => void): () => void;
  /** For screens outside the live path; sends the CSRF token. Rejects with ApiError. */
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  reconnectNow(): void;
  destroy(): void;
}

export function createAgentChat(_options: AgentChatOptions): AgentChat {
  throw new Error('being written');
}
