import type { Actor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import { first, type Sql } from '../database/database.ts';
import {
  conversationFromRow,
  lockConversation,
  lockNewestResolved,
  lockUnresolved,
  selectRefOfAgent,
  selectRefOfVisitor,
} from './conversation.store.ts';

/**
 * Within a transaction: a conversation that the actor may see, held until the end, so that nobody
 * else gives out places of its streams. @throws AppError `not_found`
 */
export function* heldConversation(sql: Sql, actor: Actor, id: number) {
  const ref = yield* first(
    actor.kind === 'visitor'
      ? selectRefOfVisitor(sql, { id, site_id: actor.siteId, visitor_id: actor.visitorId })
      : selectRefOfAgent(sql, { id, agent_id: actor.agentId }),
  );
  if (ref === undefined) throw conversationNotFound();
  const row = yield* first(lockConversation(sql, { id, site_id: ref.site_id }));
  // It may have been joined to another visitor while this waited for it.
  if (row === undefined || (actor.kind === 'visitor' && row.visitor_id !== actor.visitorId)) {
    throw conversationNotFound();
  }
  return conversationFromRow(row);
}

/** What a visitor's message may go to, beside a conversation that it names. */
export function* heldCandidates(sql: Sql, of: { siteId: number; visitorId: number }) {
  const keys = { site_id: of.siteId, visitor_id: of.visitorId };
  const unresolved = yield* first(lockUnresolved(sql, keys));
  if (unresolved !== undefined) {
    return { unresolved: conversationFromRow(unresolved), newestResolved: null };
  }
  const resolved = yield* first(lockNewestResolved(sql, keys));
  return {
    unresolved: null,
    newestResolved: resolved === undefined ? null : conversationFromRow(resolved),
  };
}

function conversationNotFound(): AppError {
  return new AppError('not_found', 'There is no such conversation');
}
