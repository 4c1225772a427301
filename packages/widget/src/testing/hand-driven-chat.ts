import type { LogMessage, RealtimeState, Store, VisitorChat, VisitorPhase } from '@parley/client';
import type { ConfigAnswer, Conversation, Team } from '@parley/protocol';

/** For pictures of states that a live chat passes through too fast: each is set by hand. */
export interface HandDrivenChat extends VisitorChat {
  set(state: {
    phase?: VisitorPhase;
    view?: ReturnType<VisitorChat['view']['get']>;
    pending?: readonly LogMessage[];
    realtime?: Partial<RealtimeState>;
    unread?: number;
  }): void;
}

interface Held<T> extends Store<T> {
  set(value: T): void;
}

function hold<T>(initial: T): Held<T> {
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
      return () => void listeners.delete(listener);
    },
  };
}

export function createHandDrivenChat(): HandDrivenChat {
  const phase = hold<VisitorPhase>({ phase: 'starting' });
  const view = hold<ReturnType<VisitorChat['view']['get']>>(null);
  const pending = hold<readonly LogMessage[]>([]);
  const realtime = hold<RealtimeState>({
    realtimeProvider: 'reverb',
    realtimeConnected: true,
    channelSubscription: 'private-chat.conversation.1',
    trouble: 'none',
  });
  const unread = hold(0);
  const durable = hold(true);
  const nothing = (): void => undefined;
  const done = (): Promise<void> => Promise.resolve();
  return {
    phase,
    view,
    pending,
    realtime,
    unread,
    durable,
    start: nothing,
    identify: nothing,
    setVisitor: done,
    send(text) {
      const key = crypto.randomUUID();
      const message = own(key, text, { state: 'sending', id: null, seq: null });
      const now = view.get();
      if (now === null) pending.set([...pending.get(), message]);
      else view.set({ ...now, messages: [...now.messages, message] });
      return key;
    },
    retry: nothing,
    discard: nothing,
    edit: done,
    remove: done,
    rate: done,
    emailTranscript: () => Promise.resolve('ada@people.example'),
    composing: nothing,
    seen: nothing,
    loadOlder: done,
    on: () => nothing,
    reconnectNow: nothing,
    reset: nothing,
    destroy: nothing,
    set(state) {
      if (state.phase !== undefined) phase.set(state.phase);
      if (state.view !== undefined) view.set(state.view);
      if (state.pending !== undefined) pending.set(state.pending);
      if (state.realtime !== undefined) realtime.set({ ...realtime.get(), ...state.realtime });
      if (state.unread !== undefined) unread.set(state.unread);
    },
  };
}

export function own(key: string, text: string, fields: Partial<LogMessage> = {}): LogMessage {
  return {
    key,
    id: 1,
    seq: 1,
    state: 'sent',
    mine: true,
    sender_type: 'visitor',
    sender_name: null,
    text,
    attachments: [],
    created_at_ms: Date.now(),
    edited: false,
    deleted: false,
    private: false,
    client_message_id: key,
    error: null,
    enclosure: null,
    progress: null,
    ...fields,
  };
}

export function theirs(key: string, text: string, fields: Partial<LogMessage> = {}): LogMessage {
  return own(key, text, {
    mine: false,
    sender_type: 'agent',
    sender_name: 'Maya Lindqvist',
    ...fields,
  });
}

export function ready(
  site: Partial<ConfigAnswer['site']> = {},
  team: Partial<Team> = {},
): VisitorPhase {
  const visitor = { id: 1, name: null, email: null, verified: false };
  return {
    phase: 'ready',
    visitor,
    team: {
      agents: [{ name: 'Maya Lindqvist' }],
      reply_time_s: 120,
      open: true,
      until: null,
      ...team,
    },
    config: {
      success: true,
      realtimeProvider: 'reverb',
      reverb: { enabled: true, key: 'k', host: 'h', port: 1, scheme: 'http', heads: true },
      pusher: { enabled: false, key: '', cluster: 'mt1', encrypted: true },
      polling: { interval_ms: 2_000, wait_s: 25 },
      site: {
        name: 'Northwind',
        locale: 'en',
        prechat: 'off',
        typing_preview: false,
        ...site,
        appearance: {
          color: '#2563eb',
          theme: 'auto',
          position: 'right',
          title: 'Chat with us',
          greeting: 'Hi! How can we help?',
          ...site.appearance,
        },
      },
    },
  };
}

export function conversation(fields: Partial<Conversation> = {}): Conversation {
  return {
    id: 1,
    status: 'open',
    category: 'human-chats',
    assignee: null,
    visitor: { id: 1, name: null, email: null, verified: false },
    unread: 0,
    visitor_read_up_to: 99,
    agent_read_up_to: 99,
    head: 99,
    created_at: '2026-11-01 10:00:00',
    timestamp: 1_793_000_000,
    ...fields,
  };
}
