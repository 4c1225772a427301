import {
  channelName,
  parseChannel,
  type InboxEntry,
  type InboxQuery,
  type MeAnswer,
} from '@parley/protocol';
import { createAgentApi, type AgentApi } from './agent-api.ts';
import { isInboxUpdated } from './agent-guard.ts';
import { AgentConversation, type OpenConversation } from './agent-conversation.ts';
import { AgentOutboxes } from './agent-outboxes.ts';
import { AgentSession, type AgentPhase } from './agent-session.ts';
import type { Environment } from './environment.ts';
import { isTyping } from './conversation-guard.ts';
import { InboxTyping } from './inbox-typing.ts';
import { InboxNews } from './inbox-news.ts';
import { InboxSync, type InboxView } from './inbox-sync.ts';
import { OpenedConversations } from './opened-conversations.ts';
import { OutboxKeeper } from './outbox-keeper.ts';
import { agentOwner } from './outbox-owner.ts';
import { PageCache } from './page-cache.ts';
import { platform } from './platform.ts';
import { Realtime } from './realtime.ts';
import type { Store } from './store.ts';
import type { LogMessage, RealtimeState } from './view.ts';
import type { WaitingWords } from './waiting-words.ts';
import type { AgentChat, AgentChatOptions } from './agent-chat-interface.ts';

/** The agent's side of Parley, without a face. */
export function createAgentChat(options: AgentChatOptions): AgentChat {
  return new AgentSide(options);
}

class AgentSide implements AgentChat {
  readonly phase: Store<AgentPhase>;
  readonly inbox: Store<InboxView>;
  readonly typing: Store<ReadonlySet<number>>;
  readonly realtime: Store<RealtimeState>;
  readonly durable: Store<boolean>;
  readonly waiting: Store<readonly WaitingWords[]>;
  readonly #typing: InboxTyping;
  readonly #visitorListeners = new Set<() => void>();
  readonly #agentListeners = new Set<() => void>();
  readonly #environment: Environment;
  readonly #baseUrl: string;
  readonly #debug: (line: string) => void;
  readonly #api: AgentApi;
  readonly #session: AgentSession;
  readonly #inbox: InboxSync;
  readonly #news = new InboxNews();
  readonly #pages: PageCache;
  readonly #opened = new OpenedConversations((id) => this.#begin(id));
  readonly #keeper: OutboxKeeper;
  readonly #outboxes: AgentOutboxes;
  #agentId = 0;
  #siteIds: readonly number[] = [];
  readonly #realtime: Realtime;

  constructor(options: AgentChatOptions) {
    const environment = options.environment ?? platform();
    this.#environment = environment;
    this.#baseUrl = options.baseUrl;
    this.#debug = options.debug ?? (() => undefined);
    this.#keeper = new OutboxKeeper(environment, this.#debug);
    this.durable = this.#keeper.durable;
    this.#outboxes = this.#createOutboxes();
    this.waiting = this.#outboxes.waiting;
    this.#session = new AgentSession({
      environment,
      api: () => this.#api,
      onReady: (me, wasDoubted) => {
        this.#onReady(me);
        // What was refused in the session before is asked for in this one.
        if (wasDoubted) this.#onReturn();
      },
      onSignedOut: () => this.#leave(),
      debug: this.#debug,
    });
    this.#api = createAgentApi({
      baseUrl: options.baseUrl,
      environment,
      csrfToken: () => this.#session.csrfToken,
      siteIds: () => this.#siteIds,
      refreshCsrf: async () => {
        const asking = this.#agentId;
        await this.#session.refresh();
        return asking === this.#agentId;
      },
      onUnauthorized: () => this.#session.doubt(),
    });
    this.#pages = new PageCache({
      environment,
      fetch: (id) => this.#api.conversation(id).newest(new AbortController().signal),
      debug: this.#debug,
    });
    this.#inbox = new InboxSync({
      environment,
      fetch: (query, page) => this.#api.inbox(query, page),
      query: options.inbox,
      agentId: () => this.#agentId,
      onFetched: (entries) => this.#onFetched(entries),
    });
    this.#typing = new InboxTyping(environment);
    this.typing = this.#typing.now;
    this.#realtime = this.#createRealtime();
    this.realtime = this.#realtime.state;
    this.phase = this.#session.phase;
    this.inbox = this.#inbox.view;
  }

  start(): void {
    this.#session.start();
  }

  async signIn(credentials: { email: string; password: string; code?: string }): Promise<void> {
    await this.#session.signIn(credentials);
  }

  async signOut(): Promise<void> {
    await this.#session.signOut();
  }

  async refresh(): Promise<void> {
    await this.#session.refresh();
  }

  filterInbox(query: InboxQuery): void {
    this.#inbox.filter(query);
  }

  async loadMoreInbox(): Promise<void> {
    await this.#inbox.loadMore();
  }

  prefetch(conversationId: number): void {
    const isOpen = this.#opened.get(conversationId) !== undefined;
    if (!isOpen && this.phase.get().phase === 'ready') this.#pages.prefetch(conversationId);
  }

  open(conversationId: number): OpenConversation {
    const outbox = this.#outboxes.of(conversationId);
    const { conversation, isNew } = this.#opened.hold(conversationId);
    if (isNew) {
      if (this.phase.get().phase === 'ready') conversation.start();
      this.#follow();
    }
    let closed = false;
    const { live } = conversation;
    return {
      view: conversation.view,
      send: (text, options) => {
        live.sent();
        return outbox.add(text, options);
      },
      retry: (key) => outbox.retry(key),
      discard: (key) => outbox.discard(key),
      edit: (id, text) => conversation.edit(id, text),
      remove: (id) => conversation.remove(id),
      composing: (text) => live.composing(text),
      seen: (seq) => live.seen(seq),
      loadOlder: () => live.loadOlder(),
      patch: (patch) => conversation.patch(patch),
      close: () => {
        if (closed) return;
        closed = true;
        if (!this.#opened.release(conversationId, conversation)) return;
        this.#outboxes.release(conversationId);
        this.#follow();
      },
    };
  }

  on(_event: 'message', listener: (message: LogMessage, entry: InboxEntry) => void): () => void {
    return this.#news.listen(listener);
  }

  onVisitorsChanged(listener: () => void): () => void {
    this.#visitorListeners.add(listener);
    return () => this.#visitorListeners.delete(listener);
  }

  onAgentsChanged(listener: () => void): () => void {
    this.#agentListeners.add(listener);
    return () => this.#agentListeners.delete(listener);
  }

  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    // The caller knows the form of the answer; what is outside the live path has no schema here.
    const unchecked = (value: unknown): value is T => value !== undefined;
    return this.#api.request(unchecked, method, path, body === undefined ? {} : { body });
  }

  reconnectNow(): void {
    this.#session.kick();
    this.#wake();
    this.#realtime.kick();
  }

  destroy(): void {
    this.#session.stop();
    this.#leave();
    this.#inbox.close();
    this.#opened.close();
    this.#outboxes.close();
    this.#keeper.close();
    this.#typing.clear();
    this.#visitorListeners.clear();
    this.#agentListeners.clear();
    this.#news.clear();
  }

  #begin(id: number): AgentConversation {
    return new AgentConversation({
      id,
      environment: this.#environment,
      api: this.#api,
      outbox: this.#outboxes.of(id),
      agentId: () => this.#agentId,
      pages: this.#pages,
      onEntry: (entry) => this.#inbox.update(entry),
      onFound: () => this.#follow(),
      debug: this.#debug,
    });
  }

  #createOutboxes(): AgentOutboxes {
    return new AgentOutboxes({
      environment: this.#environment,
      keeper: this.#keeper,
      owner: () => this.#owner,
      isReady: () => this.phase.get().phase === 'ready',
      send: (id, entry, signal, onProgress) => this.#api.reply(id, entry, signal, onProgress),
      onChange: (id) => this.#liveOf(id)?.render(),
      onAcknowledged: (id, { message, head }) => {
        this.#liveOf(id)?.answer(message, head);
        // The server is there: whatever waits for it need not wait any longer.
        if (this.realtime.get().realtimeProvider === null) this.#realtime.kick();
      },
      shownUpTo: (id) => this.#liveOf(id)?.cursor ?? 0,
      tell: (news) => this.#realtime.post(news),
      debug: this.#debug,
    });
  }

  #onReady(me: MeAnswer): void {
    if (this.#agentId !== 0 && this.#agentId !== me.agent.id) this.#forget();
    const isNew = !this.#realtime.isRunning;
    const isOther = this.#agentId !== me.agent.id;
    this.#agentId = me.agent.id;
    const owner = agentOwner(this.#baseUrl, me.agent.id);
    if (isOther) this.#outboxes.belongTo(owner);
    const siteIds = me.sites.map(({ id }) => id);
    // A membership may have ended, or begun.
    const isElsewhere = siteIds.join() !== this.#siteIds.join();
    if (isElsewhere) this.#pages.clear();
    this.#siteIds = siteIds;
    if (isNew) {
      this.#debug(`agent ${me.agent.id}, sites ${this.#siteIds.join(', ') || 'none'}`);
      void this.#inbox.refresh();
      this.#realtime.start(me.realtime, owner);
    }
    if (isNew) this.#opened.compare('all');
    else if (isElsewhere) this.#opened.compare('missing');
    this.#follow();
    this.#wake();
  }

  /** Null: nobody has signed in yet. */
  get #owner(): string | null {
    return this.#agentId === 0 ? null : agentOwner(this.#baseUrl, this.#agentId);
  }

  /** Another agent signed in: nothing of the one before may show or be sent. */
  #forget(): void {
    this.#realtime.stop();
    this.#inbox.clear();
    this.#typing.clear();
    this.#news.forget();
    this.#outboxes.forget();
    this.#opened.forget();
    this.#pages.clear();
  }

  #leave(): void {
    this.#outboxes.hold();
    this.#realtime.stop();
  }

  #createRealtime(): Realtime {
    return new Realtime({
      environment: this.#environment,
      authorize: this.#api.authorize,
      poll: (request) => this.#api.updates(request),
      debug: this.#debug,
      handlers: {
        onSubscribed: (channel, heads) => this.#onSubscribed(channel, heads),
        onEvent: (channel, event, data) => this.#onEvent(channel, event, data),
        onRefused: () => this.#session.refusedChannel(),
        onUnauthorized: () => this.#session.doubt(),
        onReturn: () => this.#onReturn(),
        onDoubt: () => this.#onReturn(),
      },
      // Whoever brings events says that the server is there.
      onServed: () => this.#wake(),
      onLeads: (leads) => this.#outboxes.lead(leads),
      onOutboxNews: (news) => this.#outboxes.hear(news),
      onMet: () => this.#outboxes.tellAgain(),
    });
  }

  #follow(): void {
    const inboxes = this.#siteIds.map((siteId) => channelName({ kind: 'site-inbox', siteId }));
    // A channel that is refused tells nothing, and polling would ask for the conversation again.
    const open = this.#opened.there.map((conversationId) =>
      channelName({ kind: 'conversation-agents', conversationId }),
    );
    this.#realtime.follow([...inboxes, ...open], open.at(-1) ?? inboxes[0] ?? null);
  }

  async #onSubscribed(channel: string, heads: boolean): Promise<void> {
    const parsed = parseChannel(channel);
    if (parsed?.kind === 'site-inbox') await this.#inbox.refresh();
    else if (parsed?.kind === 'conversation-agents') {
      await this.#opened.get(parsed.conversationId)?.subscribed({ headComes: heads });
    }
  }

  #onEvent(channel: string, event: string, data: unknown): void {
    const parsed = parseChannel(channel);
    if (parsed?.kind === 'conversation-agents') {
      this.#opened.get(parsed.conversationId)?.event(event, data);
    } else if (parsed?.kind === 'site-inbox') this.#onInboxEvent(event, data);
  }

  #onInboxEvent(event: string, data: unknown): void {
    switch (event) {
      case 'ChatInboxUpdated':
        if (isInboxUpdated(data)) this.#onEntry(data.conversation);
        // A pointer, or another version: the row has to be fetched.
        else void this.#inbox.refresh();
        return;
      case 'ChatTyping':
        if (isTyping(data)) this.#typing.hear(data.conversation_id, data.typing);
        return;
      case 'ChatVisitorsChanged':
        for (const listener of this.#visitorListeners) listener();
        return;
      case 'ChatAgentsChanged':
        for (const listener of this.#agentListeners) listener();
    }
  }

  #onEntry(entry: InboxEntry): void {
    this.#liveOf(entry.id)?.snapshot(entry);
    // What was being typed has come, or was given up.
    if (entry.last_message?.sender_type === 'visitor') this.#typing.hear(entry.id, false);
    this.#inbox.update(entry);
    this.#news.hear(entry);
  }

  #onFetched(entries: readonly InboxEntry[]): void {
    for (const entry of entries) this.#liveOf(entry.id)?.snapshot(entry);
    this.#news.fetched(entries);
  }

  #onReturn(): void {
    this.#wake();
    void this.#inbox.refresh();
    this.#opened.compare('all');
  }

  #liveOf(id: number): AgentConversation['live'] | undefined {
    return this.#opened.get(id)?.live;
  }

  /** Tries at once whatever waits for the network. */
  #wake(): void {
    this.#inbox.kick();
    this.#keeper.kick();
    if (this.phase.get().phase === 'ready') this.#outboxes.wake();
    this.#opened.kick();
  }
}
