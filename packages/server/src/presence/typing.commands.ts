import { channelName, type ChatTyping } from '@parley/protocol';
import type { AgentActor, VisitorActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import { agentsAudience, inboxAudience, visitorAudience } from '../broadcast/audience.ts';
import type { BroadcastHub } from '../broadcast/broadcast.ts';
import type { Publication } from '../broadcast/publication.ts';
import type { Clock } from '../context.ts';
import type { ConversationQueries, ConversationRef } from '../conversation/conversation.queries.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import type { VisitorQueries } from '../visitor/visitor.queries.ts';
import { TypingThrottle } from './typing.ts';

export interface TypingOptions {
  readonly broadcast: Pick<BroadcastHub, 'publishPassing'>;
  readonly conversationQueries: Pick<ConversationQueries, 'find'>;
  readonly visitorQueries: Pick<VisitorQueries, 'findVisitor'>;
  readonly siteQueries: Pick<SiteQueries, 'findSite'>;
  readonly clock: Clock;
}

/** Passes on who is typing; nothing of it is kept. Each throws AppError `not_found`. */
export interface TypingCommands {
  typeByVisitor(
    visitor: VisitorActor,
    conversationId: number,
    notice: { typing: boolean; preview: string | undefined },
  ): Promise<void>;
  typeByAgent(
    agent: AgentActor,
    name: string,
    conversationId: number,
    notice: { typing: boolean },
  ): Promise<void>;
}

export function createTypingCommands(options: TypingOptions): TypingCommands {
  const { broadcast, conversationQueries, visitorQueries, siteQueries, clock } = options;
  const throttle = new TypingThrottle();

  const find = async (actor: VisitorActor | AgentActor, id: number): Promise<ConversationRef> => {
    const conversation = await conversationQueries.find(actor, id);
    if (conversation === null) throw new AppError('not_found', 'There is no such conversation.');
    return conversation;
  };

  return {
    async typeByVisitor(visitor, conversationId, { typing, preview }) {
      const conversation = await find(visitor, conversationId);
      const sender = `visitor ${visitor.visitorId} ${conversationId}`;
      if (!throttle.allows(sender, typing, clock.now_ms())) return;
      const [person, site] = await Promise.all([
        visitorQueries.findVisitor(visitor),
        siteQueries.findSite(visitor.siteId),
      ]);
      if (person?.blocked === true) return;
      const shown = typing && site?.settings.typing_preview === true ? preview : undefined;
      const data: ChatTyping = {
        conversation_id: conversationId,
        sender_type: 'visitor',
        sender_name: person?.name ?? null,
        typing,
      };
      // The visitor's own channel as well: agents of its site may follow that one alone.
      broadcast.publishPassing([
        toVisitor(conversation, data),
        toAgents(conversation, shown === undefined ? data : { ...data, preview: shown }),
        toInbox(conversation, data),
      ]);
    },

    async typeByAgent(agent, name, conversationId, { typing }) {
      const conversation = await find(agent, conversationId);
      const sender = `agent ${agent.agentId} ${conversationId}`;
      if (!throttle.allows(sender, typing, clock.now_ms())) return;
      const data: ChatTyping = {
        conversation_id: conversationId,
        sender_type: 'agent',
        sender_name: name,
        typing,
      };
      // Colleagues hear it too: two who answer at once see each other.
      broadcast.publishPassing([
        toVisitor(conversation, data),
        toAgents(conversation, { ...data, agent_id: agent.agentId }),
      ]);
    },
  };
}

function toVisitor({ id, visitorId }: ConversationRef, data: ChatTyping): Publication {
  return {
    channel: channelName({ kind: 'conversation', conversationId: id }),
    event: 'ChatTyping',
    data: JSON.stringify(data),
    audience: visitorAudience(visitorId),
    conversationId: id,
  };
}

/** For the rows of the inbox: what is typed stands where the conversation is open. */
function toInbox({ id, siteId }: ConversationRef, data: ChatTyping): Publication {
  return {
    channel: channelName({ kind: 'site-inbox', siteId }),
    event: 'ChatTyping',
    data: JSON.stringify(data),
    audience: inboxAudience(siteId),
    conversationId: id,
  };
}

function toAgents({ id }: ConversationRef, data: ChatTyping): Publication {
  return {
    channel: channelName({ kind: 'conversation-agents', conversationId: id }),
    event: 'ChatTyping',
    data: JSON.stringify(data),
    audience: agentsAudience(id),
    conversationId: id,
  };
}
