import { type ChatHead, type EventName, parseChannel } from '@parley/protocol';
import type { Greeting } from '@parley/realtime';
import type { Audience } from '../actor.ts';
import type { ConversationQueries, Heads } from '../conversation/conversation.queries.ts';

const HEAD: EventName = 'ChatHead';

/** Conversations whose heads are read by one statement; databases bound their parameters. */
const BATCH_MAX = 500;

/**
 * Tells a new subscriber of a conversation where its stream stands (SYNC-6): it is subscribed
 * already when the head is read, so nothing falls between, and it fetches only if it is behind.
 * Who subscribes in the same moment is answered by the same read: after a restart all come at once.
 */
export function createGreeter(queries: Pick<ConversationQueries, 'headsOf'>) {
  const headsOf = batched((ids) => queries.headsOf(ids));
  return (_appId: string, name: string): Promise<Greeting | null> | null => {
    const channel = parseChannel(name);
    if (channel?.kind === 'conversation') return greet(channel.conversationId, 'visitor');
    if (channel?.kind === 'conversation-agents') return greet(channel.conversationId, 'agent');
    return null;
  };

  async function greet(conversationId: number, audience: Audience): Promise<Greeting | null> {
    const heads = (await headsOf(conversationId)).get(conversationId);
    if (heads === undefined) return null;
    const data: ChatHead = { conversation_id: conversationId, head: heads[audience] };
    return { event: HEAD, data: JSON.stringify(data) };
  }
}

type ReadHeads = (ids: readonly number[]) => Promise<ReadonlyMap<number, Heads>>;

/** Gathers what is asked for while one read is under way, and in one turn, into the next read. */
function batched(read: ReadHeads): (id: number) => ReturnType<ReadHeads> {
  let next: { readonly ids: Set<number>; readonly result: ReturnType<ReadHeads> } | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return (id) => {
    if (next === null || (next.ids.size >= BATCH_MAX && !next.ids.has(id))) {
      const ids = new Set<number>();
      const result = last.then(turn).then(() => {
        if (next?.ids === ids) next = null;
        return read([...ids]);
      });
      last = result.catch(() => undefined);
      next = { ids, result };
    }
    next.ids.add(id);
    return next.result;
  };
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
