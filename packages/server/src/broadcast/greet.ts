import {
  channelName,
  type ChatHead,
  type ChatCurrentConversation,
  type EventName,
  parseChannel,
} from '@parley/protocol';
import type { Greeting } from '@parley/realtime';
import type { Audience } from '../actor.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';

const HEAD: EventName = 'ChatHead';
const CURRENT: EventName = 'ChatCurrentConversation';

/** What is read by one statement; databases bound their parameters. */
const BATCH_MAX = 500;

/**
 * Tells a new subscriber of a conversation where its stream stands (SYNC-6), and a visitor which
 * conversation is the current one. The subscription stands already when that is read, so nothing
 * falls between, and who hears it fetches only if it is behind. All who subscribe in the same moment
 * are answered by the same read: after a restart everybody comes at once.
 */
export function createGreeter(queries: Pick<ConversationQueries, 'headsOf' | 'currentOf'>) {
  const headsOf = batched((ids) => queries.headsOf(ids));
  const currentOf = batched((ids) => queries.currentOf(ids));
  return (_appId: string, name: string): Promise<Greeting | null> | null => {
    const channel = parseChannel(name);
    if (channel?.kind === 'conversation') return greet(channel.conversationId, 'visitor');
    if (channel?.kind === 'conversation-agents') return greet(channel.conversationId, 'agent');
    if (channel?.kind === 'visitor') return greetVisitor(channel.visitorId);
    return null;
  };

  async function greetVisitor(visitorId: number): Promise<Greeting> {
    const current = (await currentOf(visitorId)).get(visitorId);
    const data: ChatCurrentConversation = { conversation_id: current ?? null };
    return { event: CURRENT, data: JSON.stringify(data) };
  }

  async function greet(conversationId: number, audience: Audience): Promise<Greeting | null> {
    const heads = (await headsOf(conversationId)).get(conversationId);
    if (heads === undefined) return null;
    const data: ChatHead = { conversation_id: conversationId, head: heads[audience] };
    return { event: HEAD, data: JSON.stringify(data) };
  }
}

export type Greet = ReturnType<typeof createGreeter>;

/**
 * The same for who begins to poll, as events of the first answer: one request in place of one more
 * for each channel. To be called after the cursor was read, so that nothing falls between.
 */
export function createPollGreeter(greet: Greet) {
  return {
    /** A visitor, and the conversation that is the current one. */
    async visitor(visitorId: number): Promise<readonly string[]> {
      const own = await one(channelName({ kind: 'visitor', visitorId }));
      if (own === null) return [];
      const { conversation_id: conversationId } = JSON.parse(own.data) as ChatCurrentConversation;
      if (conversationId === null) return [own.text];
      const head = await one(channelName({ kind: 'conversation', conversationId }));
      return head === null ? [own.text] : [own.text, head.text];
    },
    /** The conversations that an agent follows. */
    async agent(conversationIds: readonly number[]): Promise<readonly string[]> {
      const heads = await Promise.all(
        conversationIds.map((conversationId) =>
          one(channelName({ kind: 'conversation-agents', conversationId })),
        ),
      );
      return heads.flatMap((head) => head?.text ?? []);
    },
  };

  async function one(channel: string): Promise<{ data: string; text: string } | null> {
    try {
      const greeting = await greet('', channel);
      if (greeting === null) return null;
      const { event, data } = greeting;
      return { data, text: `{"channel":"${channel}","event":"${event}","data":${data}}` };
    } catch {
      // Polls are answered without the database, too; who is not greeted asks by itself.
      return null;
    }
  }
}

type Read<T> = (ids: readonly number[]) => Promise<ReadonlyMap<number, T>>;

/** Gathers what is asked for while one read is under way, and in one turn, into the next read. */
function batched<T>(read: Read<T>): (id: number) => ReturnType<Read<T>> {
  let next: { readonly ids: Set<number>; readonly result: ReturnType<Read<T>> } | null = null;
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
