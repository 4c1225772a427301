import { TokenBuckets } from '../http/rate.ts';

/** A sender is passed on at most this often; clients send every 3 s, and the network has jitter. */
const INTERVAL_MS = 2_500;
/** Who stops and begins anew is passed on at once, a few times: more is no typing. */
const STARTS = { burst: 5, perMinute: 60_000 / INTERVAL_MS };
/** Above this many those who fell silent are forgotten. */
const SENDERS_MAX = 10_000;

/** Decides which of the typing notices are worth passing on. Pure: the time is passed in. */
export class TypingThrottle {
  readonly #last = new Map<string, { readonly at_ms: number; readonly typing: boolean }>();
  readonly #starts = new TokenBuckets(STARTS);

  /**
   * @param sender who types, and where
   * @returns whether to pass it on; the end of typing always is, once
   */
  allows(sender: string, typing: boolean, now_ms: number): boolean {
    const last = this.#last.get(sender);
    if (typing && last?.typing === true && now_ms - last.at_ms < INTERVAL_MS) return false;
    if (!typing && last?.typing !== true) return false;
    if (typing && this.#starts.take(sender, now_ms) > 0) return false;
    this.#last.delete(sender);
    if (typing) this.#last.set(sender, { at_ms: now_ms, typing });
    if (this.#last.size > SENDERS_MAX) this.#forget(now_ms);
    return true;
  }

  #forget(now_ms: number): void {
    for (const [sender, { at_ms }] of this.#last) {
      if (now_ms - at_ms < INTERVAL_MS && this.#last.size <= SENDERS_MAX) break;
      this.#last.delete(sender);
    }
  }
}
