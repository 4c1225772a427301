import type { Conversation, SenderType } from '@parley/protocol';

/** Which side of the conversation reads. */
export type Side = 'visitor' | 'agent';

/** How far this side has read. */
export function ownMark(conversation: Conversation, side: Side): number {
  return side === 'visitor' ? conversation.visitor_read_up_to : conversation.agent_read_up_to;
}

/** How far the other side has read. */
export function otherMark(conversation: Conversation, side: Side): number {
  return side === 'visitor' ? conversation.agent_read_up_to : conversation.visitor_read_up_to;
}

/** Whether the reader's own side wrote it: bots and the system speak for the agents. */
export function isOwn(sender: SenderType, side: Side): boolean {
  return (sender === 'visitor') === (side === 'visitor');
}
