import type { Outbox } from './outbox.ts';

/** What an agent wrote in one conversation and the server has not taken yet (SYNC-9). */
export interface WaitingWords {
  readonly conversationId: number;
  /** How many messages; those that were refused for good wait for the agent, and do not count. */
  readonly count: number;
  /** When the oldest of them was written: Unix milliseconds. */
  readonly since_ms: number;
}

const NOTHING: readonly WaitingWords[] = [];

/** The longest waiting first; the very list from before where nothing is another. */
export function waitingWords(
  outboxes: ReadonlyMap<number, Outbox>,
  before: readonly WaitingWords[] = NOTHING,
): readonly WaitingWords[] {
  const now = Array.from(outboxes, ([conversationId, { entries }]) => {
    const waits = entries.filter(
      ({ state }) => state.kind === 'waiting' || state.kind === 'sending',
    );
    const since_ms = Math.min(...waits.map(({ written_ms }) => written_ms));
    return { conversationId, count: waits.length, since_ms };
  })
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.since_ms - b.since_ms);
  return isSame(before, now) ? before : now;
}

function isSame(before: readonly WaitingWords[], now: readonly WaitingWords[]): boolean {
  return (
    before.length === now.length &&
    now.every(({ conversationId, count, since_ms }, index) => {
      const was = before[index];
      return (
        was?.conversationId === conversationId && was.count === count && was.since_ms === since_ms
      );
    })
  );
}
