import { randomUUID } from 'node:crypto';
import type { Message } from '@parley/protocol';
import type { AgentActor, VisitorActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import type { KeptFile } from '../attachment/attachment.ts';
import type { Context } from '../context.ts';
import { commit } from '../conversation/stream.commands.ts';
import { changeByAgent, changeByVisitor } from './change.commands.ts';
import { requestHash } from './message.ts';
import type { Entrance } from './proof.ts';
import { approach, reply, send } from './send.commands.ts';

export interface SentMessage {
  /** JSON text of a {@link Message}, in the sender's stream. */
  readonly messageJson: string;
  readonly head: number;
  /** False: the same request came before (SYNC-2). */
  readonly created: boolean;
}

export interface ChangedMessage {
  readonly message: Message;
  readonly head: number;
}

/** Files that the storage keeps already. Text may then be empty. */
export interface MessageFiles {
  readonly kept: readonly KeptFile[];
  /** Of what was sent: see `filesHash`. */
  readonly hash: string;
}

export interface VisitorMessage {
  readonly text: string;
  /** Undefined: the server makes one, and the call is not idempotent. */
  readonly client_message_id: string | undefined;
  readonly conversation_id: number | undefined;
  readonly files: MessageFiles | null;
}

export interface AgentReply {
  readonly text: string;
  readonly client_message_id: string | undefined;
  readonly private: boolean;
  readonly files: MessageFiles | null;
}

/** Each throws AppError `not_found` where the actor may not see the conversation or message. */
export interface MessageCommands {
  /**
   * @param entrance with what it comes, should it begin a conversation; absent: nothing is asked
   * @throws AppError `client_message_id_conflict`; `proof_required`, with the `bits` that are asked
   */
  sendByVisitor(
    visitor: VisitorActor,
    message: VisitorMessage,
    entrance?: Entrance,
  ): Promise<SentMessage & { readonly began: boolean }>;
  /** @throws AppError `client_message_id_conflict` */
  replyByAgent(agent: AgentActor, conversationId: number, reply: AgentReply): Promise<SentMessage>;
  /** An agent speaks first to a visitor. @throws AppError `client_message_id_conflict` */
  approach(
    agent: AgentActor,
    visitorId: number,
    message: Pick<AgentReply, 'text' | 'client_message_id'>,
  ): Promise<SentMessage>;
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

/** @param onLeftFiles called when a deleted message left files to be removed */
export function createMessageCommands(context: Context, onLeftFiles: () => void): MessageCommands {
  const told = ({
    leftFiles,
    ...changed
  }: ChangedMessage & { leftFiles: boolean }): ChangedMessage => {
    if (leftFiles) onLeftFiles();
    return changed;
  };
  return {
    sendByVisitor: async (visitor, message, entrance) => {
      const text = storable(message.text);
      return commit(context, send, {
        visitor,
        text,
        namedConversationId: message.conversation_id ?? null,
        clientMessageId: clientMessageId(message.client_message_id),
        files: message.files?.kept ?? [],
        entrance: entrance ?? null,
        hash: requestHash({
          text,
          private: false,
          conversationId: null,
          filesHash: message.files?.hash ?? null,
        }),
      });
    },
    replyByAgent: async (agent, conversationId, message) => {
      const text = storable(message.text);
      return commit(context, reply, {
        agent,
        conversationId,
        text,
        private: message.private,
        clientMessageId: clientMessageId(message.client_message_id),
        files: message.files?.kept ?? [],
        hash: requestHash({
          text,
          private: message.private,
          conversationId,
          filesHash: message.files?.hash ?? null,
        }),
      });
    },
    approach: async (agent, visitorId, message) => {
      const text = storable(message.text);
      return commit(context, approach, {
        agent,
        visitorId,
        text,
        clientMessageId: clientMessageId(message.client_message_id),
        hash: requestHash({
          text,
          private: false,
          conversationId: null,
          visitorId,
          filesHash: null,
        }),
      });
    },
    editByVisitor: async (visitor, messageId, text) =>
      told(await commit(context, changeByVisitor, { visitor, messageId, text: storable(text) })),
    deleteByVisitor: async (visitor, messageId) =>
      told(await commit(context, changeByVisitor, { visitor, messageId, text: null })),
    editByAgent: async (agent, conversationId, messageId, text) =>
      told(
        await commit(context, changeByAgent, {
          agent,
          conversationId,
          messageId,
          text: storable(text),
        }),
      ),
    deleteByAgent: async (agent, conversationId, messageId) =>
      told(await commit(context, changeByAgent, { agent, conversationId, messageId, text: null })),
  };
}

/** UUIDs are the same whatever their case. */
function clientMessageId(given: string | undefined): string {
  return given === undefined ? randomUUID() : given.toLowerCase();
}

/** @throws AppError for text that the databases would not keep byte for byte */
function storable(text: string): string {
  if (text.includes('\u0000') || !text.isWellFormed()) {
    throw new AppError('invalid_request', 'Text must not contain NUL or lone surrogates');
  }
  return text;
}
