import { pause, type Environment, type Pause } from './environment.ts';
import { asApiError } from './http.ts';
import { isPassing, reconnectDelay_ms } from './reconnect-policy.ts';

export interface ReadMarkerOptions {
  readonly environment: Environment;
  /** Rejects with ApiError. */
  readonly send: (upTo: number) => Promise<void>;
  readonly onChange: () => void;
}

/** Messages scroll by together: one request tells of all. */
const BATCH_ms = 250;

/** Tells the server how far this side has read (SYNC-12): in batches, never back, until it knows. */
export class ReadMarker {
  readonly #options: ReadMarkerOptions;
  #seen = 0;
  #told = 0;
  #failures = 0;
  #running = false;
  #pause: Pause | null = null;
  #closed = false;

  constructor(options: ReadMarkerOptions) {
    this.#options = options;
  }

  /** How far this page has read, whatever the server has heard of it. */
  get upTo(): number {
    return this.#seen;
  }

  /** @param serverMark what the server knows already */
  seen(seq: number, serverMark: number): void {
    this.#told = Math.max(this.#told, serverMark);
    if (seq <= Math.max(this.#seen, this.#told)) return;
    this.#seen = seq;
    this.#options.onChange();
    this.#run();
  }

  /** Tries at once what is still to be told. */
  kick(): void {
    this.#pause?.wake();
    if (this.#seen > this.#told) this.#run();
  }

  close(): void {
    this.#closed = true;
    this.#pause?.wake();
  }

  #run(): void {
    if (this.#running || this.#closed) return;
    this.#running = true;
    void this.#loop();
  }

  async #loop(): Promise<void> {
    await this.#rest(BATCH_ms);
    while (this.#seen > this.#told && !this.#closed) {
      const upTo = this.#seen;
      try {
        await this.#options.send(upTo);
        this.#told = Math.max(this.#told, upTo);
        this.#failures = 0;
      } catch (thrown) {
        const error = asApiError(thrown);
        // Refused for good: said again with the next message that is seen.
        if (!isPassing(error.status)) break;
        this.#failures += 1;
        const random = this.#options.environment.random();
        await this.#rest(reconnectDelay_ms(this.#failures, random, error.retryAfter_s));
      }
    }
    this.#running = false;
  }

  async #rest(delay_ms: number): Promise<void> {
    this.#pause = pause(this.#options.environment, delay_ms);
    await this.#pause.done;
    this.#pause = null;
  }
}
