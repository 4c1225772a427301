import { type ChatHead, type EventName, parseChannel } from '@parley/protocol';
import type { Greeting } from '@parley/realtime';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';

const HEAD: EventName = 'ChatHead';

/**
 * Tells a new subscriber of a conversation where its stream stands (SYNC-6): it is subscribed
 * already when the head is read, so nothing falls between, and it fetches only if it is behind.
 */
export function createGreeter(queries: Pick<ConversationQueries, 'headOf'>) {
  return (_appId: string, name: string): Promise<Greeting | null> | null => {
    const channel = parseChannel(name);
    if (channel?.kind === 'conversation') return greet(channel.conversationId, 'visitor');
    if (channel?.kind === 'conversation-agents') return greet(channel.conversationId, 'agent');
    return null;
  };

  async function greet(
    conversationId: number,
    audience: 'visitor' | 'agent',
  ): Promise<Greeting | null> {
    const head = await queries.headOf(conversationId, audience);
    if (head === null) return null;
    const data: ChatHead = { conversation_id: conversationId, head };
    return { event: HEAD, data: JSON.stringify(data) };
  }
}
