import type { FirstMessageProof, SenderType } from '@parley/protocol';
import type { AgentActor, Audience, VisitorActor } from '../actor.ts';
import { selectMemberAtConversation } from '../agent/agent.queries.ts';
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
import {
  countBegun,
  held,
  heldConversation,
  heldForMessage,
  heldResolved,
  holdConversation,
  holdUnresolved,
  mustHold,
} from '../conversation/held.queries.ts';
import {
  conclude,
  record,
  recordMessage,
  startConversation,
  viewOf,
  type Circumstances,
} from '../conversation/stream.commands.ts';
import type { Surroundings } from '../conversation/view.ts';
import { first, together, type Sql } from '../database/database.ts';
import { noteMentions } from '../mention/mention.commands.ts';
import { holdVisitor, refuseBlocked, selectApproached } from '../visitor/visitor.queries.ts';
import { messageText, type MessageState } from './message.ts';
import { bitsMissing, type Entrance, RUSH_MAX, RUSH_MS } from './proof.ts';
import {
  insertMessage,
  messageColumns,
  messageFromRow,
  selectByClientMessageId,
  selectByClientMessageIdAt,
  selectMessage,
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
    /** Null: a conversation begins for nothing. */
    entrance: Entrance | null;
  } & Circumstances,
) {
  const { visitor, text, namedConversationId, clientMessageId, hash, files } = input;
  const { profile, before, unresolved, around } = yield* lookUp(sql, visitor, clientMessageId);
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
  const repeated = yield* repeat(sql, before, letter, input);
  if (repeated !== null) return { result: { ...repeated, began: false }, publications: [] };
  refuseBlocked(profile);

  const publications: Publication[] = [];
  // Most name the one that is not resolved, which is held already.
  const named =
    namedConversationId === null || namedConversationId === unresolved?.id
      ? unresolved
      : yield* heldConversation(sql, visitor, namedConversationId);
  const candidates = { unresolved, named };
  const { place, began } = yield* conversationFor(sql, publications, candidates, input);
  const known = place.id === unresolved?.id ? around : null;
  const done = yield* deliver(sql, publications, place, known, letter, input);
  return { ...done, result: { ...done.result, began } };
}

/** What is there of the visitor, its conversation and the same message: mostly by one statement. */
function* lookUp(sql: Sql, visitor: VisitorActor, clientMessageId: string) {
  const found = yield* heldForMessage(sql, visitor, clientMessageId);
  if (found !== null) {
    const { profile, state: unresolved, around, repeatedId } = found;
    const ids = { id: repeatedId ?? 0, site_id: visitor.siteId };
    const before = repeatedId === null ? undefined : yield* first(selectMessage(sql, ids));
    return { profile, before, unresolved, around };
  }
  const [[profile], [before]] = yield* together(
    holdVisitor(sql, visitor.siteId, visitor.visitorId),
    selectByClientMessageId(sql, {
      site_id: visitor.siteId,
      sender_type: 'visitor',
      sender_id: visitor.visitorId,
      client_message_id: clientMessageId,
    }),
  );
  if (profile === undefined) throw new AppError('not_found', 'There is no such visitor');
  return { profile, before, unresolved: null, around: null };
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
  const [rows, [member], [before]] = yield* together(
    holdConversation(sql, agent, conversationId),
    selectMemberAtConversation(sql, conversationId, agent.agentId),
    selectByClientMessageIdAt(sql, {
      conversation_id: conversationId,
      sender_id: agent.agentId,
      client_message_id: clientMessageId,
    }),
  );
  const conversation = mustHold(rows);
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
  const repeated = yield* repeat(sql, before, letter, input);
  if (repeated !== null) return { result: repeated, publications: [] };
  return yield* deliver(sql, [], conversation, null, letter, input);
}

/** An agent speaks first: in the conversation that is not resolved, or a new one. A transaction. */
export function* approach(
  sql: Sql,
  input: {
    agent: AgentActor;
    visitorId: number;
    text: string;
    clientMessageId: string;
    hash: string;
  } & Circumstances,
) {
  const { agent, visitorId, text, clientMessageId, hash, now_ms } = input;
  const found = yield* first(selectApproached(sql, agent.agentId, visitorId));
  if (found === undefined) throw new AppError('not_found', 'There is no such visitor');
  const siteId = found.site_id;
  const [[profile], [before], unresolved] = yield* together(
    holdVisitor(sql, siteId, visitorId),
    selectByClientMessageId(sql, {
      site_id: siteId,
      sender_type: 'agent',
      sender_id: agent.agentId,
      client_message_id: clientMessageId,
    }),
    holdUnresolved(sql, { kind: 'visitor', visitorId, siteId }),
  );
  if (profile === undefined) throw new AppError('not_found', 'There is no such visitor');
  const letter: Letter = {
    senderType: 'agent',
    senderId: agent.agentId,
    senderName: found.agent_name,
    private: false,
    text,
    clientMessageId,
    hash,
    files: [],
  };
  const repeated = yield* repeat(sql, before, letter, input);
  if (repeated !== null) return { result: repeated, publications: [] };
  const publications: Publication[] = [];
  let place = held(unresolved);
  if (place === null) {
    const fresh = newConversation({ siteId, visitorId, now_ms });
    // Who speaks first is who goes on.
    place = yield* startConversation(sql, { ...fresh, assigneeId: agent.agentId });
    yield* record(sql, publications, place, { kind: 'started' }, input);
  }
  return yield* deliver(sql, publications, place, null, letter, input);
}

/** Held, and open: the one that takes the visitor's message (SYNC-13). */
function* conversationFor(
  sql: Sql,
  publications: Publication[],
  known: { unresolved: ConversationState | null; named: ConversationState | null },
  input: { visitor: VisitorActor; entrance: Entrance | null } & Circumstances,
) {
  const { visitor, entrance, now_ms } = input;
  // Asked for only where it decides anything: most messages find an open conversation.
  const { newestResolved, window_ms, proofWhen } =
    known.unresolved === null
      ? yield* heldResolved(sql, visitor)
      : ({ newestResolved: null, window_ms: 0, proofWhen: 'off' } as const);
  const candidates = { ...known, newestResolved };
  const chosen = chooseConversation(candidates, now_ms, window_ms);
  if (chosen === null) {
    const { siteId, visitorId } = visitor;
    if (entrance !== null) yield* askForProof(sql, siteId, proofWhen, entrance, now_ms);
    const started = yield* startConversation(sql, newConversation({ siteId, visitorId, now_ms }));
    yield* record(sql, publications, started, { kind: 'started' }, input);
    return { place: started, began: true };
  }
  const woken = wake(chosen);
  if (woken === null) return { place: chosen, began: false };
  const { state, place } = woken;
  const happening = { kind: 'conversation-updated', place } as const;
  yield* record(sql, publications, state, happening, input);
  return { place: state, began: false };
}

/** @throws AppError `proof_required` where more begin than usual, and too little work was done */
function* askForProof(
  sql: Sql,
  siteId: number,
  when: FirstMessageProof,
  entrance: Entrance,
  now_ms: number,
) {
  const { free } = entrance;
  const since_ms = now_ms - RUSH_MS;
  const isCounted = when !== 'off' && free !== null;
  const begun = isCounted ? yield* countBegun(sql, { siteId, since_ms, most: RUSH_MAX * free }) : 0;
  const bits = bitsMissing(when, entrance, begun);
  if (bits === 0) return;
  throw new AppError('proof_required', 'The first message needs a proof of work', {
    details: { bits },
  });
}

/** The answer to a request that came before, whatever became of the message since (SYNC-2). */
function* repeat(
  sql: Sql,
  row: Parameters<typeof messageFromRow>[0] | undefined,
  letter: Letter,
  links: FileLinks,
) {
  if (row === undefined) return null;
  const files = yield* attachmentsOf(sql, row.site_id, [row.id], links);
  const message = messageFromRow(row, files.get(row.id) ?? []);
  if (message.requestHash !== letter.hash) {
    throw new AppError(
      'client_message_id_conflict',
      'This client_message_id was used for another message',
    );
  }
  const { state } = yield* viewOf(sql, { id: message.conversationId, siteId: message.siteId });
  return sent(message, state, audienceOf(letter), false);
}

function* deliver(
  sql: Sql,
  publications: Publication[],
  conversation: ConversationState,
  around: Surroundings | null,
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
  const insert = insertMessage(sql, messageColumns(unsaved));
  const { message, view } =
    letter.files.length === 0
      ? yield* recordMessage(sql, publications, state, unsaved, insert, around, circumstances)
      : yield* recordWithFiles(sql, publications, state, unsaved, insert, letter, circumstances);
  if (letter.private) yield* noteMentions(sql, message, { now_ms, isNew: true });
  yield* conclude(sql, publications, view, circumstances);
  return { result: sent(message, state, audienceOf(letter), true), publications };
}

/** The files need the id of the message, so it takes a round trip more. */
function* recordWithFiles(
  sql: Sql,
  publications: Publication[],
  state: ConversationState,
  unsaved: Omit<MessageState, 'id'>,
  insert: ReturnType<typeof insertMessage>,
  letter: Letter,
  circumstances: Circumstances,
) {
  const row = yield* first(insert);
  if (row === undefined) throw new Error('The inserted message was not returned');
  const attachments = yield* attach(
    sql,
    { ...unsaved, messageId: row.id },
    letter.files,
    circumstances,
  );
  const message: MessageState = { ...unsaved, id: row.id, attachments };
  const happening = { kind: 'message-received', message } as const;
  const view = yield* record(sql, publications, state, happening, circumstances);
  return { message, view };
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
  const messageJson = messageText(message, audience);
  if (messageJson === null) throw new Error('A message must stand in its sender’s stream');
  // As text, made once where it is written: it goes through the threads and into the answer as it is.
  return { messageJson, head: conversation.head[audience], created };
}
