import type { InboxEntry, InboxQuery } from '@parley/protocol';

/** The agents' inbox as a list that changes: pure. */
export interface InboxList {
  /** Latest activity first, or as the query says. */
  readonly entries: readonly InboxEntry[];
  /** Where the next page begins; null where everything is loaded. */
  readonly nextCursor: string | null;
}

export const EMPTY_INBOX: InboxList = { entries: [], nextCursor: null };

/** Whether a row belongs to a filter. A search, and who was named, cannot be decided here: null. */
export function fits(entry: InboxEntry, query: InboxQuery, agentId: number): boolean | null {
  const { site, status, assignee, team, label, category, mentioned, q } = query;
  if (site !== undefined && entry.site_id !== site) return false;
  if (status !== undefined && entry.status !== status) return false;
  if (category !== undefined && entry.category !== category) return false;
  if (label !== undefined && entry.labels?.includes(label) !== true) return false;
  if (assignee !== undefined && !isAssigned(entry, assignee, agentId)) return false;
  if (team !== undefined && String(entry.team?.id ?? 'none') !== team) return false;
  return q === undefined && mentioned === undefined ? true : null;
}

function isAssigned(entry: InboxEntry, assignee: string, agentId: number): boolean {
  if (assignee === 'none') return entry.assignee === null;
  const wanted = assignee === 'me' ? agentId : Number(assignee);
  return entry.assignee?.id === wanted;
}

/**
 * Takes a row as it is after a change. A row that does not fit the filter any more leaves; one
 * that stands beyond the loaded end waits there. The higher head is the newer.
 */
export function withEntry(
  list: InboxList,
  entry: InboxEntry,
  query: InboxQuery,
  agentId: number,
): InboxList {
  const known = list.entries.find(({ id }) => id === entry.id);
  if (known !== undefined && known.head > entry.head) return list;
  const others = list.entries.filter(({ id }) => id !== entry.id);
  const fitting = fits(entry, query, agentId);
  if (fitting === false) return known === undefined ? list : { ...list, entries: others };
  // Whether a row is found by a search, only the server knows: what was found stays.
  if (fitting === null && known === undefined) return list;
  const index = others.findIndex((other) => precedes(entry, other, query.sort));
  if (index !== -1) return { ...list, entries: others.toSpliced(index, 0, entry) };
  const beyond = list.nextCursor !== null && known === undefined;
  return beyond ? list : { ...list, entries: [...others, entry] };
}

function precedes(a: InboxEntry, b: InboxEntry, sort: InboxQuery['sort']): boolean {
  if (sort === 'waiting') {
    const [one, other] = [waitsSince(a), waitsSince(b)];
    if (one !== null && other !== null) return one === other ? a.id < b.id : one < other;
    if (one !== other) return one !== null;
  }
  const later_ms = a.last_activity_ms - b.last_activity_ms;
  return later_ms === 0 ? a.id > b.id : later_ms > 0;
}

/** Nobody has to answer in what sleeps or is resolved. */
function waitsSince({ status, waiting_since }: InboxEntry): number | null {
  return status === 'open' || status === 'pending' ? waiting_since : null;
}

/** Puts a page after what is loaded; rows that have moved up meanwhile stay where they are. */
export function withPage(list: InboxList, page: InboxList): InboxList {
  const known = new Set(list.entries.map(({ id }) => id));
  const added = page.entries.filter(({ id }) => !known.has(id));
  return { entries: [...list.entries, ...added], nextCursor: page.nextCursor };
}
