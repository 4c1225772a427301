import {
  type AgentChat,
  type AgentPhase,
  ApiError,
  type ConversationView,
  type InboxView,
  type LogMessage,
  type OpenConversation,
  type OpenConversationView,
  type RealtimeState,
  type Store,
} from '@parley/client';
import type { InboxEntry } from '@parley/protocol';
import { sampleMessage } from './sample-message.ts';

/** A store whose value a person changes. */
export interface HandStore<T> extends Store<T> {
  set(value: T): void;
}

export function handStore<T>(initial: T): HandStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

export interface Scenario {
  readonly phase: AgentPhase;
  readonly realtime: RealtimeState;
  readonly inbox: InboxView;
  /** Whether there is any conversation in any view. */
  readonly any: boolean;
  readonly conversations: ReadonlyMap<number, ConversationView<InboxEntry> | 'loading'>;
}

/**
 * An AgentChat without a server, driven from a scenario and by hand: for looking at screens that are
 * hard to bring about. Never in a test of the product; those run the product.
 */
export function createHandDrivenChat(scenario: Scenario): AgentChat {
  const phase = handStore(scenario.phase);
  const inbox = handStore(scenario.inbox);
  const realtime = handStore(scenario.realtime);
  return {
    phase,
    inbox,
    realtime,
    typing: handStore<ReadonlySet<number>>(new Set([31])),
    durable: handStore(true),
    waiting: handStore([]),
    start: () => undefined,
    signIn({ password }) {
      if (password === 'slow') {
        return Promise.reject(new ApiError(429, 'rate_limited', 'x', { retryAfter_s: 240 }));
      }
      if (password === 'down') return Promise.reject(new ApiError(0, 'network', 'x'));
      if (password !== 'right') {
        return Promise.reject(new ApiError(401, 'invalid_credentials', 'x'));
      }
      phase.set(signedIn(scenario));
      return Promise.resolve();
    },
    signOut() {
      phase.set({ phase: 'signed-out' });
      return Promise.resolve();
    },
    refresh: () => Promise.resolve(),
    prefetch: () => undefined,
    filterInbox(query) {
      const all = scenario.inbox.entries;
      const entries = all.filter(
        (entry) =>
          (query.status === undefined || entry.status === query.status) &&
          (query.assignee !== 'none' || entry.assignee === null) &&
          (query.assignee !== 'me' || entry.assignee?.id === 1) &&
          (query.site === undefined || entry.site_id === query.site) &&
          (query.q === undefined || JSON.stringify(entry).includes(query.q)),
      );
      inbox.set({ ...scenario.inbox, entries, query });
    },
    loadMoreInbox: () => Promise.resolve(),
    open: (id) => openByHand(scenario.conversations.get(id)),
    on: () => () => undefined,
    onVisitorsChanged: () => () => undefined,
    onAgentsChanged: () => () => undefined,
    request: <T>() => Promise.resolve({ conversations: scenario.any ? [1] : [] } as T),
    reconnectNow() {
      realtime.set({ ...realtime.get(), trouble: 'connecting' });
      setTimeout(() => realtime.set(scenario.realtime), 800);
    },
    destroy: () => undefined,
  };
}

function signedIn(scenario: Scenario): AgentPhase {
  if (scenario.phase.phase === 'ready') return scenario.phase;
  return {
    phase: 'ready',
    agent: { id: 1, name: 'Ada Lovelace', email: 'ada@example.com' },
    sites: [],
    uploads: undefined,
  };
}

function openByHand(found: ConversationView<InboxEntry> | 'loading' | undefined): OpenConversation {
  const view = handStore<OpenConversationView>(initialView(found));
  const change = (
    part: (old: ConversationView<InboxEntry>) => Partial<ConversationView<InboxEntry>>,
  ) => {
    const old = view.get();
    if (old.status === 'ready') view.set({ ...old, ...part(old) });
  };
  const settle = (key: string, part: Partial<LogMessage>) =>
    change((old) => ({
      messages: old.messages.map((one) => (one.key === key ? { ...one, ...part } : one)),
    }));
  return {
    view,
    send(text, options) {
      const key = crypto.randomUUID();
      const message = sampleMessage({
        key,
        text,
        mine: true,
        state: 'sending',
        sender_type: 'agent',
        sender_name: 'Ada Lovelace',
        private: options?.private ?? false,
        created_at_ms: Date.now(),
      });
      change((old) => ({ messages: [...old.messages, message] }));
      setTimeout(
        () =>
          settle(
            key,
            text === 'fail'
              ? { state: 'failed', error: { code: 'x', message: 'The text is too long.' } }
              : { state: 'sent', seq: 999, id: 999 },
          ),
        600,
      );
      return key;
    },
    retry: (key) => settle(key, { state: 'sending', error: null }),
    discard: (key) =>
      change((old) => ({ messages: old.messages.filter((one) => one.key !== key) })),
    edit: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    composing: () => undefined,
    seen: () => undefined,
    loadOlder() {
      change((old) => ({
        hasOlder: false,
        messages: [...olderThan(old.messages), ...old.messages],
      }));
      return Promise.resolve();
    },
    patch({ status, assignee_id }) {
      if (status === 'pending')
        return Promise.reject(new ApiError(503, 'unavailable', 'The server is busy.'));
      change((old) => ({
        conversation: {
          ...old.conversation,
          ...(status !== undefined && { status }),
          ...(assignee_id !== undefined && {
            assignee: assignee_id === null ? null : { id: assignee_id, name: 'Ada Lovelace' },
          }),
        },
      }));
      return Promise.resolve();
    },
    close: () => undefined,
  };
}

function initialView(
  found: ConversationView<InboxEntry> | 'loading' | undefined,
): OpenConversationView {
  if (found === undefined) return { status: 'not-found' };
  return found === 'loading'
    ? { status: 'loading' }
    : { status: 'ready', ...found, colleagues: [{ id: 2, name: 'Bea Arthur', typing: true }] };
}

function olderThan(messages: readonly LogMessage[]): readonly LogMessage[] {
  const first_ms = messages[0]?.created_at_ms ?? 0;
  return Array.from({ length: 50 }, (_, index) =>
    sampleMessage({
      key: `old${index}`,
      seq: index + 1,
      text: `Older message ${index}`,
      created_at_ms: first_ms - (50 - index) * 3_600_000,
    }),
  );
}
