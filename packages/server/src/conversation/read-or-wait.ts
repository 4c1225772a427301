import type { EventName } from '@parley/protocol';
import type { Feed } from '../broadcast/feed.ts';

export interface WaitForChange {
  readonly feed: Feed;
  /** Whose feed brings the events of the conversation. */
  readonly audience: string;
  /** The conversation's channel in that feed. */
  readonly channel: string;
  readonly after: number | undefined;
  readonly wait_s: number;
  readonly signal: AbortSignal;
  readonly owner: string;
}

const PASSING: EventName = 'ChatTyping';

/**
 * Reads a conversation, and where nothing is newer than `after`, waits for the event of a change
 * and reads again. The feed's place is taken before the first read, so that no change falls between
 * them; while nothing happens, nothing is read (SYNC-11).
 */
export async function readOrWait<T extends { readonly head: number }>(
  read: () => Promise<T | null>,
  options: WaitForChange,
): Promise<T | null> {
  const { feed, audience, channel, after, wait_s, signal, owner } = options;
  const { cursor } = feed;
  const page = await read();
  if (page === null || after === undefined || wait_s <= 0 || page.head > after) return page;
  const end = await feed.wait({
    audiences: [audience],
    cursor,
    timeout_ms: wait_s * 1_000,
    signal,
    owner,
    wants: (event) => event.channel === channel && event.event !== PASSING,
  });
  return end === 'news' ? read() : page;
}
