import type {
  ConversationPatch,
  InboxEntry,
  Rating,
  RatingAnswer,
  ReadAnswer,
  Reader,
} from '@parley/protocol';
import type { Actor, AgentActor, VisitorActor } from '../actor.ts';
import { selectMemberOf } from '../agent/agent.queries.ts';
import { AppError } from '../app-error.ts';
import type { Publication } from '../broadcast/publication.ts';
import type { Context } from '../context.ts';
import { first, type Sql } from '../database/database.ts';
import { newestCovered } from '../message/message.queries.ts';
import { holdVisitor } from '../visitor/visitor.queries.ts';
import { markRead, patchConversation, rate } from './conversation.ts';
import { heldConversation } from './held.queries.ts';
import { lockUnresolved, selectRefOfAgent } from './conversation.store.ts';
import { commit, conclude, record, viewOf, type Circumstances } from './stream.commands.ts';
import { presentEntry } from './view.ts';

/** Each throws AppError `not_found` where the actor may not see the conversation. */
export interface ConversationCommands {
  markReadByVisitor(
    visitor: VisitorActor,
    id: number,
    upTo: number,
  ): Promise<Omit<ReadAnswer, 'success'>>;
  /** @throws AppError `not_resolved` */
  rateByVisitor(
    visitor: VisitorActor,
    id: number,
    rating: Rating,
  ): Promise<Omit<RatingAnswer, 'success'>>;
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

export function createConversationCommands(context: Context): ConversationCommands {
  return {
    markReadByVisitor: (visitor, id, upTo) =>
      commit(context, markReadBy, { actor: visitor, id, upTo }),
    rateByVisitor: (visitor, id, rating) => commit(context, rateBy, { visitor, id, rating }),
    markReadByAgent: (agent, id, upTo = Number.MAX_SAFE_INTEGER) =>
      commit(context, markReadBy, { actor: agent, id, upTo }),
    patch: (agent, id, patch) => commit(context, applyPatch, { agent, id, patch }),
  };
}

/** A transaction. */
export function* markReadBy(
  sql: Sql,
  input: { actor: Actor; id: number; upTo: number } & Circumstances,
) {
  const { actor, id } = input;
  const reader: Reader = actor.kind;
  const publications: Publication[] = [];
  const before = yield* heldConversation(sql, actor, id);
  const of = { siteId: before.siteId, conversationId: id, reader };
  const covered = yield* newestCovered(sql, of, input.upTo);
  const change = markRead(before, reader, covered);
  let view = yield* viewOf(sql, before);
  if (change !== null && covered !== null) {
    const { place, state } = change;
    view = yield* record(sql, publications, state, { kind: 'read', place, reader, upTo: covered });
    yield* conclude(sql, publications, view, input);
  }
  const mark = reader === 'visitor' ? view.state.visitorRead : view.state.agentRead;
  const result = {
    up_to: mark[reader],
    unread: view.unread[reader],
    head: view.state.head[reader],
  };
  return { result, publications };
}

/** A transaction. */
export function* rateBy(
  sql: Sql,
  input: { visitor: VisitorActor; id: number; rating: Rating } & Circumstances,
) {
  const { visitor, id, rating, now_ms } = input;
  const publications: Publication[] = [];
  const before = yield* heldConversation(sql, visitor, id);
  if (before.status !== 'resolved') {
    throw new AppError('not_resolved', 'A conversation is rated when it is resolved.');
  }
  const change = rate(before, rating, now_ms);
  if (change === null) return { result: { rating, head: before.head.visitor }, publications };
  const { state, place } = change;
  const view = yield* record(sql, publications, state, { kind: 'conversation-updated', place });
  yield* conclude(sql, publications, view, input);
  return { result: { rating, head: state.head.visitor }, publications };
}

/** A transaction. */
export function* applyPatch(
  sql: Sql,
  input: { agent: AgentActor; id: number; patch: ConversationPatch } & Circumstances,
) {
  const { agent, id, patch } = input;
  const publications: Publication[] = [];
  if (patch.status !== undefined && patch.status !== 'resolved')
    yield* holdVisitorOf(sql, agent, id);
  const before = yield* heldConversation(sql, agent, id);
  if (typeof patch.assignee_id === 'number') {
    const member = yield* first(selectMemberOf(sql, before.siteId, patch.assignee_id));
    if (member === undefined) {
      throw new AppError('invalid_request', 'The assignee is no agent of this site');
    }
  }
  const change = patchConversation(before, patch, input.now_ms);
  if (change === null) return { result: presentEntry(yield* viewOf(sql, before)), publications };
  const { state, place } = change;
  if (before.status === 'resolved' && state.status !== 'resolved') {
    const of = { site_id: before.siteId, visitor_id: before.visitorId };
    if ((yield* first(lockUnresolved(sql, of))) !== undefined) {
      throw new AppError('visitor_has_open_conversation', 'The visitor has another conversation');
    }
  }
  const view = yield* record(sql, publications, state, { kind: 'conversation-updated', place });
  yield* conclude(sql, publications, view, input);
  return { result: presentEntry(view), publications };
}

/** Reopening competes with the visitor's next message: the visitor is held before the conversation. */
function* holdVisitorOf(sql: Sql, agent: AgentActor, id: number) {
  const ref = yield* first(selectRefOfAgent(sql, { agent_id: agent.agentId, id }));
  if (ref !== undefined) yield* first(holdVisitor(sql, ref.site_id, ref.visitor_id));
}
