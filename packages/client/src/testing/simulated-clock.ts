import type { Timer } from '../environment.ts';

interface Due {
  at_ms: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that passes only when a test says so. What is due at the same moment runs in order. */
export class SimulatedClock {
  #now_ms = Date.UTC(2026, 0, 1);
  #order = 0;
  readonly #due = new Set<Due>();
  #turns = 1;

  now_ms(): number {
    return this.#now_ms;
  }

  /** Somebody sets the clock. What is due is due after the same time as before. */
  set(now_ms: number): void {
    const moved_ms = now_ms - this.#now_ms;
    this.#now_ms = now_ms;
    for (const due of this.#due) due.at_ms += moved_ms;
  }

  after(delay_ms: number, callback: () => void): Timer {
    this.#order += 1;
    // In whole milliseconds, as clocks tell the time.
    const at_ms = this.#now_ms + Math.max(0, Math.round(delay_ms));
    const due = { at_ms, order: this.#order, callback };
    this.#due.add(due);
    return { cancel: () => void this.#due.delete(due) };
  }

  /** What was begun now takes up to so many turns of the event loop, and no time. */
  allow(turns: number): void {
    this.#turns = Math.max(this.#turns, turns);
  }

  /** Resolves when so much time has passed; undefined of those who never come back. */
  async wait(delay_ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.after(delay_ms, resolve));
  }

  async advance(duration_ms: number): Promise<void> {
    const end_ms = this.#now_ms + duration_ms;
    await this.#settle();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at_ms > end_ms) break;
      this.#due.delete(next);
      this.#now_ms = Math.max(this.#now_ms, next.at_ms);
      next.callback();
      await this.#settle();
    }
    this.#now_ms = end_ms;
  }

  #next(): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) {
      const earlier = first === undefined || due.at_ms < first.at_ms;
      if (earlier || (due.at_ms === first?.at_ms && due.order < first.order)) first = due;
    }
    return first;
  }

  /** Lets every promise that can go on go on. */
  async #settle(): Promise<void> {
    for (; this.#turns > 0; this.#turns -= 1) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    this.#turns = 1;
  }
}
