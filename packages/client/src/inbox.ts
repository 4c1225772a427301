import type { InboxEntry, InboxQuery } from '@parley/protocol';

/** The agents' inbox as a list that changes: pure. */
export interface InboxList {
  /** Latest activity first. */
  readonly entries: readonly InboxEntry[];
  /** Where the next page begins; null where everything is loaded. */
  readonly nextCursor: string | null;
}

export const EMPTY_INBOX: InboxList = { entries: [], nextCursor: null };

/** Whether a row belongs to a filter. A search cannot be decided here: null. */
export function fits(entry: InboxEntry, query: InboxQuery, agentId: number): boolean | null {
  const { site, status, assignee, label, category, q } = query;
  if (site !== undefined && entry.site_id !== site) return false;
  if (status !== undefined && entry.status !== status) return false;
  if (category !== undefined && entry.category !== category) return false;
  if (label !== undefined && entry.labels?.includes(label) !== true) return false;
  if (assignee !== undefined && !isAssigned(entry, assignee, agentId)) return false;
  return q === undefined ? true : null;
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
  const index = others.findIndex((other) => precedes(entry, other));
  if (index !== -1) return { ...list, entries: others.toSpliced(index, 0, entry) };
  const beyond = list.nextCursor !== null && known === undefined;
  return beyond ? list : { ...list, entries: [...others, entry] };
}

function precedes(a: InboxEntry, b: InboxEntry): boolean {
  const later_ms = a.last_activity_ms - b.last_activity_ms;
  return later_ms === 0 ? a.id > b.id : later_ms > 0;
}

/** Puts a page after what is loaded; rows that have moved up meanwhile stay where they are. */
export function withPage(list: InboxList, page: InboxList): InboxList {
  const known = new Set(list.entries.map(({ id }) => id));
  const added = page.entries.filter(({ id }) => !known.has(id));
  return { entries: [...list.entries, ...added], nextCursor: page.nextCursor };
}
