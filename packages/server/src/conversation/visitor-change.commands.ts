import { detachAll } from '../attachment/attach.commands.ts';
import { broadcastQueue, type Publication, REMOTES } from '../broadcast/publication.ts';
import { all, run, type Sql } from '../database/database.ts';
import {
  describeToAgents,
  describeVisitor,
  patchConversation,
  type Change,
  type ConversationState,
} from './conversation.ts';
import { eraseMessages } from '../message/sender.commands.ts';
import { lockAtRest, removeConversations } from './at-rest.store.ts';
import { conversationFromRow, lockAllOfVisitor } from './conversation.store.ts';
import { withdrawQueues } from '../job/job.commands.ts';
import { updatedAs } from './publications.ts';
import { conclude, record, type Circumstances } from './stream.commands.ts';

/** Within a transaction: the visitor is shown otherwise now, in all of its conversations. */
export function* announceVisitor(
  sql: Sql,
  of: { siteId: number; visitorId: number },
  circumstances: Circumstances,
) {
  const publications: Publication[] = [];
  for (const state of yield* conversationsOf(sql, of.siteId, of.visitorId)) {
    yield* assign(sql, publications, state, of.visitorId, circumstances);
  }
  return publications;
}

/** Within a transaction that holds the visitor: agents see in all its conversations that it is blocked. */
export function* announceBlock(
  sql: Sql,
  of: { siteId: number; visitorId: number },
  circumstances: Circumstances,
) {
  const publications: Publication[] = [];
  for (const before of yield* conversationsOf(sql, of.siteId, of.visitorId)) {
    yield* tell(sql, publications, describeToAgents(before), circumstances);
  }
  return publications;
}

/**
 * Within a transaction that holds both visitors: the conversations of one become the other's
 * (SYNC-13). Where each has one that is not resolved, the less recent of the two is resolved, since
 * a visitor has at most one. `announce`: the other visitor is shown otherwise now, too.
 */
export function* joinConversations(
  sql: Sql,
  of: { siteId: number; fromId: number; toId: number; announce: boolean },
  circumstances: Circumstances,
) {
  const publications: Publication[] = [];
  const { siteId, fromId, toId } = of;
  const moved = yield* conversationsOf(sql, siteId, fromId);
  const kept = yield* conversationsOf(sql, siteId, toId);
  const outdated = lessRecent(moved.find(isUnresolved), kept.find(isUnresolved));
  const resolve =
    outdated && patchConversation(outdated, { status: 'resolved' }, circumstances.now_ms);
  if (resolve) {
    const { state, place } = resolve;
    const happening = updatedAs(place, true);
    const view = yield* record(sql, publications, state, happening, circumstances);
    yield* conclude(sql, publications, view, circumstances);
  }
  for (const before of of.announce ? [...moved, ...kept] : moved) {
    const state = resolve?.state.id === before.id ? resolve.state : before;
    yield* assign(sql, publications, state, toId, circumstances);
  }
  return publications;
}

/**
 * Within the transaction that erases a visitor, whose profile is empty by now: messages and files go,
 * what waits to be told of the conversations is withdrawn, and in its place it is told that they are
 * over.
 */
export function* emptyConversations(
  sql: Sql,
  of: { siteId: number; visitorId: number },
  circumstances: Circumstances,
) {
  const publications: Publication[] = [];
  const states = yield* conversationsOf(sql, of.siteId, of.visitorId);
  const conversationIds = states.map(({ id }) => id);
  const queues = REMOTES.flatMap((remote) =>
    conversationIds.map((id) => broadcastQueue(remote, id)),
  );
  yield* withdrawQueues(sql, queues);
  yield* detachAll(sql, conversationIds);
  yield* eraseMessages(sql, conversationIds);
  for (const said of states) {
    const before = { ...said, rating: null, labels: [] };
    const over = patchConversation(before, { status: 'resolved' }, circumstances.now_ms);
    const { state, place } = over ?? describeVisitor(before, of.visitorId);
    const own: Publication[] = [];
    const happening = updatedAs(place, over !== null);
    const view = yield* record(sql, own, state, happening, circumstances);
    yield* conclude(sql, own, view, circumstances);
    publications.push(...own);
  }
  return { conversationIds, publications };
}

/**
 * Within a transaction: resolved conversations in which nothing happened since are deleted, a few at a
 * time, the longest at rest first, with messages, words that are searched and files.
 */
export function* dropConversations(
  sql: Sql,
  of: { siteId: number; before_ms: number; limit: number },
) {
  const { siteId: site_id, before_ms, limit } = of;
  const rows = yield* all(lockAtRest(sql, { site_id, before_ms, limit }));
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) {
    yield* withdrawQueues(
      sql,
      REMOTES.flatMap((remote) => ids.map((id) => broadcastQueue(remote, id))),
    );
    yield* detachAll(sql, ids);
    yield* eraseMessages(sql, ids);
    yield* run(removeConversations(sql, site_id, ids));
  }
  return rows.map((row) => ({ id: row.id, visitorId: row.visitor_id }));
}

function* assign(
  sql: Sql,
  publications: Publication[],
  before: ConversationState,
  visitorId: number,
  circumstances: Circumstances,
) {
  yield* tell(sql, publications, describeVisitor(before, visitorId), circumstances);
}

function* tell(
  sql: Sql,
  publications: Publication[],
  { state, place }: Change,
  circumstances: Circumstances,
) {
  const own: Publication[] = [];
  const happening = updatedAs(place, false);
  const view = yield* record(sql, own, state, happening, circumstances);
  yield* conclude(sql, own, view, circumstances);
  publications.push(...own);
}

function* conversationsOf(sql: Sql, siteId: number, visitorId: number) {
  const rows = yield* all(lockAllOfVisitor(sql, { site_id: siteId, visitor_id: visitorId }));
  return rows.map((row) => conversationFromRow(row));
}

function isUnresolved(state: ConversationState): boolean {
  return state.status !== 'resolved';
}

function lessRecent(
  a: ConversationState | undefined,
  b: ConversationState | undefined,
): ConversationState | null {
  if (a === undefined || b === undefined) return null;
  return a.lastActivityAt_ms < b.lastActivityAt_ms ? a : b;
}
