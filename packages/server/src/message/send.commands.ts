import type { SenderType } from '@parley/protocol';
import type { AgentActor, Audience, VisitorActor } from '../actor.ts';
import { memberOf } from '../agent/agent.queries.ts';
import { AppError } from '../app-error.ts';
import { attach } from '../attachment/attach.commands.ts';
import type { KeptFile } from '../attachment/attachment.ts';
import { attachmentsOf } from '../attachment/attachment.queries.ts';
import type { FileLinks } from '../attachment/file-link.ts';
import type { Publication } from '../broadcast/publication.ts';
import {
  chooseConversation,
  newConversation,
  receive,
  wake,
  type ConversationState,
} from '../conversation/conversation.ts';
import { heldCandidates, heldConversation } from '../conversation/held.queries.ts';
import {
  conclude,
  record,
  startConversation,
  viewOf,
  type Circumstances,
} from '../conversation/stream.commands.ts';
import { first, type Sql } from '../database/database.ts';
import { reopenWindowOf } from '../site/site.queries.ts';
import { heldVisitor } from '../visitor/visitor.queries.ts';
import { presentMessage, type MessageState } from './message.ts';
import {
  insertMessage,
  messageColumns,
  messageFromRow,
  selectByClientMessageId,
} from './message.store.ts';

interface Letter {
  readonly senderType: SenderType;
  readonly senderId: number;
  readonly senderName: string | null;
  readonly private: boolean;
  readonly text: string;
  readonly clientMessageId: string;
  readonly hash: string;
  readonly files: readonly KeptFile[];
}

/** A visitor's message: into the conversation that takes it, or a new one. A transaction. */
export function* send(
  sql: Sql,
  input: {
    visitor: VisitorActor;
    text: string;
    namedConversationId: number | null;
    clientMessageId: string;
    hash: string;
    files: readonly KeptFile[];
  } & Circumstances,
) {
  const { visitor, text, clientMessageId, hash, files } = input;
  // Held before anything is looked up: 50 requests of one visitor find each other's work.
  const profile = yield* heldVisitor(sql, visitor.siteId, visitor.visitorId);
  if (profile === undefined) throw new AppError('not_found', 'There is no such visitor');
  const letter: Letter = {
    senderType: 'visitor',
    senderId: visitor.visitorId,
    senderName: profile.name,
    private: false,
    text,
    clientMessageId,
    hash,
    files,
  };
  const repeated = yield* repeat(sql, visitor.siteId, letter, input);
  if (repeated !== null) return { result: repeated, publications: [] };

  const publications: Publication[] = [];
  const place = yield* conversationFor(sql, publications, input);
  return yield* deliver(sql, publications, place, letter, input);
}

/** An agent's reply or note. A transaction. */
export function* reply(
  sql: Sql,
  input: {
    agent: AgentActor;
    conversationId: number;
    text: string;
    private: boolean;
    clientMessageId: string;
    hash: string;
    files: readonly KeptFile[];
  } & Circumstances,
) {
  const { agent, conversationId, text, clientMessageId, hash, files } = input;
  const conversation = yield* heldConversation(sql, agent, conversationId);
  const member = yield* memberOf(sql, conversation.siteId, agent.agentId);
  if (member === undefined) throw new AppError('not_found', 'There is no such conversation');
  const letter: Letter = {
    senderType: 'agent',
    senderId: agent.agentId,
    senderName: member.name,
    private: input.private,
    text,
    clientMessageId,
    hash,
    files,
  };
  const repeated = yield* repeat(sql, conversation.siteId, letter, input);
  if (repeated !== null) return { result: repeated, publications: [] };
  return yield* deliver(sql, [], conversation, letter, input);
}

/** Held, and open: the one that takes the visitor's message (SYNC-13). */
function* conversationFor(
  sql: Sql,
  publications: Publication[],
  input: { visitor: VisitorActor; namedConversationId: number | null } & Circumstances,
) {
  const { visitor, namedConversationId, now_ms } = input;
  const named =
    namedConversationId === null
      ? null
      : yield* heldConversation(sql, visitor, namedConversationId);
  const candidates = { ...(yield* heldCandidates(sql, visitor)), named };
  // Asked for only where it decides anything: most messages find an open conversation.
  const window_ms = candidates.unresolved === null ? yield* reopenWindowOf(sql, visitor.siteId) : 0;
  const chosen = chooseConversation(candidates, now_ms, window_ms);
  if (chosen === null) {
    const { siteId, visitorId } = visitor;
    const started = yield* startConversation(sql, newConversation({ siteId, visitorId, now_ms }));
    yield* record(sql, publications, started, { kind: 'started' });
    return started;
  }
  const woken = wake(chosen);
  if (woken === null) return chosen;
  const { state, place } = woken;
  yield* record(sql, publications, state, { kind: 'conversation-updated', place });
  return state;
}

/** The answer to a request that came before, whatever became of the message since (SYNC-2). */
function* repeat(sql: Sql, siteId: number, letter: Letter, links: FileLinks) {
  const row = yield* first(
    selectByClientMessageId(sql, {
      site_id: siteId,
      sender_type: letter.senderType,
      sender_id: letter.senderId,
      client_message_id: letter.clientMessageId,
    }),
  );
  if (row === undefined) return null;
  const files = yield* attachmentsOf(sql, siteId, [row.id], links);
  const message = messageFromRow(row, files.get(row.id) ?? []);
  if (message.requestHash !== letter.hash) {
    throw new AppError(
      'client_message_id_conflict',
      'This client_message_id was used for another message',
    );
  }
  const { state } = yield* viewOf(sql, { id: message.conversationId, siteId });
  return sent(message, state, audienceOf(letter), false);
}

function* deliver(
  sql: Sql,
  publications: Publication[],
  conversation: ConversationState,
  letter: Letter,
  circumstances: Circumstances,
) {
  const { now_ms } = circumstances;
  const { state, place } = receive(conversation, letter, now_ms);
  const unsaved: Omit<MessageState, 'id'> = {
    siteId: conversation.siteId,
    conversationId: conversation.id,
    place,
    changedPlace: place,
    senderType: letter.senderType,
    senderId: letter.senderId,
    senderName: letter.senderName,
    clientMessageId: letter.clientMessageId,
    requestHash: letter.hash,
    private: letter.private,
    text: letter.text,
    attachments: [],
    createdAt_ms: now_ms,
    editedAt_ms: null,
    deletedAt_ms: null,
  };
  const row = yield* first(insertMessage(sql, messageColumns(unsaved)));
  if (row === undefined) throw new Error('The inserted message was not returned');
  const message = {
    ...unsaved,
    id: row.id,
    attachments: yield* attach(sql, { ...unsaved, messageId: row.id }, letter.files, circumstances),
  };
  const view = yield* record(sql, publications, state, { kind: 'message-received', message });
  yield* conclude(sql, publications, view, circumstances);
  return { result: sent(message, state, audienceOf(letter), true), publications };
}

function audienceOf({ senderType }: Letter): Audience {
  return senderType === 'visitor' ? 'visitor' : 'agent';
}

function sent(
  message: MessageState,
  conversation: ConversationState,
  audience: Audience,
  created: boolean,
) {
  const presented = presentMessage(message, audience);
  if (presented === null) throw new Error('A message must stand in its sender’s stream');
  return { message: presented, head: conversation.head[audience], created };
}
