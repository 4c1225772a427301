import type { Conversation, Message, TypingRequest } from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import { unreadOf, type LogState, type Page } from './conversation-log.ts';
import { isOwn, ownMark, type Side } from './side.ts';
import { ConversationSync, type ConversationReader } from './conversation-sync.ts';
import type { Environment } from './environment.ts';
import { logRows, type RowCache } from './log-rows.ts';
import type { Outbox } from './outbox.ts';
import { ReadMarker } from './read-marker.ts';
import { acknowledgedRow } from './row.ts';
import { createStore, type Store, type WritableStore } from './store.ts';
import { TypingReceiver, TypingSender } from './typing.ts';
import type { ConversationView, LogMessage } from './view.ts';
import { isTyping } from './conversation-guard.ts';

/** What the server offers for one conversation. All reject with ApiError. */
export interface ConversationApi<C extends Conversation> extends ConversationReader<C> {
  markRead(upTo: number): Promise<void>;
  sendTyping(request: TypingRequest): Promise<void>;
}

export interface LiveConversationOptions<C extends Conversation> {
  readonly id: number;
  readonly side: Side;
  readonly environment: Environment;
  readonly api: ConversationApi<C>;
  readonly outbox: Outbox;
  readonly typingPreview: () => boolean;
  /** It began while this page lives: its first messages are news as well. */
  readonly born: boolean;
  /** A message of the other side that came while this page lives. */
  readonly onMessage: (message: LogMessage) => void;
  /** Every message that came while this page lives, for the debug line. */
  readonly onArrived: (message: Message) => void;
  readonly onRefused: (error: ApiError) => void;
}

/**
 * One followed conversation, as a view: its log with what is under way, who types, what is unread.
 * The same for both sides; they differ in their API.
 */
export class LiveConversation<C extends Conversation> {
  readonly id: number;
  readonly #options: LiveConversationOptions<C>;
  readonly #view: WritableStore<ConversationView<C> | null> =
    createStore<ConversationView<C> | null>(null);
  readonly #sync: ConversationSync<C>;
  readonly #reads: ReadMarker;
  readonly #typingIn: TypingReceiver;
  readonly #typingOut: TypingSender;
  readonly #cache: RowCache = new Map();
  /** Rows of messages that were sent from this page keep the key that they had under way. */
  readonly #keys = new Map<number, string>();
  #closed = false;
  /** Settling the outbox changes it, which asks for a view that is being made already. */
  #rendering = false;

  constructor(options: LiveConversationOptions<C>) {
    const { api, environment, side } = options;
    this.id = options.id;
    this.#options = options;
    const render = () => this.render();
    this.#sync = new ConversationSync({
      side,
      environment,
      reader: api,
      born: options.born,
      onChange: render,
      onNew: (messages) => this.#announce(messages),
      onRefused: options.onRefused,
    });
    this.#reads = new ReadMarker({
      environment,
      send: (seq) => api.markRead(seq),
      onChange: render,
    });
    this.#typingIn = new TypingReceiver(environment, side, render);
    this.#typingOut = new TypingSender({
      environment,
      preview: options.typingPreview,
      // Nobody needs to know that a sign of typing was lost: the next one says the same.
      send: (request) => void api.sendTyping(request).catch(() => undefined),
    });
  }

  /** Null until the first page is loaded. */
  get view(): Store<ConversationView<C> | null> {
    return this.#view;
  }

  get log(): LogState<C> {
    return this.#sync.log;
  }

  /** The highest place that the log shows; 0 before it is loaded. */
  get cursor(): number {
    return this.#sync.log.phase === 'loaded' ? this.#sync.log.cursor : 0;
  }

  start(page: Page<C> | null): void {
    this.#sync.start(page);
  }

  close(): void {
    this.#closed = true;
    this.#sync.close();
    this.#reads.close();
    this.#typingIn.clear();
    this.#typingOut.sent();
  }

  /** An event of the conversation's channel. */
  event(name: string, data: unknown): void {
    if (this.#sync.event(name, data) || name !== 'ChatTyping') return;
    if (isTyping(data)) this.#typingIn.receive(data);
  }

  async compare(how: { headComes: boolean }): Promise<void> {
    await this.#sync.compare(how);
  }

  /** The network may be back: try at once what waits. */
  kick(): void {
    this.#sync.kick();
    this.#reads.kick();
  }

  answer(message: Message, head: number): void {
    this.#sync.answer(message, head);
    this.render();
  }

  snapshot(conversation: C): void {
    this.#sync.snapshot(conversation);
  }

  /** What was seen up to this place is read; one's own messages need no mark. */
  seen(seq: number): void {
    const { log } = this.#sync;
    const { side } = this.#options;
    if (log.phase !== 'loaded') return;
    const newest = log.messages.findLast(
      (message) => message.seq <= seq && !isOwn(message.sender_type, side),
    );
    if (newest !== undefined) this.#reads.seen(newest.seq, ownMark(log.conversation, side));
  }

  composing(text: string): void {
    this.#typingOut.composing(text);
  }

  /** A message was queued: typing is over. */
  sent(): void {
    this.#typingOut.sent();
  }

  async loadOlder(): Promise<void> {
    await this.#sync.loadOlder();
  }

  /** Makes the view anew; called by itself and when the outbox changed. */
  render(): void {
    if (this.#rendering) return;
    this.#rendering = true;
    this.#render();
    this.#rendering = false;
  }

  #render(): void {
    const { log } = this.#sync;
    if (log.phase !== 'loaded' || this.#closed) {
      this.#view.set(null);
      return;
    }
    const { side, outbox } = this.#options;
    const settled = this.#settled(log.messages, log.cursor);
    const underWay = outbox.entries.filter(({ clientMessageId }) => !settled.has(clientMessageId));
    const keyOf = (message: Message) => this.#keys.get(message.id) ?? `message:${message.id}`;
    const unread = unreadOf(log, side, this.#reads.upTo);
    this.#view.set({
      conversation: { ...log.conversation, unread },
      messages: logRows(log, underWay, side, keyOf, this.#cache),
      hasOlder: log.hasOlder,
      loadingOlder: this.#sync.isLoadingOlder,
      typing: this.#typingIn.typing,
      unread,
    });
    // Only now: a message must not have left the outbox before the log is seen to show it.
    for (const [clientMessageId, message] of settled) outbox.shown(clientMessageId, message);
  }

  /** What of the outbox the log shows; its rows keep their keys (SYNC-10). */
  #settled(messages: readonly Message[], cursor: number): ReadonlyMap<string, Message | null> {
    const { outbox, side } = this.#options;
    const settled = new Map<string, Message | null>();
    for (const { clientMessageId, state } of outbox.entries) {
      const message = messages.findLast(
        (one) => one.client_message_id === clientMessageId && isOwn(one.sender_type, side),
      );
      // A row that stands already keeps the key that it has.
      if (message !== undefined && !this.#cache.has(message.id)) {
        this.#keys.set(message.id, clientMessageId);
      }
      // Or it was acknowledged as a repeat of one that stands in history that is not loaded.
      const passed =
        state.kind === 'acknowledged' &&
        state.message.conversation_id === this.id &&
        state.message.seq <= cursor;
      if (message !== undefined || passed) settled.set(clientMessageId, message ?? null);
    }
    return settled;
  }

  #announce(messages: readonly Message[]): void {
    const { side, onArrived, onMessage } = this.#options;
    for (const message of messages) {
      onArrived(message);
      if (isOwn(message.sender_type, side)) continue;
      this.#typingIn.clear();
      const read = message.seq <= this.#reads.upTo || message.deleted_at !== null;
      if (!read) onMessage(acknowledgedRow(message, `message:${message.id}`, 'sent', side));
    }
  }
}
