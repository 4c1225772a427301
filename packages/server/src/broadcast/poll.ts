import type { RealtimeProvider } from '@parley/protocol';
import type { FastifyReply } from 'fastify';
import type { Feed, FeedPage } from './feed.ts';

export interface PollOptions {
  readonly feed: Feed;
  readonly audiences: readonly string[];
  readonly cursor: string | undefined;
  readonly wait_s: number;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly owner: string;
}

/** What is new since a cursor, at once where there is something, else as soon as there is. */
export async function poll(options: PollOptions): Promise<FeedPage> {
  const { feed, audiences, cursor, wait_s, signal, owner } = options;
  const page = feed.read(audiences, cursor);
  const answersNow = cursor === undefined || page.reset || page.events.length > 0;
  if (answersNow || wait_s <= 0) return page;
  await feed.wait({ audiences, cursor: page.cursor, timeout_ms: wait_s * 1_000, signal, owner });
  return feed.read(audiences, page.cursor);
}

export interface PollAnswer {
  readonly page: FeedPage;
  /** JSON text of events that are told to who begins. */
  readonly greetings: readonly string[];
  /** Providers that do not take events now, which whoever polls may wait for (RT-8). */
  readonly degraded: readonly RealtimeProvider[];
}

/** Answers with a page whose events are JSON already. */
export function sendPage(
  reply: FastifyReply,
  { page, greetings, degraded }: PollAnswer,
): FastifyReply {
  const reset = page.reset ? ',"reset":true' : '';
  const doubt = degraded.length === 0 ? '' : `,"degraded":${JSON.stringify(degraded)}`;
  const cursor = JSON.stringify(page.cursor);
  const events = [...greetings, ...page.events].join();
  const body = `{"success":true,"events":[${events}],"cursor":${cursor}${reset}${doubt}}`;
  // As bytes, for a string would be encoded once more.
  return reply.type('application/json; charset=utf-8').send(Buffer.from(body));
}
