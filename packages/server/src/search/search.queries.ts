import {
  LIMITS,
  type FoundMessage,
  type SearchAnswer,
  type SearchQuery,
  type SenderType,
} from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { entriesOf, newestOfVisitors } from '../conversation/inbox.queries.ts';
import { seconds } from '../conversation/view.ts';
import { all, type Sql } from '../database/database.ts';
import { findWords, type SearchTerm } from '../database/search-index.ts';
import { selectFound } from './search.store.ts';
import { excerptOf, placesOf, termsOf } from './words.ts';

export interface SearchQueries {
  /** Within the agent's sites. */
  search(agent: AgentActor, query: SearchQuery): Promise<Omit<SearchAnswer, 'success'>>;
}

/** People of whom a conversation is shown. */
const PEOPLE = 10;

export function createSearchQueries({ database }: Pick<Context, 'database'>): SearchQueries {
  return { search: (agent, query) => database.snapshot(searchPage, { agent, query }) };
}

/** A transaction. */
function* searchPage(sql: Sql, { agent, query }: { agent: AgentActor; query: SearchQuery }) {
  const { site } = query;
  const siteIds = agent.siteIds.filter((id) => site === undefined || id === site);
  const terms = termsOf(query.q);
  const { agentId } = agent;
  if (siteIds.length === 0)
    return { people: [], messages: [], conversations: [], next_cursor: null };
  const before = query.cursor ?? null;
  const limit = query.limit ?? LIMITS.searchPage;
  const people =
    before === null ? yield* conversationsOfPeople(sql, agentId, siteIds, query.q) : [];
  const { messages, next } = yield* foundMessages(sql, agentId, { siteIds, terms, before, limit });
  const ids = new Set([...people, ...messages.map((message) => message.conversation_id)]);
  return {
    people,
    messages,
    conversations: yield* entriesOf(sql, agentId, [...ids]),
    next_cursor: next,
  } satisfies Omit<SearchAnswer, 'success'>;
}

/** By the number of the conversation, or its visitor's name and address: the latest of each. */
function* conversationsOfPeople(
  sql: Sql,
  agentId: number,
  siteIds: readonly number[],
  question: string,
) {
  // Of a name one rarely types the whole.
  const terms = termsOf(question).map(({ words }) => ({ words, isPrefix: true }));
  const visitors =
    terms.length === 0
      ? []
      : yield* all(findWords(sql, 'visitor', { siteIds, terms, before: null, limit: PEOPLE }));
  const visitorIds = visitors.map(({ id }) => id);
  const newest = yield* newestOfVisitors(sql, agentId, visitorIds);
  const number = Number(/^\s*#?([1-9]\d{0,15})\s*$/.exec(question)?.[1]);
  const named = Number.isSafeInteger(number) ? yield* entriesOf(sql, agentId, [number]) : [];
  const own = named.filter(({ site_id }) => siteIds.includes(site_id)).map(({ id }) => id);
  return [...new Set([...own, ...newest])];
}

/**
 * The index may know what was edited since, or is gone: each row is looked at, and what is missing is
 * made up for by the next page.
 */
function* foundMessages(
  sql: Sql,
  agentId: number,
  find: {
    siteIds: readonly number[];
    terms: readonly SearchTerm[];
    before: number | null;
    limit: number;
  },
) {
  const { terms, limit } = find;
  if (terms.length === 0) return { messages: [], next: null };
  const candidates = yield* all(findWords(sql, 'message', { ...find, limit: limit + 1 }));
  const ids = candidates.slice(0, limit).map(({ id }) => id);
  const next = candidates.length > limit ? (ids.at(-1) ?? null) : null;
  if (ids.length === 0) return { messages: [], next };
  const rows = yield* all(selectFound(sql, { agentId, ids }));
  const messages = rows.flatMap((row): FoundMessage[] => {
    const places = placesOf(row.text, terms);
    if (places === null) return [];
    const excerpt = excerptOf(row.text, places);
    return [
      {
        id: row.id,
        conversation_id: row.conversation_id,
        seq: row.a_seq,
        sender_type: row.sender_type as SenderType,
        sender_name: row.sender_name,
        private: row.private === 1,
        timestamp: seconds(row.created_at),
        excerpt: excerpt.text,
        highlights: excerpt.highlights.map(([from, to]) => [from, to]),
      },
    ];
  });
  return { messages, next };
}
