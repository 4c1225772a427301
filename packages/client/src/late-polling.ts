import { LazyPart } from './lazy-part.ts';
import type { createPollingProvider, PollingOptions, PollingProvider } from './polling-provider.ts';

/** The polling provider, loaded when it is needed first: where a socket comes it never is. */
export class LatePolling implements PollingProvider {
  readonly #options: PollingOptions;
  readonly #part: LazyPart<typeof createPollingProvider>;
  #polling: PollingProvider | null = null;
  #running = false;
  #wanted: ReadonlySet<string> = new Set();

  constructor(options: PollingOptions) {
    const { environment } = options;
    this.#options = options;
    this.#part = new LazyPart(environment, () => environment.loadPolling());
  }

  start(): void {
    this.#running = true;
    this.#part.use((create) => {
      if (!this.#running) return;
      this.#polling ??= create(this.#options);
      this.#polling.follow(this.#wanted);
      this.#polling.start();
    });
  }

  stop(): void {
    this.#running = false;
    this.#polling?.stop();
  }

  kick(): void {
    this.#polling?.kick();
  }

  follow(channels: ReadonlySet<string>): void {
    this.#wanted = channels;
    this.#polling?.follow(channels);
  }
}
