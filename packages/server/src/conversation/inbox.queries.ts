import { LIMITS, type InboxAnswer, type InboxEntry, type InboxQuery } from '@parley/protocol';
import { sql as raw } from 'kysely';
import { all, together, type Sql } from '../database/database.ts';
import { containsExactly } from '../database/text-search.ts';
import { conversationsWith } from '../search/found.queries.ts';
import { ofAgent } from './conversation.store.ts';
import { selectViews, viewFromRow } from './view.store.ts';
import {
  cursorOf,
  inOrder,
  isAfter,
  parseCursor,
  type InboxPlace,
  type InboxPlaced,
} from './inbox-order.ts';
import { presentEntry } from './view.ts';

/** As a literal, or neither planner would use the index of the unresolved ones. */
const RESOLVED = raw.lit('resolved');

/**
 * A page of the agent's inbox. A transaction. First the places of its rows, of each site by itself, as
 * an index gives them; then the rows: what stands in them costs too much to be made and thrown away.
 */
export function* inboxPage(sql: Sql, { agentId, query }: { agentId: number; query: InboxQuery }) {
  const limit = Math.min(query.limit ?? LIMITS.inboxPage, LIMITS.inboxPageMax);
  const sites = yield* all(ofAgent(sql, agentId).compile());
  const siteIds = sites
    .map((row) => row.site_id)
    .filter((id) => query.site === undefined || id === query.site);
  const found =
    query.q === undefined ? null : yield* conversationsWith(sql, agentId, siteIds, query.q);
  const nothing = siteIds.length === 0 || found?.length === 0;
  const places = nothing ? [] : yield* placesOf(sql, { agentId, query, siteIds, found }, limit + 1);
  const shown = places.slice(0, limit);
  const last = shown.at(-1);
  return {
    conversations: yield* entriesOf(
      sql,
      agentId,
      shown.map(({ id }) => id),
    ),
    next_cursor: places.length > limit && last !== undefined ? cursorOf(last) : null,
  } satisfies Omit<InboxAnswer, 'success'>;
}

/** Within a transaction: rows of the inbox by their ids, in that order; those that the agent may see. */
export function* entriesOf(sql: Sql, agentId: number, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const rows = yield* all(
    selectViews(sql)
      .where('c.id', 'in', ids)
      .where('c.site_id', 'in', ofAgent(sql, agentId))
      .compile(),
  );
  const entries = new Map(rows.map((row) => [row.id, presentEntry(viewFromRow(row))]));
  return ids.flatMap((id): InboxEntry[] => {
    const entry = entries.get(id);
    return entry === undefined ? [] : [entry];
  });
}

/** Within a transaction: the latest conversation of each of these visitors, in their order. */
export function* newestOfVisitors(sql: Sql, agentId: number, visitorIds: readonly number[]) {
  if (visitorIds.length === 0) return [];
  const rows = yield* all(
    sql.db
      .selectFrom('conversations as c')
      .select((of) => ['c.visitor_id', of.fn.max('c.id').as('id')])
      .where('c.visitor_id', 'in', visitorIds)
      .where('c.site_id', 'in', ofAgent(sql, agentId))
      .groupBy('c.visitor_id')
      .compile(),
  );
  const newest = new Map(rows.map(({ visitor_id, id }) => [visitor_id, id]));
  return visitorIds.flatMap((id) => newest.get(id) ?? []);
}

interface Wanted {
  readonly agentId: number;
  readonly query: InboxQuery;
  readonly siteIds: readonly number[];
  /** Null: no search. */
  readonly found: readonly number[] | null;
}

/** Who waits, where that comes first, and then the others until there are enough. */
function* placesOf(sql: Sql, wanted: Wanted, limit: number) {
  const { query, siteIds } = wanted;
  const cursor = parseCursor(query.cursor);
  const places: InboxPlaced[] = [];
  const parts = query.sort === 'waiting' ? (['waiting', 'other'] as const) : (['all'] as const);
  for (const part of parts) {
    const isOver = part === 'waiting' && cursor !== null && cursor.part !== 'waiting';
    const left = limit - places.length;
    if (isOver || left === 0) continue;
    const after = cursor?.part === part ? cursor : null;
    const pages = yield* together(
      ...siteIds.map((siteId) => selectPlaces(sql, wanted, { siteId, part, after, limit: left })),
    );
    const rows = pages.flat().map((row) => Object.assign(row, { part }));
    places.push(...rows.sort(inOrder).slice(0, left));
  }
  return places;
}

function selectPlaces(
  sql: Sql,
  wanted: Wanted,
  of: { siteId: number; part: InboxPlace['part']; after: InboxPlace | null; limit: number },
) {
  const { part, after } = of;
  let rows = filtered(sql, wanted).where('c.site_id', '=', of.siteId);
  const waits = ['open', 'pending'];
  if (part === 'waiting') {
    rows = rows
      .where('c.status', '!=', RESOLVED)
      .where('c.status', 'in', waits)
      .where('c.waiting_since', 'is not', null);
  } else if (part === 'other') {
    rows = rows.where((is) =>
      is.or([is('c.waiting_since', 'is', null), is('c.status', 'not in', waits)]),
    );
  }
  if (after !== null) rows = rows.where(isAfter(after));
  const column = part === 'waiting' ? 'c.waiting_since' : 'c.last_activity_at';
  const direction = part === 'waiting' ? 'asc' : 'desc';
  return rows.orderBy(column, direction).orderBy('c.id', direction).limit(of.limit).compile();
}

function filtered(sql: Sql, { agentId, query, found }: Wanted) {
  let rows = sql.db
    .selectFrom('conversations as c')
    .select(['c.id', 'c.last_activity_at', 'c.waiting_since']);
  if (found !== null) rows = rows.where('c.id', 'in', found);
  if (query.status !== undefined) rows = rows.where('c.status', '=', query.status);
  // In words of the index of those that are not, which are few.
  if (query.status !== undefined && query.status !== 'resolved') {
    rows = rows.where('c.status', '!=', RESOLVED);
  }
  if (query.category !== undefined) rows = rows.where('c.category', '=', query.category);
  if (query.team === 'none') rows = rows.where('c.team_id', 'is', null);
  else if (query.team !== undefined) rows = rows.where('c.team_id', '=', Number(query.team));
  if (query.mentioned !== undefined) {
    rows = rows.where((where) =>
      where.exists(
        where
          .selectFrom('mentions')
          .select('mentions.message_id')
          .where('mentions.agent_id', '=', agentId)
          .whereRef('mentions.conversation_id', '=', 'c.id'),
      ),
    );
  }
  if (query.assignee === 'none') rows = rows.where('c.assignee_id', 'is', null);
  else if (query.assignee !== undefined) {
    const id = query.assignee === 'me' ? agentId : Number(query.assignee);
    rows = rows.where('c.assignee_id', '=', id);
  }
  if (query.label !== undefined) {
    rows = rows.where(containsExactly(sql, 'c.labels', JSON.stringify(query.label)));
  }
  return rows;
}
