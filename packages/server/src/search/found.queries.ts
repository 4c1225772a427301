import { all, type Sql } from '../database/database.ts';
import { findWords } from '../database/search-index.ts';
import { selectConversationsOf } from './search.store.ts';
import { placesOf, termsOf } from './words.ts';

/** Of messages, and of visitors: the newest; an inbox of more is not what one looks for. */
const FOUND_MAX = 500;

/** Within a transaction: the conversations in which the question is found, in any order. */
export function* conversationsWith(
  sql: Sql,
  agentId: number,
  siteIds: readonly number[],
  question: string,
) {
  const terms = termsOf(question);
  if (terms.length === 0 || siteIds.length === 0) return [];
  const find = { siteIds, before: null, limit: FOUND_MAX };
  const messages = yield* all(findWords(sql, 'message', { ...find, terms }));
  // Of a name one rarely types the whole.
  const beginnings = terms.map(({ words }) => ({ words, isPrefix: true }));
  const visitors = yield* all(findWords(sql, 'visitor', { ...find, terms: beginnings }));
  const rows = yield* all(
    selectConversationsOf(sql, {
      agentId,
      messageIds: messages.map(({ id }) => id),
      visitorIds: visitors.map(({ id }) => id),
    }),
  );
  // What was edited since is not found by what it said before.
  const found = rows.filter(({ text }) => text === null || placesOf(text, terms) !== null);
  return [...new Set(found.map(({ id }) => id))];
}
