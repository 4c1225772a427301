import type { Conversation, Message } from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import {
  apply,
  emptyLog,
  fetchCursor,
  needOf,
  type LogChange,
  type LogState,
  type Page,
} from './conversation-log.ts';
import type { Side } from './side.ts';
import { Demand } from './demand.ts';
import { pause, type Environment, type Pause, type Timer } from './environment.ts';
import { Greeting } from './greeting.ts';
import { asApiError } from './http.ts';
import { isPassing, reconnectDelay_ms } from './reconnect-policy.ts';
import { readStreamEvent } from './wire-event.ts';

/** How one conversation is read over HTTP. All reject with ApiError. */
export interface ConversationReader<C extends Conversation> {
  newest(signal: AbortSignal): Promise<Page<C>>;
  after(cursor: number, signal: AbortSignal): Promise<Page<C>>;
  before(seq: number, signal: AbortSignal): Promise<Page<C>>;
}

export interface SyncOptions<C extends Conversation> {
  readonly side: Side;
  readonly environment: Environment;
  readonly reader: ConversationReader<C>;
  /** Whether what the first page holds is news. */
  readonly born: boolean;
  /** The state is another one. */
  readonly onChange: () => void;
  /** Messages that came after the first load, each once, in order. */
  readonly onNew: (messages: readonly Message[]) => void;
  /** Cannot be read: 401, or not there. Goes on at the next `compare` or `start`. */
  readonly onRefused: (error: ApiError) => void;
}

/** The addresses of files are good for a day and more. */
const FILES_ms = 12 * 60 * 60_000;

/** An answer to one's own message often overtakes the event before it by a moment. */
const OVERTAKEN_ms = 500;

/**
 * Keeps the log of one followed conversation complete (SYNC-4, SYNC-6): events are applied as they
 * come; where they leave a gap, and after every (re)subscription, what is missing is fetched. At
 * most one request is under way, and events that come meanwhile wait in the log.
 */
export class ConversationSync<C extends Conversation> {
  readonly #options: SyncOptions<C>;
  #log: LogState<C> = emptyLog();
  /** Comparisons that were asked for: each wants a fetch that began later. */
  readonly #demand = new Demand();
  /** The server's word on the head. */
  readonly #greeting: Greeting;
  /** The head came, and it is farther than the log. */
  #whenComplete: (() => void)[] = [];
  #failures = 0;
  #loop: 'idle' | 'running' | 'refused' = 'idle';
  #pause: Pause | null = null;
  #soon: Timer | null = null;
  /** When the oldest addresses of files in the log were made, and when to ask for others. */
  #addressed_ms: number;
  #renewal: Timer | null = null;
  #loadingOlder: Promise<void> | null = null;
  readonly #closed = new AbortController();

  constructor(options: SyncOptions<C>) {
    this.#options = options;
    this.#greeting = new Greeting(options.environment, () => this.#fetchAnew());
    this.#addressed_ms = options.environment.now_ms();
    this.#renewFiles();
  }

  get log(): LogState<C> {
    return this.#log;
  }

  get isLoadingOlder(): boolean {
    return this.#loadingOlder !== null;
  }

  /** Begins with a page that is there already, or fetches it. */
  start(page: Page<C> | null): void {
    if (page !== null) this.#apply({ kind: 'newest', page });
    this.#admit();
    this.#fetchWhatIsMissing();
  }

  close(): void {
    this.#closed.abort();
    this.#pause?.wake();
    this.#soon?.cancel();
    this.#renewal?.cancel();
    this.#greeting.came(null);
    for (const resolve of this.#whenComplete.splice(0)) resolve();
    this.#demand.end();
  }

  /** An event of the conversation's channel; false: not one of a stream. */
  event(name: string, data: unknown): boolean {
    const news = readStreamEvent(name, data);
    if (news === null) return false;
    if (news.kind === 'hint') void this.#demand.make();
    this.#apply(news);
    if (name === 'ChatHead') this.#headCame();
    this.#fetchWhatIsMissing();
    return true;
  }

  /** The server's answer to a message that was sent, edited or deleted here. */
  answer(message: Message, head: number): void {
    this.#apply({ kind: 'answer', message, head });
    if (needOf(this.#log) === 'none' || this.#soon !== null) return;
    this.#soon = this.#options.environment.after(OVERTAKEN_ms, () => {
      this.#soon = null;
      this.#fetchWhatIsMissing();
    });
  }

  /** The conversation as the inbox shows it. */
  snapshot(conversation: C): void {
    this.#apply({ kind: 'snapshot', conversation });
  }

  /**
   * Compares heads after a subscription or a return, and fetches if behind. With `headComes` the
   * server's `ChatHead` is the comparison, and no request is made where nothing was missed.
   * Resolves when nothing is missing, or the sync is closed.
   */
  async compare({ headComes }: { headComes: boolean }): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#admit();
    this.#renewFiles();
    if (headComes) await this.#greeting.awaited();
    else await this.#fetchAnew();
  }

  /** What was refused to the session before may be open to this one. */
  #admit(): void {
    if (this.#loop === 'refused') this.#loop = 'idle';
  }

  async #fetchAnew(): Promise<void> {
    const met = this.#demand.make();
    this.#fetchWhatIsMissing();
    await met;
  }

  /** `ChatHead` was read after the subscription: what it does not exceed, nobody missed. */
  #headCame(): void {
    const isComplete = needOf(this.#log) === 'none';
    const whenComplete = () => new Promise<void>((done) => this.#whenComplete.push(done));
    this.#greeting.came(isComplete ? null : whenComplete());
  }

  /** Tries at once what waits for its next attempt. */
  kick(): void {
    this.#pause?.wake();
  }

  /** Fetches older history, if there is some. Rejects with ApiError. */
  async loadOlder(): Promise<void> {
    this.#loadingOlder ??= this.#loadOlder().finally(() => {
      this.#loadingOlder = null;
      this.#options.onChange();
    });
    this.#options.onChange();
    await this.#loadingOlder;
  }

  async #loadOlder(): Promise<void> {
    // A page that was read before newer changes is not taken; then it is asked for again.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const log = this.#log;
      const first = log.phase === 'loaded' && log.hasOlder ? log.messages[0] : undefined;
      if (first === undefined) return;
      const page = await this.#options.reader.before(first.seq, this.#closed.signal);
      this.#apply({ kind: 'before', before: first.seq, page });
      const now = this.#log.phase === 'loaded' ? this.#log.messages[0] : undefined;
      if (now !== first || (this.#log.phase === 'loaded' && !this.#log.hasOlder)) break;
    }
    this.#fetchWhatIsMissing();
  }

  /**
   * A page that is open for more than a day would show files at addresses that are over. Asked by
   * the time here since they came, for the clock may be wrong. What is hidden waits for `compare`.
   */
  #renewFiles(): void {
    const { environment } = this.#options;
    const now_ms = environment.now_ms();
    const before_ms = this.#addressed_ms;
    if (now_ms - before_ms >= FILES_ms && environment.visible()) {
      this.#addressed_ms = now_ms;
      this.#fetchFiles().catch(() => {
        // Unheard, or refused: tried again with the next comparison.
        this.#addressed_ms = before_ms;
      });
    }
    this.#renewal?.cancel();
    this.#renewal = environment.after(FILES_ms, () => this.#renewFiles());
  }

  /** Pages of history from the newest message with files to the oldest. Rejects with ApiError. */
  async #fetchFiles(): Promise<void> {
    const { reader } = this.#options;
    let below = Number.POSITIVE_INFINITY;
    for (;;) {
      const messages = this.#log.phase === 'loaded' ? this.#log.messages : [];
      const next = messages.findLast((one) => one.seq < below && one.attachments.length > 0);
      if (next === undefined) return;
      const page = await reader.before(next.seq + 1, this.#closed.signal);
      this.#apply({ kind: 'renewed', messages: page.messages });
      below = Math.min(next.seq, ...page.messages.map(({ seq }) => seq));
    }
  }

  #fetchWhatIsMissing(): void {
    if (this.#loop !== 'idle' || this.#closed.signal.aborted || !this.#isMissing()) return;
    this.#loop = 'running';
    void this.#fetchLoop();
  }

  #isMissing(): boolean {
    return needOf(this.#log) !== 'none' || this.#demand.isPending;
  }

  async #fetchLoop(): Promise<void> {
    while (this.#isMissing() && !this.#closed.signal.aborted) {
      const meet = this.#demand.begin();
      try {
        const progress = await this.#fetchOnce();
        this.#failures = progress ? 0 : this.#failures + 1;
        if (needOf(this.#log) === 'none') meet();
        // A head that nobody can deliver must not be asked for without end.
        if (!progress && this.#isMissing()) await this.#rest(null);
      } catch (thrown) {
        const error = asApiError(thrown);
        if (this.#closed.signal.aborted) return;
        if (!isPassing(error.status)) {
          this.#loop = 'refused';
          this.#options.onRefused(error);
          return;
        }
        this.#failures += 1;
        await this.#rest(error.retryAfter_s);
      }
    }
    this.#loop = 'idle';
  }

  /** True where the log got farther, or nothing is missing. */
  async #fetchOnce(): Promise<boolean> {
    const { reader } = this.#options;
    const { signal } = this.#closed;
    const before = this.#log;
    if (before.phase === 'empty') {
      this.#apply({ kind: 'newest', page: await reader.newest(signal) });
      return true;
    }
    const after = fetchCursor(before);
    const page = await reader.after(after, signal);
    this.#apply({ kind: 'after', after, page });
    const log = this.#log;
    return log.phase === 'empty' || fetchCursor(log) > after || needOf(log) === 'none';
  }

  async #rest(retryAfter_s: number | null): Promise<void> {
    const { environment } = this.#options;
    const delay_ms = reconnectDelay_ms(this.#failures, environment.random(), retryAfter_s);
    this.#pause = pause(environment, delay_ms);
    await this.#pause.done;
    this.#pause = null;
  }

  #apply(change: LogChange<C>): void {
    const before = this.#log;
    const { state } = apply(before, change, this.#options.side);
    if (state === before) return;
    this.#log = state;
    if (needOf(state) === 'none') {
      for (const resolve of this.#whenComplete.splice(0)) resolve();
    }
    const fresh = freshMessages(before, state, this.#options.born);
    this.#options.onChange();
    if (fresh.length > 0) this.#options.onNew(fresh);
  }
}

/** Messages from beyond what was applied before. */
function freshMessages(
  before: LogState<Conversation>,
  state: LogState<Conversation>,
  born: boolean,
): readonly Message[] {
  if (state.phase === 'empty') return [];
  if (before.phase === 'empty') return born ? state.messages : [];
  if (state.cursor === before.cursor) return [];
  return state.messages.filter((message) => message.seq > before.cursor);
}
