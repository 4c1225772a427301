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
import { AgentSession, type AgentPhase } from './agent-session.ts';
import type { Environment } from './environment.ts';
import { isTyping } from './conversation-guard.ts';
import { InboxTyping } from './inbox-typing.ts';
import { InboxNews } from './inbox-news.ts';
import { InboxSync, type InboxView } from './inbox-sync.ts';
import { OutboxKeeper } from './outbox-keeper.ts';
import { agentOwner } from './outbox-owner.ts';
import type { OutboxNews } from './outbox-news.ts';
import type { StoredEntry } from './outbox-store.ts';
import { Outbox } from './outbox.ts';
import { PageCache } from './page-cache.ts';
import { platform } from './platform.ts';
import { Realtime } from './realtime.ts';
import { createStore, type Store } from './store.ts';
import type { LogMessage, RealtimeState } from './view.ts';
import { waitingWords, type WaitingWords } from './waiting-words.ts';
import type { AgentChat, AgentChatOptions } from './agent-chat-interface.ts';

/** The agent's side of Parley, without a face. */
export function createAgentChat(options: AgentChatOptions): AgentChat {
  return new AgentSide(options);
}

/** What is open, and by how many. */
interface Opened {
  readonly conversation: AgentConversation;
  holders: number;
}

class AgentSide implements AgentChat {
  readonly phase: Store<AgentPhase>;
  readonly inbox: Store<InboxView>;
  readonly typing: Store<ReadonlySet<number>>;
  readonly realtime: Store<RealtimeState>;
  readonly durable: Store<boolean>;
  readonly waiting = createStore<readonly WaitingWords[]>([]);
  readonly #typing: InboxTyping;
  readonly #visitorListeners = new Set<() => void>();
  readonly #environment: Environment;
  readonly #baseUrl: string;
  readonly #debug: (line: string) => void;
  readonly #api: AgentApi;
  readonly #session: AgentSession;
  readonly #inbox: InboxSync;
  readonly #news = new InboxNews();
  readonly #pages: PageCache;
  readonly #opened = new Map<number, Opened>();
  readonly #keeper: OutboxKeeper;
  /** Outlive what shows them: what was written is sent after its conversation was closed, too. */
  readonly #outboxes = new Map<number, Outbox>();
  #agentId = 0;
  #siteIds: readonly number[] = [];
  readonly #realtime: Realtime;
  #leads = true;

  constructor(options: AgentChatOptions) {
    const environment = options.environment ?? platform();
    this.#environment = environment;
    this.#baseUrl = options.baseUrl;
    this.#debug = options.debug ?? (() => undefined);
    this.#keeper = new OutboxKeeper(environment, this.#debug);
    this.durable = this.#keeper.durable;
    this.#session = new AgentSession({
      environment,
      api: () => this.#api,
      onReady: (me) => this.#onReady(me),
      onSignedOut: () => this.#leave(),
      debug: this.#debug,
    });
    this.#api = createAgentApi({
      baseUrl: options.baseUrl,
      environment,
      csrfToken: () => this.#session.csrfToken,
      refreshCsrf: async () => {
        const asking = this.#agentId;
        await this.#session.refresh();
        return asking === this.#agentId;
      },
      onUnauthorized: () => this.#session.signedOut(),
    });
    this.#pages = new PageCache({
      environment,
      fetch: (id) => this.#api.conversation(id).newest(new AbortController().signal),
      debug: this.#debug,
    });
    this.#inbox = new InboxSync({
      environment,
      fetch: (query, page) => this.#api.inbox(query, page),
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
    const isOpen = this.#opened.has(conversationId);
    if (!isOpen && this.phase.get().phase === 'ready') this.#pages.prefetch(conversationId);
  }

  open(conversationId: number): OpenConversation {
    const outbox = this.#outboxOf(conversationId);
    const opened = this.#openedOf(conversationId, outbox);
    opened.holders += 1;
    let closed = false;
    const { conversation } = opened;
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
        this.#release(conversationId, opened);
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
    for (const { conversation } of this.#opened.values()) conversation.close();
    this.#opened.clear();
    for (const outbox of this.#outboxes.values()) outbox.close();
    this.#keeper.close();
    this.#typing.clear();
    this.#visitorListeners.clear();
    this.#news.clear();
  }

  #openedOf(id: number, outbox: Outbox): Opened {
    const known = this.#opened.get(id);
    if (known !== undefined) return known;
    const conversation = new AgentConversation({
      id,
      environment: this.#environment,
      api: this.#api,
      outbox,
      agentId: () => this.#agentId,
      pages: this.#pages,
      onEntry: (entry) => this.#inbox.update(entry),
      debug: this.#debug,
    });
    const opened = { conversation, holders: 0 };
    this.#opened.set(id, opened);
    if (this.phase.get().phase === 'ready') conversation.start();
    this.#follow();
    return opened;
  }

  #release(id: number, opened: Opened): void {
    opened.holders -= 1;
    if (opened.holders > 0 || this.#opened.get(id) !== opened) return;
    opened.conversation.close();
    this.#opened.delete(id);
    const outbox = this.#outboxes.get(id);
    outbox?.dropAcknowledged(null);
    if (outbox?.entries.length === 0) this.#outboxes.delete(id);
    this.#follow();
  }

  #outboxOf(id: number): Outbox {
    const known = this.#outboxes.get(id);
    if (known !== undefined) return known;
    const live = () => this.#opened.get(id)?.conversation.live;
    const outbox = new Outbox({
      environment: this.#environment,
      keeper: this.#keeper,
      conversationId: id,
      send: (entry, signal, onProgress) => this.#api.reply(id, entry, signal, onProgress),
      onChange: () => {
        live()?.render();
        this.#tellWaiting();
      },
      onAcknowledged: ({ message, head }) => {
        live()?.answer(message, head);
        // The server is there: whatever waits for it need not wait any longer.
        if (this.realtime.get().realtimeProvider === null) this.#realtime.kick();
      },
      onUnauthorized: () => undefined,
      tell: (news) => this.#realtime.post(news),
      shownUpTo: () => live()?.cursor ?? 0,
      debug: this.#debug,
    });
    if (this.phase.get().phase !== 'ready') outbox.hold();
    if (this.#agentId !== 0) void outbox.belongTo(this.#owner);
    outbox.lead(this.#leads);
    this.#outboxes.set(id, outbox);
    return outbox;
  }

  #tellWaiting(): void {
    this.waiting.set(waitingWords(this.#outboxes, this.waiting.get()));
  }

  #onReady(me: MeAnswer): void {
    if (this.#agentId !== 0 && this.#agentId !== me.agent.id) this.#forget();
    const isNew = !this.#realtime.isRunning;
    const isOther = this.#agentId !== me.agent.id;
    this.#agentId = me.agent.id;
    if (isOther) {
      for (const outbox of this.#outboxes.values()) void outbox.belongTo(this.#owner);
      void this.#openKept();
    }
    const siteIds = me.sites.map(({ id }) => id);
    // A membership may have ended.
    if (siteIds.join() !== this.#siteIds.join()) this.#pages.clear();
    this.#siteIds = siteIds;
    if (isNew) {
      this.#debug(`agent ${me.agent.id}, sites ${this.#siteIds.join(', ') || 'none'}`);
      void this.#inbox.refresh();
      this.#realtime.start(me.realtime, this.#owner);
      for (const { conversation } of this.#opened.values()) {
        void conversation.live.compare({ headComes: false });
      }
    }
    this.#follow();
    this.#wake();
  }

  get #owner(): string {
    return agentOwner(this.#baseUrl, this.#agentId);
  }

  /** What this agent wrote before a reload is sent, whether its conversation is opened or not. */
  async #openKept(): Promise<void> {
    const owner = this.#owner;
    const open = (kept: readonly StoredEntry[]): void => {
      if (owner !== this.#owner) return;
      for (const { conversationId } of kept) {
        if (conversationId !== null) this.#outboxOf(conversationId);
      }
    };
    open(await this.#keeper.load(owner, open));
  }

  /** Another agent signed in: nothing of the one before may show or be sent. */
  #forget(): void {
    this.#realtime.stop();
    this.#inbox.clear();
    this.#typing.clear();
    this.#news.forget();
    // It stays kept: the one before may sign in again.
    for (const outbox of this.#outboxes.values()) outbox.close();
    this.#outboxes.clear();
    this.#tellWaiting();
    for (const { conversation } of this.#opened.values()) conversation.forget();
    this.#opened.clear();
    this.#pages.clear();
  }

  #leave(): void {
    for (const outbox of this.#outboxes.values()) outbox.hold();
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
        onUnauthorized: () => this.#session.signedOut(),
        onReturn: () => this.#onReturn(),
        onDoubt: () => this.#onReturn(),
      },
      // Whoever brings events says that the server is there.
      onServed: () => this.#wake(),
      onLeads: (leads) => this.#lead(leads),
      onOutboxNews: (news) => this.#onOutboxNews(news),
      onMet: () => {
        for (const outbox of this.#outboxes.values()) outbox.tellAgain();
      },
    });
  }

  #lead(leads: boolean): void {
    this.#leads = leads;
    for (const outbox of this.#outboxes.values()) outbox.lead(leads);
    if (leads) void this.#openKept();
  }

  /** The one that leads sends what any tab wrote, whether it shows that conversation or not. */
  #onOutboxNews(news: OutboxNews): void {
    const { conversationId, owner } = news.entry;
    if (conversationId === null || owner !== this.#owner) return;
    if (this.#leads && news.kind === 'put') this.#outboxOf(conversationId);
    this.#outboxes.get(conversationId)?.hear(news);
  }

  #follow(): void {
    const inboxes = this.#siteIds.map((siteId) => channelName({ kind: 'site-inbox', siteId }));
    const open = Array.from(this.#opened.keys(), (conversationId) =>
      channelName({ kind: 'conversation-agents', conversationId }),
    );
    this.#realtime.follow([...inboxes, ...open], open.at(-1) ?? inboxes[0] ?? null);
  }

  async #onSubscribed(channel: string, heads: boolean): Promise<void> {
    const parsed = parseChannel(channel);
    if (parsed?.kind === 'site-inbox') await this.#inbox.refresh();
    else if (parsed?.kind === 'conversation-agents') {
      const opened = this.#opened.get(parsed.conversationId);
      await opened?.conversation.subscribed({ headComes: heads });
    }
  }

  #onEvent(channel: string, event: string, data: unknown): void {
    const parsed = parseChannel(channel);
    if (parsed?.kind === 'conversation-agents') {
      this.#opened.get(parsed.conversationId)?.conversation.event(event, data);
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
    for (const { conversation } of this.#opened.values()) {
      void conversation.live.compare({ headComes: false });
    }
  }

  #liveOf(id: number): AgentConversation['live'] | undefined {
    return this.#opened.get(id)?.conversation.live;
  }

  /** Tries at once whatever waits for the network. */
  #wake(): void {
    this.#inbox.kick();
    this.#keeper.kick();
    if (this.phase.get().phase === 'ready') {
      for (const outbox of this.#outboxes.values()) outbox.wake();
    }
    for (const { conversation } of this.#opened.values()) conversation.live.kick();
  }
}
