import type { AppEvent } from '../channel/app-event.ts';

/** Departures that wait at once; one more is passed on without waiting. */
const WAITING_MAX = 100_000;

interface Departure {
  event: AppEvent;
  due_ms: number;
}

export interface DeparturesOptions {
  delay_ms: number;
  pass: (event: AppEvent) => void;
  /** Whether who left is there again after all: another node may have seen them come. */
  isBack: (event: AppEvent) => boolean;
}

/**
 * Holds back who left, and what was vacated, until it is certain. An arrival meanwhile takes the
 * departure away and is no news itself. Everything else passes at once.
 */
export class Departures {
  readonly #options: DeparturesOptions;
  /** In the order in which they are due: all wait equally long. */
  readonly #waiting = new Map<string, Departure>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: DeparturesOptions) {
    this.#options = options;
  }

  take(event: AppEvent): void {
    switch (event.type) {
      case 'channel_occupied':
        if (!this.#waiting.delete(event.channel)) this.#options.pass(event);
        return;
      case 'channel_vacated':
        this.#hold(event.channel, event);
        return;
      // No name of a channel has a space in it.
      case 'member_added':
        if (!this.#waiting.delete(`${event.channel} ${event.userId}`)) this.#options.pass(event);
        return;
      case 'member_removed':
        this.#hold(`${event.channel} ${event.userId}`, event);
        return;
      case 'client_event':
      case 'cache_miss':
      case 'subscription_count':
        this.#options.pass(event);
    }
  }

  /** Nobody comes back any more. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const departures = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { event } of departures) this.#settle(event);
  }

  #hold(key: string, event: AppEvent): void {
    if (this.#waiting.size >= WAITING_MAX) {
      this.#options.pass(event);
      return;
    }
    // Twice without an arrival between: the later counts, and stands where it is due.
    this.#waiting.delete(key);
    this.#waiting.set(key, { event, due_ms: performance.now() + this.#options.delay_ms });
    this.#timer ??= this.#wakeIn(this.#options.delay_ms);
  }

  #wakeIn(pause_ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#passDue(), pause_ms).unref();
  }

  #passDue(): void {
    this.#timer = null;
    const now_ms = performance.now();
    for (const [key, { event, due_ms }] of this.#waiting) {
      // Timers may come a little early.
      if (due_ms > now_ms + 1) {
        this.#timer = this.#wakeIn(due_ms - now_ms);
        return;
      }
      this.#waiting.delete(key);
      this.#settle(event);
    }
  }

  #settle(event: AppEvent): void {
    if (!this.#options.isBack(event)) this.#options.pass(event);
  }
}
