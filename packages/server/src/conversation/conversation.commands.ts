import type { ConversationPatch, InboxEntry, ReadAnswer } from '@parley/protocol';
import type { AgentActor, VisitorActor } from '../actor.ts';
import type { Context } from '../context.ts';

/** Each throws AppError `not_found` where the actor may not see the conversation. */
export interface ConversationCommands {
  markReadByVisitor(
    visitor: VisitorActor,
    id: number,
    upTo: number,
  ): Promise<Omit<ReadAnswer, 'success'>>;
  /** Without `upTo`: all there is. */
  markReadByAgent(
    agent: AgentActor,
    id: number,
    upTo: number | undefined,
  ): Promise<Omit<ReadAnswer, 'success'>>;
  /**
   * @throws AppError `visitor_has_open_conversation` where reopening would make a second one,
   * `invalid_request` where the assignee is no member of the site.
   */
  patch(agent: AgentActor, id: number, patch: ConversationPatch): Promise<InboxEntry>;
}

export declare function createConversationCommands(context: Context): ConversationCommands;
