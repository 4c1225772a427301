import type {
  AgentMessagesAnswer,
  Chat,
  Conversation,
  InboxAnswer,
  InboxEntry,
  InboxQuery,
  MessagesAnswer,
} from '@parley/protocol';
import type { Actor, AgentActor, Audience, VisitorActor } from '../actor.ts';
import type { Context } from '../context.ts';

/** As the protocol's MessagesQuery, without the waiting. */
export interface PageOfMessages {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

export interface ConversationRef {
  readonly id: number;
  readonly siteId: number;
  readonly visitorId: number;
}

/** Each answers null where the actor may not see the conversation, or there is none. */
export interface ConversationQueries {
  /** Whether the actor may see it: for channel authorization and typing. */
  find(actor: Actor, conversationId: number): Promise<ConversationRef | null>;
  /** The newest place of a stream, for a channel that was authorized before. */
  headOf(conversationId: number, audience: Audience): Promise<number | null>;

  conversationOfVisitor(visitor: VisitorActor, id: number): Promise<Conversation | null>;
  /** The one that the visitor's next message would go to. */
  currentConversation(visitor: VisitorActor): Promise<Conversation | null>;
  messagesOfVisitor(
    visitor: VisitorActor,
    id: number,
    page: PageOfMessages,
  ): Promise<Omit<MessagesAnswer, 'success'> | null>;

  inbox(agent: AgentActor, query: InboxQuery): Promise<Omit<InboxAnswer, 'success'>>;
  entry(agent: AgentActor, id: number): Promise<InboxEntry | null>;
  messagesOfAgent(
    agent: AgentActor,
    id: number,
    page: PageOfMessages,
  ): Promise<Omit<AgentMessagesAnswer, 'success'> | null>;

  /** @throws AppError `forbidden` (SEC-2) */
  chatsOfEmail(actor: Actor, email: string): Promise<Chat[]>;
}

export declare function createConversationQueries(
  context: Pick<Context, 'database' | 'clock'>,
): ConversationQueries;
