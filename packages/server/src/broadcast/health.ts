import type { RealtimeProvider } from '@parley/protocol';
import type { Clock } from '../context.ts';
import type { BroadcastLogger } from './broadcast.ts';
import type { Remote } from './publication.ts';

/**
 * Which remote providers take events at the moment (RT-8). A provider may accept subscribers while
 * publishing fails (quota, secret, outage), so that clients cannot tell by themselves. Said in the
 * log once for each change, however many events wait.
 */
export class ProviderHealth {
  readonly #logger: BroadcastLogger;
  readonly #clock: Clock;
  /** Since when, in Unix milliseconds. */
  readonly #degraded = new Map<Remote, number>();

  constructor(logger: BroadcastLogger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Those that do not take events now. */
  get degraded(): readonly Remote[] {
    return [...this.#degraded.keys()];
  }

  /** The same, as clients name them. */
  get degradedProviders(): readonly RealtimeProvider[] {
    return this.degraded.map((remote) => (remote === 'reverb-external' ? 'reverb' : remote));
  }

  isDegraded(remote: Remote): boolean {
    return this.#degraded.has(remote);
  }

  succeeded(remote: Remote): void {
    const since_ms = this.#degraded.get(remote);
    if (since_ms === undefined) return;
    this.#degraded.delete(remote);
    const outage_s = Math.round((this.#clock.now_ms() - since_ms) / 1_000);
    this.#logger.warn({ remote, outage_s }, 'A provider takes events again');
  }

  failed(remote: Remote, error: Error): void {
    if (this.#degraded.has(remote)) return;
    this.#degraded.set(remote, this.#clock.now_ms());
    this.#logger.warn(
      { err: error, remote },
      'A provider does not take events: they wait, and are tried again',
    );
  }
}
