import type { Actor, AgentActor, VisitorActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import { detach } from '../attachment/attach.commands.ts';
import { attachmentsOf } from '../attachment/attachment.queries.ts';
import type { Publication } from '../broadcast/publication.ts';
import { touch } from '../conversation/conversation.ts';
import { heldConversation } from '../conversation/held.queries.ts';
import { conclude, record, type Circumstances } from '../conversation/stream.commands.ts';
import { first, run, type Sql } from '../database/database.ts';
import { noteMentions } from '../mention/mention.commands.ts';
import { reindexMessage } from '../search/search.commands.ts';
import {
  deleteMessage,
  editMessage,
  presentMessage,
  type Changer,
  type MessageState,
} from './message.ts';
import { refuseBlockedVisitor } from '../visitor/visitor.queries.ts';
import {
  messageColumns,
  messageFromRow,
  selectMessage,
  selectPlaceForVisitor,
  updateMessage,
} from './message.store.ts';

/** `text` null deletes. */
interface Change extends Circumstances {
  readonly messageId: number;
  readonly text: string | null;
}

/** An edit or a deletion by a visitor. A transaction. */
export function* changeByVisitor(sql: Sql, input: Change & { visitor: VisitorActor }) {
  const { visitor, messageId } = input;
  const found = yield* first(
    selectPlaceForVisitor(sql, {
      id: messageId,
      site_id: visitor.siteId,
      visitor_id: visitor.visitorId,
    }),
  );
  if (found === undefined) throw messageNotFound();
  // Taking back is always allowed.
  if (input.text !== null) yield* refuseBlockedVisitor(sql, visitor);
  return yield* changeMessage(sql, visitor, found.conversation_id, input);
}

/** An edit or a deletion by an agent. A transaction. */
export function* changeByAgent(
  sql: Sql,
  input: Change & { agent: AgentActor; conversationId: number },
) {
  return yield* changeMessage(sql, input.agent, input.conversationId, input);
}

function* changeMessage(sql: Sql, actor: Actor, conversationId: number, input: Change) {
  const publications: Publication[] = [];
  const conversation = yield* heldConversation(sql, actor, conversationId);
  const keys = { id: input.messageId, site_id: conversation.siteId };
  const row = yield* first(selectMessage(sql, keys));
  // Read again under the conversation's lock: only now it holds still.
  if (row === undefined || row.conversation_id !== conversationId) throw messageNotFound();
  const attachments = yield* attachmentsOf(sql, conversation.siteId, [row.id], input);
  const before = messageFromRow(row, attachments.get(row.id) ?? []);
  const by = changerOf(actor, conversation.siteId);
  const decision =
    input.text === null
      ? deleteMessage(before, by, input.now_ms)
      : editMessage(before, by, input.text, input.now_ms);
  if (decision.kind === 'refused') throw new AppError(decision.code, decision.reason);
  if (decision.kind === 'nothing') {
    return { result: changed(before, conversation.head[actor.kind], actor), publications };
  }
  const { state, place } = touch(conversation, before);
  const message: MessageState = { ...decision.message, changedPlace: place };
  yield* run(updateMessage(sql, { ...messageColumns(message), id: message.id }));
  yield* reindexMessage(sql, message);
  if (message.private) {
    yield* noteMentions(sql, message, { now_ms: input.now_ms, isNew: false });
  }
  const isLast = input.text === null && before.attachments.length > 0;
  if (isLast) yield* detach(sql, keys);
  const happening = { kind: 'message-updated', message } as const;
  const view = yield* record(sql, publications, state, happening, input);
  yield* conclude(sql, publications, view, input);
  const result = { ...changed(message, state.head[actor.kind], actor), leftFiles: isLast };
  return { result, publications };
}

function changerOf(actor: Actor, siteId: number): Changer {
  return actor.kind === 'visitor'
    ? actor
    : { kind: 'agent', agentId: actor.agentId, role: actor.roles.get(siteId) ?? 'agent' };
}

function changed(message: MessageState, head: number, actor: Actor) {
  const presented = presentMessage(message, actor.kind);
  if (presented === null) throw messageNotFound();
  return { message: presented, head, leftFiles: false };
}

function messageNotFound(): AppError {
  return new AppError('not_found', 'There is no such message');
}
