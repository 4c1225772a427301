import {
  channelName,
  parseChannel,
  type Conversation,
  type InitAnswer,
  type MessageAnswer,
  type RatingRequest,
  type RealtimeProvider,
} from '@parley/protocol';
import type { Page } from './conversation-log.ts';
import type { Enclosure } from './enclosure.ts';
import type { Environment } from './environment.ts';
import { Greeting } from './greeting.ts';
import { OutboxKeeper } from './outbox-keeper.ts';
import { isOf } from './outbox-owner.ts';
import { Outbox } from './outbox.ts';
import { platform } from './platform.ts';
import { Realtime } from './realtime.ts';
import { pendingRows } from './row.ts';
import { createStore, type Store, type WritableStore } from './store.ts';
import { fingerprint, TokenStore } from './token-store.ts';
import { LazyPart } from './lazy-part.ts';
import type { ConversationView, LogMessage, RealtimeState } from './view.ts';
import type { Introduction, VisitorChat, VisitorChatOptions } from './visitor-chat-interface.ts';
import type { VisitorConversation } from './visitor-conversation.ts';
import { createVisitorApi, type VisitorApi } from './visitor-api.ts';
import { isConversationStarted, isCurrentConversation } from './wire-guard.ts';
import { VisitorSession, type VisitorPhase } from './visitor-session.ts';

/** The visitor's side of Parley, without a face. Nothing is asked of the server before `start()`. */
export function createVisitorChat(options: VisitorChatOptions): VisitorChat {
  return new Visitor(options);
}

const NOTHING: readonly LogMessage[] = [];

/** What a conversation is followed with; loaded with the first. */
type Part = typeof VisitorConversation;

class Visitor implements VisitorChat {
  readonly phase: Store<VisitorPhase>;
  readonly view: WritableStore<ConversationView<Conversation> | null> =
    createStore<ConversationView<Conversation> | null>(null);
  readonly pending: WritableStore<readonly LogMessage[]> = createStore(NOTHING);
  readonly realtime: Store<RealtimeState>;
  readonly unread: WritableStore<number> = createStore(0);
  readonly durable: Store<boolean>;
  readonly #environment: Environment;
  readonly #debug: (line: string) => void;
  readonly #api: VisitorApi;
  readonly #session: VisitorSession;
  readonly #keeper: OutboxKeeper;
  readonly #outbox: Outbox;
  readonly #tokens: TokenStore;
  readonly #listeners = new Set<(message: LogMessage) => void>();
  readonly #stopStorage: () => void;
  /** The server's word on which conversation is the current one. */
  readonly #greeting: Greeting;
  #visitorId: number | null = null;
  /** Whose words the outbox has; null: it was not started. */
  #owner: string | null = null;
  #current: { readonly conversation: VisitorConversation; readonly stop: () => void } | null = null;
  readonly #part: LazyPart<Part>;
  readonly #realtime: Realtime;

  constructor(options: VisitorChatOptions) {
    const { baseUrl, siteToken, page, locale, consent } = options;
    const environment = options.environment ?? platform();
    this.#environment = environment;
    this.#debug = options.debug ?? (() => undefined);
    this.#part = new LazyPart(environment, () => environment.loadConversation());
    const tokens = new TokenStore(options.storage, `parley:visitor:${siteToken}`);
    this.#tokens = tokens;
    const visitorToken = () => this.#session.token;
    this.#api = createVisitorApi({ baseUrl, environment, siteToken, visitorToken });
    this.#session = new VisitorSession({
      environment,
      api: this.#api,
      tokens,
      page: () => page?.(),
      locale,
      consent,
      prepare: () => this.#part.load(),
      onInit: (answer) => this.#onInit(answer),
      onIdentity: options.onIdentity ?? (() => undefined),
      debug: this.#debug,
    });
    this.phase = this.#session.phase;
    this.#keeper = new OutboxKeeper(environment, this.#debug);
    this.durable = this.#keeper.durable;
    this.#outbox = this.#createOutbox();
    this.#greeting = new Greeting(environment, () => this.#lookForConversation());
    this.#realtime = this.#createRealtime();
    this.realtime = this.#realtime.state;
    this.#stopStorage = environment.onStorage((key) => {
      if (key === null || key === tokens.key) this.#onStorage({ wasLeft: false });
    });
  }

  start(): void {
    if (!this.#session.mayBegin) return;
    // What was written before a reload is shown before the server answers.
    if (this.phase.get().phase === 'idle') this.#own();
    // Who was here before likely has a conversation: it comes beside the answer that says so.
    if (this.#tokens.get() !== null) void this.#part.load();
    this.#session.start();
  }

  async setVisitor(visitor: Introduction): Promise<void> {
    await this.#session.introduce(visitor);
  }

  identify(identityToken: string): void {
    this.#session.identify(identityToken);
  }

  send(text: string, enclosure?: Enclosure): string {
    void this.#part.load();
    this.#live?.sent();
    return this.#outbox.add(text, enclosure === undefined ? {} : { enclosure });
  }

  retry(key: string): void {
    this.#outbox.retry(key);
  }

  discard(key: string): void {
    this.#outbox.discard(key);
  }

  async edit(id: number, text: string): Promise<void> {
    await this.#conversation().edit(id, text);
  }

  async remove(id: number): Promise<void> {
    await this.#conversation().remove(id);
  }

  async rate(rating: RatingRequest): Promise<void> {
    await this.#conversation().rate(rating);
  }

  async emailTranscript(locale: string): Promise<string> {
    return this.#conversation().emailTranscript(locale);
  }

  composing(text: string): void {
    // A first message is about to come, and finds there what follows it.
    if (text !== '') void this.#part.load();
    this.#live?.composing(text);
  }

  seen(seq: number): void {
    this.#live?.seen(seq);
  }

  async loadOlder(): Promise<void> {
    await this.#live?.loadOlder();
  }

  on(_event: 'message', listener: (message: LogMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  reconnectNow(): void {
    this.#session.kick();
    this.#wake();
    this.#realtime.kick();
  }

  reset(): void {
    this.#tokens.clear();
    this.#forget();
  }

  destroy(): void {
    this.#part.close();
    this.#session.stop();
    this.#leave();
    this.#outbox.close();
    this.#keeper.close();
    this.#stopStorage();
    this.#listeners.clear();
  }

  get #live(): VisitorConversation['live'] | undefined {
    return this.#current?.conversation.live;
  }

  #conversation(): VisitorConversation {
    if (this.#current === null) throw new Error('there is no conversation');
    return this.#current.conversation;
  }

  /** Not where it is another visitor by then. */
  #withPart(act: (part: Part) => void): void {
    const visitorId = this.#visitorId;
    this.#part.use((part) => {
      if (this.#visitorId === visitorId) act(part);
    });
  }

  #createOutbox(): Outbox {
    const outbox = new Outbox({
      environment: this.#environment,
      keeper: this.#keeper,
      conversationId: null,
      send: (entry, signal, onProgress) => this.#api.send(entry, signal, onProgress),
      onChange: () => this.#render(),
      onAcknowledged: (answer) => this.#onAcknowledged(answer),
      tell: (news) => this.#realtime.post(news),
      onUnauthorized: () => void this.#session.renewRefused(),
      shownUpTo: () => this.#live?.cursor ?? 0,
      debug: this.#debug,
    });
    outbox.hold();
    return outbox;
  }

  /** Ends everything that belongs to this visitor; what was written stays in the outbox. */
  #leave(): void {
    this.#outbox.hold();
    this.#realtime.stop();
    this.#closeConversation();
    this.#outbox.dropAcknowledged(null);
    this.#visitorId = null;
    this.#greeting.came(null);
    this.#render();
  }

  /** Somebody asked that this visitor be forgotten: their words, too. */
  #forget(): void {
    this.#session.stop();
    this.#leave();
    this.#outbox.clear();
    this.#owner = null;
  }

  /** Whether another tab did so: who is here now is not who was. */
  get #isForgotten(): boolean {
    return this.#owner !== null && !isOf(this.#tokens.owner, this.#owner);
  }

  #onStorage({ wasLeft }: { wasLeft: boolean }): void {
    const { token } = this.#session;
    if (this.#isForgotten) {
      this.#debug('forgotten by another tab');
      this.#forget();
      this.start();
    } else if (token !== null && token !== this.#tokens.get()) {
      this.#debug('joining another session');
      // Whoever was here may be gone for long.
      if (wasLeft) this.#leave();
      void this.#session.renew();
    }
  }

  #onInit({ visitor, conversation, messages, head, has_more }: InitAnswer): void {
    if (this.#visitorId !== null && this.#visitorId !== visitor.id) this.#leave();
    this.#visitorId = visitor.id;
    this.#debug(`visitor ${visitor.id}, conversation ${conversation?.id ?? 'none'}`);
    if (conversation !== null) {
      const page = { conversation, messages, head, cursor: head, has_more };
      this.#withPart((part) => this.#adopt(part, conversation.id, { page, born: false }));
    }
    this.#own();
    this.#startRealtime();
    this.#follow();
    this.#outbox.wake();
  }

  /** What is written belongs to a person, whatever session the server gives them. */
  #own(): void {
    if (this.#isForgotten) this.#outbox.clear();
    this.#owner = this.#tokens.owner;
    void this.#outbox.belongTo(this.#owner);
  }

  #startRealtime(): void {
    const phase = this.phase.get();
    if (phase.phase !== 'ready') return;
    // Whoever has another session is let into other channels.
    this.#realtime.start(phase.config, fingerprint(this.#session.token ?? ''));
  }

  /** Shows this conversation, unless a newer one is shown already. */
  #adopt(
    Part: Part,
    id: number,
    { page, born }: { page: Page<Conversation> | null; born: boolean },
  ): void {
    const shown = this.#live;
    if (shown !== undefined && shown.id > id) {
      // Unless an agent opened that one again: then it is the one that messages go to.
      if (this.view.get()?.conversation.status !== 'resolved') return;
      if (page === null) {
        void this.#session.renew();
        return;
      }
    }
    if (shown?.id === id) {
      shown.start(page);
      return;
    }
    this.#closeConversation();
    this.#outbox.dropAcknowledged(id);
    const conversation = new Part({
      id,
      environment: this.#environment,
      http: this.#api.http,
      outbox: this.#outbox,
      born,
      typingPreview: () => {
        const phase = this.phase.get();
        return phase.phase === 'ready' && phase.config.site.typing_preview;
      },
      onMessage: (message) => {
        for (const listener of this.#listeners) listener(message);
      },
      onArrived: ({ id: message, seq }) =>
        this.#debug(`message ${message} in conversation ${id}, seq ${seq}`),
      onRefused: () => void this.#session.renewRefused(),
    });
    const { live } = conversation;
    this.#current = { conversation, stop: live.view.subscribe(() => this.#render()) };
    live.start(page);
    this.#follow();
  }

  #closeConversation(): void {
    this.#current?.stop();
    this.#live?.close();
    this.#current = null;
  }

  #createRealtime(): Realtime {
    return new Realtime({
      environment: this.#environment,
      authorize: this.#api.authorize,
      poll: (request) => this.#api.updates(request),
      debug: this.#debug,
      handlers: {
        onSubscribed: (channel, heads) => this.#onSubscribed(channel, heads),
        onEvent: (channel, event, data, provider) => this.#onEvent(channel, event, data, provider),
        onRefused: () => void this.#session.renewRefused(),
        onUnauthorized: () => void this.#session.renewRefused(),
        onReturn: () => void this.#onReturn(),
        onDoubt: () => void this.#onReturn(),
      },
      onServed: () => this.#wake(),
      onLeads: (leads) => this.#outbox.lead(leads),
      onOutboxNews: (news) => this.#outbox.hear(news),
      onMet: () => this.#outbox.tellAgain(),
    });
  }

  #follow(): void {
    if (this.#visitorId === null) return;
    const own = channelName({ kind: 'visitor', visitorId: this.#visitorId });
    const conversationId = this.#live?.id;
    if (conversationId === undefined) this.#realtime.follow([own], own);
    else {
      const main = channelName({ kind: 'conversation', conversationId });
      this.#realtime.follow([own, main], main);
    }
  }

  async #onSubscribed(channel: string, heads: boolean): Promise<void> {
    const parsed = parseChannel(channel);
    if (parsed?.kind === 'visitor') {
      await (heads ? this.#greeting.awaited() : this.#lookForConversation());
    } else if (parsed?.kind === 'conversation' && parsed.conversationId === this.#live?.id) {
      await this.#live?.compare({ headComes: heads });
    }
  }

  /** One that began while nobody listened is found by asking, where the server does not say it. */
  async #lookForConversation(): Promise<void> {
    const status = this.view.get()?.conversation.status;
    if (this.#current === null || status === 'resolved') await this.#session.renew();
  }

  async #onReturn(): Promise<void> {
    // A page that was left is not told what other tabs store.
    this.#onStorage({ wasLeft: true });
    this.#wake();
    await Promise.all([this.#live?.compare({ headComes: false }), this.#lookForConversation()]);
  }

  #onEvent(channel: string, event: string, data: unknown, provider: RealtimeProvider): void {
    const parsed = parseChannel(channel);
    if (parsed?.kind === 'conversation' && parsed.conversationId === this.#live?.id) {
      this.#live?.event(event, data);
    } else if (parsed?.kind === 'visitor' && event === 'ChatConversationStarted') {
      this.#debug(`conversation started, by ${provider}`);
      if (isConversationStarted(data)) {
        const { id } = data.conversation;
        this.#withPart((part) => this.#adopt(part, id, { page: null, born: true }));
      } else void this.#session.renew();
    } else if (parsed?.kind === 'visitor' && isCurrentConversation(data)) {
      const isOther = data.conversation_id !== (this.#live?.id ?? null);
      // What is not current any more stays on screen until there is another one.
      this.#greeting.came(isOther && data.conversation_id !== null ? this.#session.renew() : null);
    }
  }

  #onAcknowledged({ message, head }: MessageAnswer): void {
    // The server is there: whatever waits for it need not wait any longer.
    if (this.realtime.get().realtimeProvider === null) this.#realtime.kick();
    this.#withPart((part) => {
      this.#adopt(part, message.conversation_id, { page: null, born: true });
      if (this.#live?.id === message.conversation_id) this.#live?.answer(message, head);
      // A repeat of what another conversation has had for long, where it is not asked for.
      else if (this.view.get()?.conversation.status !== 'resolved') {
        this.#outbox.dropAcknowledged(this.#live?.id ?? null);
      }
    });
  }

  /** Tries at once whatever waits for the network. */
  #wake(): void {
    this.#keeper.kick();
    if (this.phase.get().phase === 'ready') this.#outbox.wake();
    this.#live?.kick();
  }

  #render(): void {
    const live = this.#live;
    live?.render();
    const view = live?.view.get() ?? null;
    const { entries } = this.#outbox;
    const pending = view === null ? pendingRows(entries, 'visitor') : NOTHING;
    // Together: whoever shows both must not see a message in both, or in neither.
    const tell = [
      this.view.put(view),
      this.pending.put(pending.length === 0 ? NOTHING : pending),
      this.unread.put(view?.unread ?? 0),
    ];
    for (const telling of tell) telling();
  }
}
