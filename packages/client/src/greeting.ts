import type { Environment, Timer } from './environment.ts';

/** A server that greets by itself is given so long to do it. */
const GREETING_ms = 2_000;

/**
 * Waits for the word that our own server sends after a subscription, and asks where it does not
 * come. Each subscription waits for a word of its own.
 */
export class Greeting {
  readonly #environment: Environment;
  readonly #ask: () => Promise<void>;
  #waiters: readonly Waiter[] = [];

  /** @param ask resolves when the word is not needed any more; never rejects */
  constructor(environment: Environment, ask: () => Promise<void>) {
    this.#environment = environment;
    this.#ask = ask;
  }

  /** Resolves when the word came and what it asked for is done, or when that was asked for here. */
  async awaited(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#environment.after(GREETING_ms, () => {
        this.#waiters = this.#waiters.filter((waiter) => waiter.timer !== timer);
        resolve(this.#ask());
      });
      this.#waiters = [...this.#waiters, { timer, resolve }];
    });
  }

  /** The word came. @param done resolves when nothing of it is missing; null: nothing is */
  came(done: Promise<void> | null): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { timer, resolve } of waiters) {
      timer.cancel();
      resolve(done ?? undefined);
    }
  }
}

interface Waiter {
  readonly timer: Timer;
  readonly resolve: (done: Promise<void> | undefined) => void;
}
