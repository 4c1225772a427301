import type { MessageAnswer } from '@parley/protocol';
import type { Environment } from './environment.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import type { OutboxKeeper } from './outbox-keeper.ts';
import type { OutboxNews } from './outbox-news.ts';
import type { StoredEntry } from './outbox-store.ts';
import { Outbox } from './outbox.ts';
import { createStore } from './store.ts';
import { waitingWords, type WaitingWords } from './waiting-words.ts';

export interface AgentOutboxesOptions {
  readonly environment: Environment;
  readonly keeper: OutboxKeeper;
  /** Whose words these are; null: it is not known yet. */
  readonly owner: () => string | null;
  /** Whether somebody is signed in, in whose name can be sent. */
  readonly isReady: () => boolean;
  readonly send: (
    conversationId: number,
    entry: OutboxEntry,
    signal: AbortSignal,
    onProgress: (progress: number) => void,
  ) => Promise<MessageAnswer>;
  readonly onChange: (conversationId: number) => void;
  readonly onAcknowledged: (conversationId: number, answer: MessageAnswer) => void;
  /** The highest place that the log of a conversation shows. */
  readonly shownUpTo: (conversationId: number) => number;
  /** Tells the other tabs. */
  readonly tell: (news: OutboxNews) => void;
  readonly debug: (line: string) => void;
}

/**
 * What an agent wrote, an outbox for each conversation. They outlive what shows them: what was written
 * is sent after its conversation was closed, too.
 */
export class AgentOutboxes {
  /** What waits for the network, in any conversation. */
  readonly waiting = createStore<readonly WaitingWords[]>([]);
  readonly #options: AgentOutboxesOptions;
  readonly #outboxes = new Map<number, Outbox>();
  #leads = true;

  constructor(options: AgentOutboxesOptions) {
    this.#options = options;
  }

  of(id: number): Outbox {
    const known = this.#outboxes.get(id);
    if (known !== undefined) return known;
    const { environment, keeper, owner, isReady, tell, debug, ...chat } = this.#options;
    const outbox = new Outbox({
      environment,
      keeper,
      conversationId: id,
      send: (entry, signal, onProgress) => chat.send(id, entry, signal, onProgress),
      onChange: () => {
        chat.onChange(id);
        this.#tellWaiting();
      },
      onAcknowledged: (answer) => chat.onAcknowledged(id, answer),
      onUnauthorized: () => undefined,
      tell,
      shownUpTo: () => chat.shownUpTo(id),
      debug,
    });
    if (!isReady()) outbox.hold();
    const whose = owner();
    if (whose !== null) void outbox.belongTo(whose);
    outbox.lead(this.#leads);
    this.#outboxes.set(id, outbox);
    return outbox;
  }

  /** Nobody shows the conversation any more. */
  release(id: number): void {
    const outbox = this.#outboxes.get(id);
    outbox?.dropAcknowledged(null);
    if (outbox?.entries.length === 0) this.#outboxes.delete(id);
  }

  /** It is known now who writes: what this agent wrote before a reload is sent, shown or not. */
  belongTo(owner: string): void {
    for (const outbox of this.#outboxes.values()) void outbox.belongTo(owner);
    void this.#openKept(owner);
  }

  /** Whether this tab sends; the one that does sends what any tab wrote, whether it shows it or not. */
  lead(leads: boolean): void {
    this.#leads = leads;
    for (const outbox of this.#outboxes.values()) outbox.lead(leads);
    const owner = this.#options.owner();
    if (leads && owner !== null) void this.#openKept(owner);
  }

  /** What another tab tells. */
  hear(news: OutboxNews): void {
    const { conversationId, owner } = news.entry;
    if (conversationId === null || owner !== this.#options.owner()) return;
    if (this.#leads && news.kind === 'put') this.of(conversationId);
    this.#outboxes.get(conversationId)?.hear(news);
  }

  tellAgain(): void {
    for (const outbox of this.#outboxes.values()) outbox.tellAgain();
  }

  wake(): void {
    for (const outbox of this.#outboxes.values()) outbox.wake();
  }

  hold(): void {
    for (const outbox of this.#outboxes.values()) outbox.hold();
  }

  /** Another agent signed in. It stays kept: the one before may sign in again. */
  forget(): void {
    this.close();
    this.#outboxes.clear();
    this.#tellWaiting();
  }

  close(): void {
    for (const outbox of this.#outboxes.values()) outbox.close();
  }

  async #openKept(owner: string): Promise<void> {
    const open = (kept: readonly StoredEntry[]): void => {
      if (owner !== this.#options.owner()) return;
      for (const { conversationId } of kept) {
        if (conversationId !== null) this.of(conversationId);
      }
    };
    open(await this.#options.keeper.load(owner, open));
  }

  #tellWaiting(): void {
    this.waiting.set(waitingWords(this.#outboxes, this.waiting.get()));
  }
}
