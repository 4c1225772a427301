import type { Message } from '@parley/protocol';
import type { AgentActor, VisitorActor } from '../actor.ts';
import type { Context } from '../context.ts';

export interface SentMessage {
  /** In the sender's stream. */
  readonly message: Message;
  readonly head: number;
  /** False: the same request came before (SYNC-2). */
  readonly created: boolean;
}

export interface ChangedMessage {
  readonly message: Message;
  readonly head: number;
}

export interface VisitorMessage {
  readonly text: string;
  /** Undefined: the server makes one, and the call is not idempotent. */
  readonly client_message_id: string | undefined;
  readonly conversation_id: number | undefined;
}

export interface AgentReply {
  readonly text: string;
  readonly client_message_id: string | undefined;
  readonly private: boolean;
}

/** Each throws AppError `not_found` where the actor may not see the conversation or message. */
export interface MessageCommands {
  /** @throws AppError `client_message_id_conflict` */
  sendByVisitor(visitor: VisitorActor, message: VisitorMessage): Promise<SentMessage>;
  /** @throws AppError `client_message_id_conflict` */
  replyByAgent(agent: AgentActor, conversationId: number, reply: AgentReply): Promise<SentMessage>;
  /** @throws AppError `too_late`, `message_deleted`, `forbidden` (not one's own) */
  editByVisitor(visitor: VisitorActor, messageId: number, text: string): Promise<ChangedMessage>;
  /** @throws AppError `too_late`, `forbidden`; deleting twice is harmless. */
  deleteByVisitor(visitor: VisitorActor, messageId: number): Promise<ChangedMessage>;
  /** Agents change their own, admins and owners any. @throws AppError `message_deleted`, `forbidden` */
  editByAgent(
    agent: AgentActor,
    conversationId: number,
    messageId: number,
    text: string,
  ): Promise<ChangedMessage>;
  /** @throws AppError `forbidden` */
  deleteByAgent(
    agent: AgentActor,
    conversationId: number,
    messageId: number,
  ): Promise<ChangedMessage>;
}

export declare function createMessageCommands(context: Context): MessageCommands;
