import type { Actor, VisitorActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import { all, first, firstAfterHolding, together, type Sql } from '../database/database.ts';
import { beginningsOf, selectBeginnings } from '../site/site.queries.ts';
import { holdVisitor } from '../visitor/visitor.queries.ts';
import {
  conversationFromRow,
  countBegunSince,
  lockNewestResolved,
  lockOfAgent,
  lockOfSite,
  lockOfVisitor,
  lockUnresolved,
} from './conversation.store.ts';
import { selectForMessage, surroundingsOf } from './view.store.ts';

type Row = Parameters<typeof conversationFromRow>[0];

/**
 * Within a transaction: a statement that reads a conversation if the actor may see it, and holds it
 * until the end, so that nobody else gives out places of its streams. {@link held} and
 * {@link mustHold} read its rows.
 */
export function holdConversation(sql: Sql, actor: Actor, id: number) {
  return actor.kind === 'visitor'
    ? lockOfVisitor(sql, { id, site_id: actor.siteId, visitor_id: actor.visitorId })
    : lockOfAgent(sql, { id, agent_id: actor.agentId });
}

/** What such a statement gave. */
export function held([row]: readonly Row[]) {
  return row === undefined ? null : conversationFromRow(row);
}

/** Within a transaction: a conversation of the site, held; null: there is none. */
export function* heldOfSite(sql: Sql, siteId: number, id: number) {
  return held(yield* all(lockOfSite(sql, { site_id: siteId, id })));
}

/** @throws AppError `not_found` */
export function mustHold(rows: readonly Row[]) {
  const conversation = held(rows);
  if (conversation === null) throw new AppError('not_found', 'There is no such conversation');
  return conversation;
}

/** Within a transaction: a conversation that the actor may see, held. @throws AppError `not_found` */
export function* heldConversation(sql: Sql, actor: Actor, id: number) {
  return mustHold(yield* all(holdConversation(sql, actor, id)));
}

/**
 * Within a transaction that holds the visitor: a statement that reads and holds the conversation that
 * is not resolved, where there is one.
 */
export function holdUnresolved(sql: Sql, of: VisitorActor) {
  return lockUnresolved(sql, { site_id: of.siteId, visitor_id: of.visitorId });
}

/**
 * Within a transaction: what the visitor's next message needs of the conversation that is not resolved,
 * and the id of the message that came before under this `client_message_id`; null where there is no such
 * conversation. The visitor is held before anything is looked up: 50 requests of one find each other's
 * work.
 */
export function* heldForMessage(sql: Sql, of: VisitorActor, client_message_id: string) {
  const keys = { site_id: of.siteId, visitor_id: of.visitorId };
  const row = yield* firstAfterHolding(
    sql,
    () => [holdVisitor(sql, of.siteId, of.visitorId), holdUnresolved(sql, of)],
    selectForMessage(sql, { ...keys, client_message_id }),
  );
  if (row === undefined) return null;
  const state = conversationFromRow(row);
  const { visitor_name, visitor_blocked_at, repeated_id } = row;
  return {
    state,
    around: surroundingsOf(state, row),
    profile: { name: visitor_name, blocked_at: visitor_blocked_at },
    repeatedId: repeated_id,
  };
}

/**
 * Within a transaction that found no unresolved one: what else a visitor's message may go to, for how
 * long after it was resolved, and when a new one needs a proof of work.
 */
export function* heldResolved(sql: Sql, of: VisitorActor) {
  const keys = { site_id: of.siteId, visitor_id: of.visitorId };
  const [resolved, sites] = yield* together(
    lockNewestResolved(sql, keys),
    selectBeginnings(sql, of.siteId),
  );
  return { newestResolved: held(resolved), ...beginningsOf(sites) };
}

/** Within a transaction: how many conversations of the site began since then; no more than `most` are counted. */
export function* countBegun(sql: Sql, of: { siteId: number; since_ms: number; most: number }) {
  const values = { site_id: of.siteId, since_ms: of.since_ms, limit: of.most };
  return (yield* first(countBegunSince(sql, values)))?.count ?? 0;
}
