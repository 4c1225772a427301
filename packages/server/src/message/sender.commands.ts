import { chunked } from '../database/chunked.ts';
import { run, type Sql } from '../database/database.ts';
import { deleteOfConversations, forgetSharedIds, moveSender } from './message.store.ts';

/** Within a transaction: what one visitor wrote is another's from now on (SYNC-13). */
export function* moveMessages(sql: Sql, move: { siteId: number; fromId: number; toId: number }) {
  const keys = { site_id: move.siteId, from_id: move.fromId, to_id: move.toId };
  yield* run(forgetSharedIds(sql, keys));
  yield* run(moveSender(sql, keys));
}

/** Within a transaction that holds the conversations: nothing was ever said in them. */
export function* eraseMessages(sql: Sql, conversationIds: readonly number[]) {
  for (const ids of chunked(conversationIds)) yield* run(deleteOfConversations(sql, ids));
}
