import type { ConversationPatch, InboxEntry } from '@parley/protocol';
import type { AgentApi } from './agent-api.ts';
import type { ApiError } from './api-error.ts';
import type { Enclosure } from './enclosure.ts';
import { isViewing } from './agent-guard.ts';
import { type Colleague, Colleagues } from './colleagues.ts';
import { isMessageReceived, isTyping } from './conversation-guard.ts';
import type { Environment } from './environment.ts';
import { LiveConversation } from './live-conversation.ts';
import type { Page } from './conversation-log.ts';
import type { Outbox } from './outbox.ts';
import type { PageCache } from './page-cache.ts';
import { createStore, type Store, type WritableStore } from './store.ts';
import type { ConversationView } from './view.ts';

export type OpenConversationView =
  | { readonly status: 'loading' }
  | { readonly status: 'not-found' }
  | ({ readonly status: 'ready' } & ConversationView<InboxEntry> & {
        /** Other agents who have it open. */
        readonly colleagues: readonly Colleague[];
      });

/** A conversation that the dashboard shows; ends with `close()`. */
export interface OpenConversation {
  readonly view: Store<OpenConversationView>;
  /** Shows the message at once and queues it; returns its client_message_id. */
  send(text: string, options?: { private?: boolean; enclosure?: Enclosure }): string;
  /** Sends a failed message again. */
  retry(key: string): void;
  /** Drops a failed message, or gives up one with files that has not arrived. */
  discard(key: string): void;
  /** Rejects with ApiError. */
  edit(id: number, text: string): Promise<void>;
  /** Rejects with ApiError. */
  remove(id: number): Promise<void>;
  /** To be called on each input with the whole text; `''`: stopped. */
  composing(text: string): void;
  /** The message at this place is on a visible, focused screen (SYNC-12). */
  seen(seq: number): void;
  /** Rejects with ApiError. */
  loadOlder(): Promise<void>;
  /** Rejects with ApiError. */
  patch(patch: ConversationPatch): Promise<void>;
  close(): void;
}

export interface AgentConversationOptions {
  readonly id: number;
  readonly environment: Environment;
  readonly api: AgentApi;
  readonly outbox: Outbox;
  /** Who shows it. */
  readonly agentId: () => number;
  readonly pages: PageCache;
  readonly onEntry: (entry: InboxEntry) => void;
  /** It turned out not to be there for this agent, or to be there after all. */
  readonly onFound: () => void;
  readonly debug: (line: string) => void;
}

/** A conversation that is open in the dashboard, once for all that show it. */
export class AgentConversation {
  readonly live: LiveConversation<InboxEntry>;
  readonly view: WritableStore<OpenConversationView> = createStore<OpenConversationView>({
    status: 'loading',
  });
  readonly #options: AgentConversationOptions;
  readonly #colleagues: Colleagues;
  readonly #stop: () => void;
  #closed = false;

  constructor(options: AgentConversationOptions) {
    const { id, environment, api, outbox, debug } = options;
    this.#options = options;
    this.live = new LiveConversation<InboxEntry>({
      id,
      side: 'agent',
      environment,
      api: api.conversation(id),
      outbox,
      born: false,
      typingPreview: () => false,
      // New messages are announced by the inbox, which hears of every conversation.
      onMessage: () => undefined,
      onArrived: ({ id: message, seq }) =>
        debug(`message ${message} in conversation ${id}, seq ${seq}`),
      onRefused: (error) => this.#onRefused(error),
    });
    const render = (): void => {
      const view = this.live.view.get();
      const colleagues = this.#colleagues.list;
      if (view !== null) this.#show({ status: 'ready', ...view, colleagues });
    };
    this.#colleagues = new Colleagues(environment, options.agentId, render);
    this.#stop = this.live.view.subscribe(render);
  }

  /** False once the server has said so; `live.compare` asks again. */
  get isThere(): boolean {
    return this.view.get().status !== 'not-found';
  }

  /** An event of the agents' channel. */
  event(name: string, data: unknown): void {
    if (name === 'ChatViewing') {
      if (isViewing(data)) this.#colleagues.viewing(data);
    } else if (name === 'ChatTyping' && isTyping(data) && data.sender_type === 'agent') {
      this.#colleagues.typing(data);
    } else {
      this.live.event(name, data);
      if (name !== 'ChatMessageReceived' || !isMessageReceived(data)) return;
      if (data.sender_type === 'agent') this.#colleagues.said(data.sender_name);
    }
  }

  /** The channel is subscribed anew, perhaps by a second way beside one that brings events already. */
  async subscribed(how: { headComes: boolean }): Promise<void> {
    this.#colleagues.doubt();
    await this.live.compare(how);
  }

  /** Begins with what there is of it, if anything, and compares with the server at once. */
  start(): void {
    const page = this.#options.pages.begin(this.#options.id);
    if (page instanceof Promise) void page.then((fetched) => this.#startWith(fetched));
    else this.#startWith(page);
  }

  #startWith(page: Page<InboxEntry> | null): void {
    if (this.#closed) return;
    this.live.start(page);
    if (page !== null) void this.live.compare({ headComes: false });
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.#colleagues.clear();
    const { id, pages } = this.#options;
    if (this.view.get().status === 'ready') pages.keep(id, this.live.log);
    this.live.close();
  }

  /** Belongs to somebody else from now on. */
  forget(): void {
    this.close();
    this.view.set({ status: 'not-found' });
  }

  async edit(message: number, text: string): Promise<void> {
    const answer = await this.#options.api.edit(this.#options.id, message, text);
    this.live.answer(answer.message, answer.head);
  }

  async remove(message: number): Promise<void> {
    const answer = await this.#options.api.remove(this.#options.id, message);
    this.live.answer(answer.message, answer.head);
  }

  async patch(patch: ConversationPatch): Promise<void> {
    const { conversation } = await this.#options.api.patch(this.#options.id, patch);
    // It may be somebody else's inbox by now.
    if (this.#closed) return;
    this.live.snapshot(conversation);
    this.#options.onEntry(conversation);
  }

  #onRefused(error: ApiError): void {
    // 401 is the session's matter; the conversation goes on with the next one.
    if (error.status !== 401) this.#show({ status: 'not-found' });
  }

  #show(view: OpenConversationView): void {
    const wasThere = this.isThere;
    this.view.set(view);
    if (this.isThere !== wasThere) this.#options.onFound();
  }
}
