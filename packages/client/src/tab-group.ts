import type { Environment, PageEvent, Timer } from './environment.ts';
import { isObject } from './guard.ts';
import { createStore, type WritableStore } from './store.ts';
import type { HeldLock, TabChannel } from './tabs.ts';

export type TabRole =
  /** It is not known yet whether another tab leads. */
  | 'joining'
  /** Holds the connection and sends what all tabs write. */
  | 'leads'
  /** Hears from the one that leads. */
  | 'follows'
  /** Left, frozen, or kept for the way back: takes no part. */
  | 'away';

export interface TabGroupOptions {
  readonly environment: Environment;
  /** The same for all tabs of one identity, and for no others. */
  readonly name: string;
  /** What another tab posted: of any form. */
  readonly onNews: (news: unknown, from: string) => void;
  /** Another tab leads from now on: it knows nothing of this one. */
  readonly onLeader: () => void;
  /** A tab takes no part any more. */
  readonly onBye: (tab: string) => void;
  /** Looked at again, online again or restored, and not leading: who leads knows by itself. */
  readonly onReturn: () => void;
  readonly debug: (line: string) => void;
}

/** How often a tab asks whether the one that leads is alive. Browsers slow down what is hidden. */
const ASK_VISIBLE_ms = 2_000;
const ASK_HIDDEN_ms = 10_000;
/** How long a tab that just began waits for a word. */
const JOIN_ms = 1_000;
/** So many questions without an answer, and it is frozen. */
const UNANSWERED = 2;
/** Not at each glance: who looks at a tab for so long gets the connection into it. */
const LOOKED_AT_ms = 3_000;

type Message =
  | { readonly kind: 'ask' | 'bye'; readonly from: string }
  | { readonly kind: 'leading'; readonly from: string; readonly visible: boolean }
  | { readonly kind: 'news'; readonly from: string; readonly news: unknown };

/**
 * Which of an identity's tabs leads (RT-6): the one that has the lock. The browser gives it on when
 * that tab is closed or crashes; where it is frozen and does not answer, or is hidden while this
 * one is looked at, the lock is taken away from it. Where tabs cannot talk, each leads for itself.
 */
export class TabGroup {
  readonly role: WritableStore<TabRole> = createStore<TabRole>('away');
  readonly id: string;
  readonly #options: TabGroupOptions;
  readonly #stopListening: () => void;
  #channel: TabChannel | null = null;
  #lock: HeldLock | null = null;
  /** Ends the wait for the lock. */
  #wait: AbortController | null = null;
  #leader: { readonly id: string; readonly visible: boolean } | null = null;
  #unanswered = 0;
  #visibleSince_ms: number | null = null;
  #timer: Timer | null = null;

  constructor(options: TabGroupOptions) {
    const { environment } = options;
    this.#options = options;
    this.id = environment.tabs === null ? '' : environment.uuid();
    if (environment.visible()) this.#visibleSince_ms = environment.now_ms();
    this.#stopListening = environment.onPage((event) => this.#onPage(event));
    this.#join();
  }

  close(): void {
    this.#stopListening();
    this.#leave();
  }

  /** To all other tabs. */
  post(news: unknown): void {
    this.#post({ kind: 'news', from: this.id, news });
  }

  #onPage(event: PageEvent): void {
    const { environment } = this.#options;
    switch (event) {
      case 'pagehide':
      case 'freeze':
        this.#leave();
        return;
      case 'hidden':
        this.#visibleSince_ms = null;
        this.#announce();
        return;
      case 'visible':
        this.#visibleSince_ms = environment.now_ms();
        this.#return();
        return;
      case 'online':
      case 'pageshow':
      case 'resume':
        this.#return();
        return;
      case 'offline':
    }
  }

  #return(): void {
    const role = this.role.get();
    if (role === 'leads') {
      this.#announce();
      return;
    }
    if (role === 'away') this.#join();
    else this.#ask();
    this.#options.onReturn();
  }

  #join(): void {
    const { environment, name } = this.#options;
    const { tabs } = environment;
    try {
      this.#channel = tabs?.open(name, (message) => this.#onMessage(message)) ?? null;
    } catch (error) {
      this.#options.debug(`tabs: ${String(error)}`);
    }
    if (this.#channel === null) {
      this.role.set('leads');
      return;
    }
    this.role.set('joining');
    this.#seek({ steal: false });
    this.#post({ kind: 'ask', from: this.id });
    this.#schedule(JOIN_ms);
  }

  #leave(): void {
    if (this.role.get() === 'away') return;
    this.#post({ kind: 'bye', from: this.id });
    this.#timer?.cancel();
    this.#wait?.abort();
    this.#channel?.close();
    this.#channel = null;
    const lock = this.#lock;
    this.#lock = null;
    this.#leader = null;
    // First everything here ends, then another may begin.
    this.role.set('away');
    lock?.release();
  }

  #seek({ steal }: { steal: boolean }): void {
    this.#wait?.abort();
    const wait = new AbortController();
    this.#wait = wait;
    void this.#request(steal, wait.signal);
  }

  async #request(steal: boolean, signal: AbortSignal): Promise<void> {
    const { environment, name, debug } = this.#options;
    try {
      const lock = await environment.tabs?.lock(name, { steal, signal });
      if (lock === undefined) return;
      if (signal.aborted) lock.release();
      else this.#lead(lock);
    } catch (error) {
      if (signal.aborted) return;
      debug(`tabs: ${String(error)}`);
      this.role.set('leads');
    }
  }

  #lead(lock: HeldLock): void {
    this.#lock = lock;
    this.#leader = null;
    this.#timer?.cancel();
    this.#options.debug('tabs: this one leads');
    this.role.set('leads');
    this.#announce();
    void lock.lost.then(() => {
      if (this.#lock !== lock) return;
      this.#lock = null;
      this.#options.debug('tabs: another one leads');
      this.role.set('follows');
      this.#seek({ steal: false });
      this.#ask();
    });
  }

  #announce(): void {
    if (this.role.get() !== 'leads') return;
    const visible = this.#options.environment.visible();
    this.#post({ kind: 'leading', from: this.id, visible });
  }

  #onMessage(message: unknown): void {
    if (!isMessage(message) || this.role.get() === 'away') return;
    switch (message.kind) {
      case 'ask':
        this.#announce();
        return;
      case 'bye':
        this.#options.onBye(message.from);
        return;
      case 'leading':
        this.#hearLeader(message);
        return;
      case 'news':
        this.#options.onNews(message.news, message.from);
    }
  }

  #hearLeader({ from, visible }: { from: string; visible: boolean }): void {
    // Whoever lost the lock learns of it by itself.
    if (this.#lock !== null) return;
    const isNew = this.#leader?.id !== from;
    this.#leader = { id: from, visible };
    this.#unanswered = 0;
    if (this.role.get() !== 'follows') this.#schedule(this.#period_ms());
    this.role.set('follows');
    if (isNew) this.#options.onLeader();
  }

  #ask(): void {
    this.#unanswered += 1;
    this.#post({ kind: 'ask', from: this.id });
    this.#schedule(this.#period_ms());
  }

  #period_ms(): number {
    return this.#options.environment.visible() ? ASK_VISIBLE_ms : ASK_HIDDEN_ms;
  }

  #schedule(delay_ms: number): void {
    const { environment } = this.#options;
    this.#timer?.cancel();
    // Not all tabs in the same moment.
    const jitter = 1 + 0.2 * environment.random();
    this.#timer = environment.after(delay_ms * jitter, () => this.#check());
  }

  #check(): void {
    const role = this.role.get();
    if (role === 'leads' || role === 'away') return;
    const silent = this.#unanswered >= UNANSWERED || role === 'joining';
    if (silent || this.#isLookedAt()) {
      this.#options.debug('tabs: taking over');
      this.#unanswered = 0;
      this.#seek({ steal: true });
      this.#schedule(this.#period_ms());
    } else this.#ask();
  }

  /** Whether somebody looks at this tab, and nobody at the one that leads. */
  #isLookedAt(): boolean {
    const since_ms = this.#visibleSince_ms;
    if (since_ms === null || this.#leader?.visible !== false) return false;
    return this.#options.environment.now_ms() - since_ms >= LOOKED_AT_ms;
  }

  #post(message: Message): void {
    try {
      this.#channel?.post(message);
    } catch (error) {
      this.#options.debug(`tabs: ${String(error)}`);
    }
  }
}

/** Tabs of one origin trust each other, but they may run other versions. */
function isMessage(message: unknown): message is Message {
  return isObject(message) && typeof message['kind'] === 'string' && 'from' in message;
}
