import { backoff_ms } from './job.ts';

/** Of one kind at once, so that one that hangs leaves room for the others. */
const PARALLEL_MAX = 8;
/** What comes back is noticed within this, unless it asked for more itself. */
const PAUSE_MAX_MS = 3_000;
const ASKED_MAX_MS = 60 * 60_000;

/**
 * How the jobs of one kind are let through: several at once while it goes well; none while what they
 * need is not there; then one alone, to see whether it is back. Pure: times are passed in.
 */
export class Lane {
  #inHand = 0;
  /** Pauses in a row. */
  #pauses = 0;
  #pausedAt_ms = 0;
  #pausedUntil_ms = 0;
  #doneAt_ms = Number.NEGATIVE_INFINITY;

  get isIdle(): boolean {
    return this.#inHand === 0;
  }

  /** How many more may begin now. */
  room(now_ms: number): number {
    if (now_ms < this.#pausedUntil_ms) return 0;
    return Math.max(0, (this.#pauses > 0 ? 1 : PARALLEL_MAX) - this.#inHand);
  }

  /** When the pause ends; null where there is none. */
  pausedUntil_ms(now_ms: number): number | null {
    return now_ms < this.#pausedUntil_ms ? this.#pausedUntil_ms : null;
  }

  /** Whether a job of this kind was done since the given time. */
  doneSince(time_ms: number): boolean {
    return this.#doneAt_ms > time_ms;
  }

  begin(): void {
    this.#inHand += 1;
  }

  end(): void {
    this.#inHand -= 1;
  }

  done(begunAt_ms: number, now_ms: number): void {
    this.#doneAt_ms = now_ms;
    // One that was under way before the pause proves nothing about what came after.
    if (begunAt_ms > this.#pausedAt_ms) this.#pauses = 0;
  }

  /**
   * What the jobs need was not there, for one that began at the given time.
   * @returns when to try again
   */
  pause(
    begunAt_ms: number,
    now_ms: number,
    { retryAfter_ms, random }: { retryAfter_ms: number | null; random: number },
  ): number {
    // Those that failed together count once.
    if (this.#pauses === 0 || begunAt_ms > this.#pausedAt_ms) {
      this.#pauses += 1;
      this.#pausedAt_ms = now_ms;
    }
    const asked_ms = Math.ceil(Math.min(retryAfter_ms ?? 0, ASKED_MAX_MS));
    const pause_ms = Math.max(backoff_ms(this.#pauses, random, PAUSE_MAX_MS), asked_ms);
    this.#pausedUntil_ms = Math.max(this.#pausedUntil_ms, now_ms + pause_ms);
    return this.#pausedUntil_ms;
  }
}
