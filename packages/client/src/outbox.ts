import type { Message, MessageAnswer } from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import type { Enclosure } from './enclosure.ts';
import { pause, type Pause } from './environment.ts';
import { asApiError } from './http.ts';
import type { OutboxEntry, OutboxState } from './outbox-entry.ts';
import { isNews, merged, nextOrder, toStored, withKept } from './outbox-list.ts';
import { asPut, type OutboxNews } from './outbox-news.ts';
import type { OutboxOptions } from './outbox-options.ts';
import type { StoredEntry } from './outbox-store.ts';
import { isPassing, reconnectDelay_ms } from './reconnect-policy.ts';

/** A smaller one is not worth drawing. */
const PROGRESS_STEP = 0.02;

interface UnderWay {
  readonly clientMessageId: string;
  readonly abort: AbortController;
  /** Ends the wait for the answer. */
  readonly decide: (shown: null) => void;
}

/**
 * What was written here and is not in the log yet, in order, one under way at a time (SYNC-9).
 * A passing error (no network, 5xx, 429) holds the queue and the same message is sent again; a
 * final one marks that message as failed and lets the next go. Each message is kept before it is
 * first sent, until it is acknowledged; what was kept before a reload is sent before anything new.
 *
 * Several tabs show one order: that of writing, which the tab that sends keeps to, for it looks at
 * what all of them have kept before it sends a message for the first time.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #entries: readonly OutboxEntry[] = [];
  /** Null: it is not known yet who writes; then nothing is read, kept or sent. */
  #owner: string | null = null;
  /** What was kept for this owner is on its way. */
  #loading: Promise<void> = Promise.resolve();
  #isLoaded = false;
  /** Raised by `clear`: what an older life still reads is not taken. */
  #life = 0;
  /** Written here before what was kept came to it. */
  readonly #early = new Set<string>();
  /** As they were then. */
  readonly #discarded = new Map<string, OutboxEntry>();
  /** Whatever tab sent it: one that missed it tells of the message as if it waited. */
  readonly #answers = new Map<string, MessageAnswer>();
  /** What has to end before a message is sent: to be kept, and a look at what others kept. */
  readonly #keeping = new Map<string, Promise<unknown>>();
  #running = false;
  #held = false;
  #leads = true;
  #failures = 0;
  #pause: Pause | null = null;
  #underWay: UnderWay | null = null;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get entries(): readonly OutboxEntry[] {
    return this.#entries;
  }

  /**
   * Whose messages these are from now on; what is here goes along, and what was kept of that owner
   * comes to it. Resolves when it is there.
   */
  async belongTo(owner: string): Promise<void> {
    if (owner !== this.#owner) {
      this.#owner = owner;
      this.#read(owner, 'first');
    }
    await this.#loading;
  }

  /** Queues a message; returns its client_message_id. */
  add(
    text: string,
    { private: note = false, enclosure }: { private?: boolean; enclosure?: Enclosure } = {},
  ): string {
    const { environment } = this.#options;
    const clientMessageId = environment.uuid();
    const written_ms = environment.now_ms();
    const order = nextOrder(this.#entries, written_ms);
    if (!this.#isLoaded) this.#early.add(clientMessageId);
    const entry = { clientMessageId, order, text, private: note, written_ms };
    const enclosed = enclosure === undefined ? {} : { enclosure };
    this.#put({ ...entry, ...enclosed, state: { kind: 'waiting' } });
    return clientMessageId;
  }

  /** Sends a failed message again, as the newest. */
  retry(clientMessageId: string): void {
    const entry = this.#find(clientMessageId);
    if (entry?.state.kind !== 'failed') return;
    this.#put({
      ...entry,
      order: nextOrder(this.#entries, this.#options.environment.now_ms()),
      state: { kind: 'waiting' },
    });
  }

  /** Drops a failed message, or gives up one with files that has not arrived. */
  discard(clientMessageId: string): void {
    const entry = this.#find(clientMessageId);
    if (entry === undefined || !mayBeDropped(entry)) return;
    this.#tellDiscarded(entry);
    this.#forget(entry);
  }

  /** What another tab tells. The one that leads sends what any of them wrote. */
  hear(news: OutboxNews): void {
    const { clientMessageId, owner } = news.entry;
    if (owner !== this.#owner || this.#closed) return;
    const entry = this.#find(clientMessageId);
    switch (news.kind) {
      case 'put':
        if (!this.#answer(news.entry)) this.#hearPut(news.entry);
        return;
      case 'discarded':
        if (entry !== undefined && mayBeDropped(entry)) this.#forget(entry);
        return;
      case 'acknowledged':
        this.#acknowledge(clientMessageId, news.answer);
    }
  }

  /**
   * Whether this tab sends; one at a time does, so that the order of all tabs is one. Whoever
   * begins to reads what is kept first, and again when it is told so once more: it may have missed
   * what others wrote.
   */
  lead(leads: boolean): void {
    this.#leads = leads;
    if (leads && this.#owner !== null) this.#read(this.#owner, 'again');
  }

  /** Tells again what is not acknowledged, to one that may not have heard of it. */
  tellAgain(): void {
    for (const entry of this.#entries) {
      const { kind } = entry.state;
      if (kind === 'waiting' || kind === 'sending') this.#tell(entry, asPut);
    }
  }

  /**
   * The log shows this message now, or is past its place. It may be the first to say that the
   * message was committed; then nobody waits for the answer any more. The request goes on: to give
   * it up would cost the connection, and mostly the answer is right behind.
   * @param message null: it stands in history that is not loaded
   */
  shown(clientMessageId: string, message: Message | null): void {
    const entry = this.#find(clientMessageId);
    if (entry === undefined) return;
    this.#remove(entry);
    // A tab that has it waiting may show less history than this one.
    if (message !== null && (this.#leads || entry.state.kind === 'sending')) {
      const answer = { success: true, message, head: message.changed_seq } as const;
      // A tab that missed it may ask when another conversation is shown here.
      this.#answers.set(clientMessageId, answer);
      this.#tellAcknowledged(entry, answer);
    }
    if (this.#underWay?.clientMessageId === clientMessageId) this.#underWay.decide(null);
  }

  /** Sends nothing until `wake`: there is no session yet. What is under way goes on. */
  hold(): void {
    this.#held = true;
  }

  /** Goes on at once: the network is back, or there is a new session. */
  wake(): void {
    this.#held = false;
    this.#pause?.wake();
    this.#run();
  }

  /** Acknowledged messages of other conversations: no log here will ever show them. */
  dropAcknowledged(exceptConversationId: number | null): void {
    const kept = this.#entries.filter(
      ({ state }) =>
        state.kind !== 'acknowledged' || state.message.conversation_id === exceptConversationId,
    );
    if (kept.length < this.#entries.length) this.#set(kept);
  }

  /** Forgets everything, here and where it was kept; nobody writes until `belongTo`. */
  clear(): void {
    this.#life += 1;
    for (const entry of this.#entries) this.#options.keeper.drop(entry.clientMessageId);
    this.#owner = null;
    this.#isLoaded = false;
    this.#set([]);
    this.#underWay?.abort.abort();
  }

  close(): void {
    this.#closed = true;
    this.#underWay?.abort.abort();
    this.#pause?.wake();
  }

  #find(id: string): OutboxEntry | undefined {
    return this.#entries.find(({ clientMessageId }) => clientMessageId === id);
  }

  /** Tells a tab that missed what became of a message. Whether there was something to tell. */
  #answer(heard: StoredEntry): boolean {
    const { clientMessageId } = heard;
    const answer = this.#answers.get(clientMessageId);
    if (answer !== undefined) {
      this.#options.tell({ kind: 'acknowledged', entry: heard, answer });
      return true;
    }
    const discarded = this.#discarded.get(clientMessageId);
    const known = this.#find(clientMessageId) ?? discarded;
    if (known === undefined || isNews(heard, known)) return false;
    if (known === discarded) this.#tellDiscarded(known);
    else if (known.state.kind === 'failed') this.#tell(known, asPut);
    else return false;
    return true;
  }

  #hearPut(heard: StoredEntry): void {
    const { clientMessageId, owner } = heard;
    // Its writer knows of others that this tab may not have heard of.
    if (this.#leads && this.#find(clientMessageId) === undefined) {
      this.#keeping.set(clientMessageId, this.#look(owner));
    }
    this.#merge([heard]);
  }

  /** Reads what is kept, after what is being read already; nothing is sent meanwhile. */
  #read(owner: string, how: 'first' | 'again'): void {
    this.#isLoaded = false;
    this.#loading = this.#readAfter(this.#loading, owner, how);
  }

  async #readAfter(before: Promise<void>, owner: string, how: 'first' | 'again'): Promise<void> {
    const { keeper } = this.#options;
    const life = this.#life;
    await before;
    if (life !== this.#life) return;
    if (how === 'first') for (const entry of this.#entries) this.#keep(entry);
    const take = (stored: readonly StoredEntry[]): void => {
      if (life !== this.#life) for (const { clientMessageId: id } of stored) keeper.drop(id);
      else {
        if (how === 'first') this.#restore(stored);
        else this.#merge(stored);
        this.#takeOver(stored, owner);
        // Whoever leads may not know of it, for the page before this one ended before it told; or
        // know more of it than was kept.
        if (!this.#leads) this.tellAgain();
      }
    };
    take(await keeper.load(owner, take));
    this.#isLoaded = owner === this.#owner;
    if (this.#isLoaded) this.#early.clear();
    this.#run();
  }

  /** Written before it was known by whom, and left by its page: it is kept for its owner from now on. */
  #takeOver(stored: readonly StoredEntry[], owner: string): void {
    for (const { clientMessageId, owner: before } of stored) {
      const entry = before === owner ? undefined : this.#find(clientMessageId);
      if (entry !== undefined) this.#keep(entry);
    }
  }

  /** What other tabs wrote and could not tell: it may have been before what this one has. */
  async #look(owner: string): Promise<void> {
    const life = this.#life;
    const kept = await this.#options.keeper.look(owner);
    // A load that is under way brings it, and knows what stands where.
    if (life !== this.#life || !this.#isLoaded) return;
    // Of what is known the newest state is here, and may be on its way to the storage.
    const unknown = kept.filter(({ clientMessageId }) => this.#find(clientMessageId) === undefined);
    this.#merge(unknown);
    // Whoever leads may know more of them than was kept.
    if (unknown.length > 0 && !this.#leads) this.tellAgain();
  }

  #merge(stored: readonly StoredEntry[]): void {
    if (stored.length === 0) return;
    this.#set(merged(this.#entries, this.#ofThis(stored), this.#lastSeq()));
    this.#run();
  }

  #restore(stored: readonly StoredEntry[]): void {
    const { list, moved } = withKept(this.#entries, this.#ofThis(stored), this.#early);
    this.#set(list);
    for (const entry of moved) this.#keep(entry);
    this.#run();
  }

  #ofThis(stored: readonly StoredEntry[]): readonly StoredEntry[] {
    return stored.filter(({ conversationId }) => conversationId === this.#options.conversationId);
  }

  /** Adds, or puts in place of its earlier state, as the newest. */
  #put(entry: OutboxEntry): void {
    const others = this.#entries.filter(
      ({ clientMessageId }) => clientMessageId !== entry.clientMessageId,
    );
    this.#set([...others, entry]);
    this.#keep(entry);
    this.#run();
  }

  #keep(entry: OutboxEntry): void {
    const stored = this.#stored(entry);
    if (stored === null) return;
    const keeping = this.#options.keeper.keep(stored);
    this.#keeping.set(entry.clientMessageId, Promise.all([keeping, this.#look(stored.owner)]));
    // Not before: another tab would send it.
    void keeping.then(() => {
      const now = this.#find(entry.clientMessageId);
      if (now?.order === entry.order) this.#tell(now, asPut);
    });
  }

  #tell(entry: OutboxEntry, news: (stored: StoredEntry) => OutboxNews): void {
    const stored = this.#stored(entry);
    if (stored !== null && !this.#closed) this.#options.tell(news(stored));
  }

  #tellDiscarded(entry: OutboxEntry): void {
    this.#tell(entry, (stored) => ({ kind: 'discarded', entry: stored }));
  }

  #tellAcknowledged(entry: OutboxEntry, answer: MessageAnswer): void {
    this.#tell(entry, (stored) => ({ kind: 'acknowledged', entry: stored, answer }));
  }

  /** Null: nobody writes, or there is nothing to keep of it. */
  #stored(entry: OutboxEntry): StoredEntry | null {
    return this.#owner === null ? null : toStored(entry, this.#owner, this.#options.conversationId);
  }

  /** Discarded: a tab that was away may still show it, and must not bring it back. */
  #forget(entry: OutboxEntry): void {
    this.#discarded.set(entry.clientMessageId, entry);
    this.#remove(entry);
  }

  #remove(entry: OutboxEntry): void {
    this.#options.keeper.drop(entry.clientMessageId);
    this.#keeping.delete(entry.clientMessageId);
    this.#set(this.#entries.filter((other) => other.clientMessageId !== entry.clientMessageId));
    if (entry.state.kind === 'sending' && mayBeDropped(entry)) this.#giveUp(entry);
  }

  /** The rest of its files is not sent; whether the server had all of it, its events will tell. */
  #giveUp({ clientMessageId }: OutboxEntry): void {
    if (this.#underWay?.clientMessageId === clientMessageId) this.#underWay.abort.abort();
  }

  #setState(clientMessageId: string, state: OutboxState): void {
    const known = this.#find(clientMessageId);
    this.#set(this.#entries.map((entry) => (entry === known ? { ...entry, state } : entry)));
  }

  #set(entries: readonly OutboxEntry[]): void {
    this.#entries = entries;
    this.#options.onChange();
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#loop();
  }

  async #loop(): Promise<void> {
    for (;;) {
      const next = this.#entries.find(({ state }) => state.kind === 'waiting');
      if (next === undefined || !this.#maySend()) break;
      const keeping = this.#keeping.get(next.clientMessageId);
      this.#keeping.delete(next.clientMessageId);
      // Meanwhile anything may have happened: looked at anew.
      if (keeping === undefined) await this.#attempt(next);
      else await keeping;
    }
    this.#running = false;
  }

  #maySend(): boolean {
    return this.#leads && this.#isLoaded && !this.#held && !this.#closed;
  }

  async #attempt(entry: OutboxEntry): Promise<void> {
    const { clientMessageId } = entry;
    const abort = new AbortController();
    const shown = new Promise<null>((decide) => {
      this.#underWay = { clientMessageId, abort, decide };
    });
    this.#setState(clientMessageId, { kind: 'sending' });
    try {
      const onProgress = (progress: number): void => this.#onProgress(clientMessageId, progress);
      const sending = this.#options.send(entry, abort.signal, onProgress);
      const answer = await Promise.race([sending, shown]);
      this.#failures = 0;
      if (answer === null) return;
      this.#tellAcknowledged(entry, answer);
      this.#acknowledge(clientMessageId, answer);
    } catch (thrown) {
      await this.#onError(clientMessageId, asApiError(thrown));
    }
  }

  #onProgress(clientMessageId: string, progress: number): void {
    const state = this.#find(clientMessageId)?.state;
    if (state?.kind !== 'sending') return;
    const isNews = progress - (state.progress ?? 0) >= PROGRESS_STEP || progress === 1;
    if (isNews) this.#setState(clientMessageId, { kind: 'sending', progress });
  }

  #acknowledge(clientMessageId: string, answer: MessageAnswer): void {
    this.#answers.set(clientMessageId, answer);
    this.#options.keeper.drop(clientMessageId);
    if (this.#find(clientMessageId) !== undefined) {
      this.#setState(clientMessageId, { kind: 'acknowledged', message: answer.message });
    }
    if (!this.#closed) this.#options.onAcknowledged(answer);
  }

  async #onError(clientMessageId: string, error: ApiError): Promise<void> {
    const { environment, debug, onUnauthorized } = this.#options;
    // Its event, or another tab's word, came first: whatever became of the answer.
    if (this.#closed || this.#find(clientMessageId)?.state.kind !== 'sending') return;
    const { status, code } = error;
    const unauthorized =
      status === 401 || code === 'csrf_token_mismatch' || code === 'consent_required';
    if (!unauthorized && !isPassing(error.status)) {
      debug(`message refused: ${error.code}`);
      const failure = { code: error.code, message: error.message };
      const afterSeq = this.#lastSeq();
      this.#setState(clientMessageId, { kind: 'failed', error: failure, afterSeq });
      const failed = this.#find(clientMessageId);
      if (failed !== undefined) this.#keep(failed);
      return;
    }
    this.#setState(clientMessageId, { kind: 'waiting' });
    // Another tab leads by now, and may have learned meanwhile that it is refused: it tells so.
    if (!this.#leads) this.tellAgain();
    if (unauthorized) {
      this.#held = true;
      onUnauthorized(error);
      return;
    }
    this.#failures += 1;
    const delay_ms = reconnectDelay_ms(this.#failures, environment.random(), error.retryAfter_s);
    debug(`message waits: ${error.code}`);
    const rest = pause(environment, delay_ms);
    // The server's own word on when to come again is not overruled.
    if (error.retryAfter_s === null) this.#pause = rest;
    await rest.done;
    this.#pause = null;
  }

  #lastSeq(): number {
    const acknowledged = this.#entries.map(({ state }) =>
      state.kind === 'acknowledged' ? state.message.seq : 0,
    );
    return Math.max(this.#options.shownUpTo(), ...acknowledged);
  }
}

/** What is only text is sent before a person could want it back. */
function mayBeDropped({ state, enclosure }: OutboxEntry): boolean {
  if (state.kind === 'acknowledged') return false;
  return state.kind === 'failed' || enclosure !== undefined;
}
