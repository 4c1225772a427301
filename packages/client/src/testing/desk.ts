import type { Message, MessageAnswer } from '@parley/protocol';
import { ApiError } from '../api-error.ts';
import type { OutboxEntry } from '../outbox-entry.ts';
import { OutboxKeeper } from '../outbox-keeper.ts';
import type { OutboxNews } from '../outbox-news.ts';
import { memoryOutbox, type OutboxStore } from '../outbox-store.ts';
import { Outbox } from '../outbox.ts';
import { Random } from './random.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** An outbox, and a server whose answers the test gives one by one. */
export class Desk {
  readonly clock: SimulatedClock;
  readonly asked: {
    readonly entry: OutboxEntry;
    readonly signal: AbortSignal;
    readonly onProgress: (progress: number) => void;
  }[] = [];
  readonly outbox: Outbox;
  unauthorized = 0;
  #answers: { resolve: (answer: MessageAnswer) => void; reject: (error: ApiError) => void }[] = [];
  #id = 0;
  readonly #keeper: OutboxKeeper;

  constructor(furniture: Furniture = {}) {
    const { shownUpTo = 0, store = memoryOutbox(), conversationId = null } = furniture;
    this.clock = furniture.clock ?? new SimulatedClock();
    const random = new Random(nextSeed());
    const environment = {
      ...UNUSED,
      outbox: store,
      now_ms: () => this.clock.now_ms(),
      after: (delay_ms: number, callback: () => void) => this.clock.after(delay_ms, callback),
      random: () => random.next(),
      uuid: () => random.uuid(),
    };
    this.#keeper = new OutboxKeeper(environment, () => undefined);
    this.outbox = new Outbox({
      environment,
      keeper: this.#keeper,
      conversationId,
      send: (entry, signal, onProgress) => {
        this.asked.push({ entry, signal, onProgress });
        return new Promise((resolve, reject) => {
          this.#answers.push({ resolve, reject });
          signal.addEventListener('abort', () => reject(new ApiError(0, 'aborted', '')));
        });
      },
      onChange: () => undefined,
      onAcknowledged: () => undefined,
      onUnauthorized: () => {
        this.unauthorized += 1;
      },
      shownUpTo: () => shownUpTo,
      tell: (news) => furniture.tell?.(news),
      debug: () => undefined,
    });
  }

  /** Opens the outbox of this owner. */
  async open(owner = 'me'): Promise<this> {
    void this.outbox.belongTo(owner);
    await this.clock.advance(0);
    return this;
  }

  /** Writes, and lets it be kept. */
  async write(...texts: readonly string[]): Promise<string> {
    let last = '';
    for (const text of texts) last = this.outbox.add(text);
    await this.clock.advance(0);
    return last;
  }

  /** The page is looked at again. */
  kick(): void {
    this.#keeper.kick();
  }

  get durable(): boolean {
    return this.#keeper.durable.get();
  }

  get states(): string[] {
    return this.outbox.entries.map(({ text, state }) => `${text} ${state.kind}`);
  }

  get texts(): string[] {
    return this.asked.map(({ entry }) => entry.text);
  }

  async accept(): Promise<void> {
    const { entry } = this.asked.at(-1) ?? {};
    if (entry === undefined) throw new Error('nothing was sent');
    this.#id += 1;
    this.#answers.at(-1)?.resolve({
      success: true,
      head: this.#id,
      message: messageOf(entry, this.#id),
    });
    await this.clock.advance(0);
  }

  async refuse(status: number, code = 'x', retryAfter_s: number | null = null): Promise<void> {
    this.#answers.at(-1)?.reject(new ApiError(status, code, code, { retryAfter_s }));
    await this.clock.advance(0);
  }
}

interface Furniture {
  readonly shownUpTo?: number;
  /** Shared by desks that stand for one page after another. */
  readonly store?: OutboxStore;
  readonly conversationId?: number | null;
  readonly clock?: SimulatedClock;
  /** Tells the other tabs. */
  readonly tell?: (news: OutboxNews) => void;
}

/** Two desks must not draw the same ids. */
let seed = 7;
const nextSeed = (): number => (seed += 1);

const UNUSED = {
  fetch: () => Promise.reject(new Error('the outbox asks through `send`')),
  openSocket: () => {
    throw new Error('the outbox needs no socket');
  },
  upload: () => Promise.reject(new TypeError('nobody sends files here')),
  loadPusher: () => Promise.reject(new Error('the outbox needs no socket')),
  loadPolling: () => Promise.reject(new Error('the outbox needs no socket')),
  loadConversation: () => Promise.reject(new Error('the outbox needs no socket')),
  visible: () => true,
  online: () => true,
  onPage: () => () => undefined,
  onStorage: () => () => undefined,
  tabs: null,
};

export function messageOf(entry: OutboxEntry, seq: number): Message {
  return {
    id: seq,
    conversation_id: 1,
    client_message_id: entry.clientMessageId,
    sender_type: 'visitor',
    sender_name: null,
    text: entry.text,
    attachments: [],
    created_at: '2026-01-01 00:00:00',
    timestamp: 0,
    seq,
    changed_seq: seq,
    edited_at: null,
    deleted_at: null,
    private: false,
  };
}
