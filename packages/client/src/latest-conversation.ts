import type { Environment, Timer } from './environment.ts';

export interface LatestOptions {
  readonly environment: Environment;
  /** The conversation that is shown; 0: none. */
  readonly shown: () => number;
  /** Asks the server for the visitor's conversation; resolves when it is shown. */
  readonly look: () => Promise<void>;
}

/** Where a server that greets by itself is given so long to do it. */
const GREETING_ms = 2_000;

/**
 * Notices a conversation that began while nobody listened: by the server's word after the
 * subscription to the visitor's channel, which costs no request where nothing began, else by asking.
 */
export class LatestConversation {
  readonly #options: LatestOptions;
  /** Was looked for already: it is not one that the visitor is shown. */
  #looked = 0;
  #waiters: {
    readonly timer: Timer;
    readonly resolve: (done: Promise<void> | undefined) => void;
  }[] = [];

  constructor(options: LatestOptions) {
    this.#options = options;
  }

  /** For another visitor. */
  forget(): void {
    this.#looked = 0;
    this.#settle(undefined);
  }

  /** Resolves when the server's word was heard, or did not come in time and was asked for. */
  async greeting(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#options.environment.after(GREETING_ms, () => {
        this.#waiters = this.#waiters.filter((waiter) => waiter.timer !== timer);
        resolve(this.#options.look());
      });
      this.#waiters.push({ timer, resolve: (done) => resolve(done) });
    });
  }

  /** @param id the latest conversation; null: the visitor never had one */
  heard(id: number | null): void {
    const { shown, look } = this.#options;
    const isNew = id !== null && id > Math.max(shown(), this.#looked);
    if (isNew) this.#looked = id;
    this.#settle(isNew ? look() : undefined);
  }

  #settle(done: Promise<void> | undefined): void {
    for (const { timer, resolve } of this.#waiters.splice(0)) {
      timer.cancel();
      resolve(done);
    }
  }
}
