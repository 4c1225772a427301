import {
  LIMITS,
  type ConversationPatch,
  type InboxEntry,
  type Rating,
  type RatingAnswer,
  type ReadAnswer,
  type Reader,
} from '@parley/protocol';
import type { Actor, AgentActor, VisitorActor } from '../actor.ts';
import { selectMemberOf } from '../agent/agent.queries.ts';
import { AppError } from '../app-error.ts';
import type { Publication } from '../broadcast/publication.ts';
import type { Context } from '../context.ts';
import { first, type Sql } from '../database/database.ts';
import { newestCovered } from '../message/message.queries.ts';
import { selectTeamById } from '../team/team.queries.ts';
import { holdVisitor } from '../visitor/visitor.queries.ts';
import {
  markRead,
  patchConversation,
  rate,
  reopens,
  type ConversationState,
} from './conversation.ts';
import { heldConversation } from './held.queries.ts';
import { lockUnresolved, selectRefOfAgent } from './conversation.store.ts';
import { wakeLater } from './snooze.commands.ts';
import { updatedAs } from './publications.ts';
import { commit, conclude, record, viewOf, type Circumstances } from './stream.commands.ts';
import { presentEntry } from './view.ts';

const SNOOZE_MAX_MS = 5 * 366 * 24 * 60 * 60_000;

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
   * `invalid_request` where the assignee is no member of the site, the team not of it, or the time to
   * wake is past.
   */
  patch(agent: AgentActor, id: number, patch: ConversationPatch): Promise<InboxEntry>;
}

/** @param onJob called when there is a job, perhaps for later */
export function createConversationCommands(
  context: Context,
  onJob: () => void,
): ConversationCommands {
  return {
    markReadByVisitor: (visitor, id, upTo) =>
      commit(context, markReadBy, { actor: visitor, id, upTo }),
    rateByVisitor: (visitor, id, rating) => commit(context, rateBy, { visitor, id, rating }),
    markReadByAgent: (agent, id, upTo = Number.MAX_SAFE_INTEGER) =>
      commit(context, markReadBy, { actor: agent, id, upTo }),
    patch: async (agent, id, patch) => {
      const entry = await commit(context, applyPatch, { agent, id, patch });
      if (entry.snoozed_until !== undefined) onJob();
      return entry;
    },
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
    const happening = { kind: 'read', place, reader, upTo: covered } as const;
    view = yield* record(sql, publications, state, happening, input);
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
  const happening = { kind: 'conversation-updated', place, as: 'conversation.rated' } as const;
  const view = yield* record(sql, publications, state, happening, input);
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
  if (reopens(patch)) yield* holdVisitorOf(sql, agent, id);
  const before = yield* heldConversation(sql, agent, id);
  yield* checkPatch(sql, before, patch, input.now_ms);
  const change = patchConversation(before, patch, input.now_ms);
  if (change === null) return { result: presentEntry(yield* viewOf(sql, before)), publications };
  const { state, place } = change;
  if (state.labels.length > LIMITS.labels) {
    throw new AppError('invalid_request', `A conversation has at most ${LIMITS.labels} labels`);
  }
  if (before.status === 'resolved' && state.status !== 'resolved') {
    const of = { site_id: before.siteId, visitor_id: before.visitorId };
    if ((yield* first(lockUnresolved(sql, of))) !== undefined) {
      throw new AppError('visitor_has_open_conversation', 'The visitor has another conversation');
    }
  }
  const isResolved = before.status !== 'resolved' && state.status === 'resolved';
  const happening = updatedAs(place, isResolved);
  const view = yield* record(sql, publications, state, happening, input);
  yield* wakeLater(sql, before, state, input.now_ms);
  yield* conclude(sql, publications, view, input);
  return { result: presentEntry(view), publications };
}

/** @throws AppError `invalid_request` for what only the rows, or the clock, can tell */
function* checkPatch(
  sql: Sql,
  { siteId }: ConversationState,
  patch: ConversationPatch,
  now_ms: number,
) {
  const { status, snoozed_until, assignee_id, team_id } = patch;
  if (typeof snoozed_until === 'number') {
    const ahead_ms = snoozed_until * 1_000 - now_ms;
    if (ahead_ms <= 0 || ahead_ms > SNOOZE_MAX_MS) {
      throw new AppError('invalid_request', 'snoozed_until must be within the coming five years');
    }
    if (status !== undefined && status !== 'snoozed') {
      throw new AppError('invalid_request', 'Only a snoozed conversation has a time to wake');
    }
  }
  if (typeof assignee_id === 'number') {
    const member = yield* first(selectMemberOf(sql, siteId, assignee_id));
    if (member === undefined) {
      throw new AppError('invalid_request', 'The assignee is no agent of this site');
    }
  }
  if (typeof team_id === 'number') {
    const team = yield* first(selectTeamById(sql, team_id));
    if (team?.site_id !== siteId) {
      throw new AppError('invalid_request', 'The team is not of this site');
    }
  }
}

/** Reopening competes with the visitor's next message: the visitor is held before the conversation. */
function* holdVisitorOf(sql: Sql, agent: AgentActor, id: number) {
  const ref = yield* first(selectRefOfAgent(sql, { agent_id: agent.agentId, id }));
  if (ref !== undefined) yield* first(holdVisitor(sql, ref.site_id, ref.visitor_id));
}
