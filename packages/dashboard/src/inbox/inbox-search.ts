import type { InboxQuery } from '@parley/protocol';

export const INBOX_STATUSES = ['open', 'pending', 'snoozed', 'resolved', 'all'] as const;
export const INBOX_CATEGORIES = ['human-chats', 'ai-chats'] as const;
export const INBOX_SORTS = ['waiting', 'newest'] as const;

/**
 * The filters as they stand in the address. What is absent is the default: everyone's open ones, who
 * waits longest first.
 */
export interface InboxSearch {
  readonly status?: (typeof INBOX_STATUSES)[number];
  /** `me`, `none` or an agent's id. */
  readonly assignee?: string;
  readonly mentioned?: 'me';
  readonly team?: string;
  readonly label?: string;
  readonly category?: (typeof INBOX_CATEGORIES)[number];
  readonly site?: number;
  readonly sort?: 'newest';
  readonly q?: string;
}

const Q_MAX_CHARS = 200;
const LABEL_MAX_CHARS = 50;
const OWNER = /^(me|none|[1-9]\d{0,15})$/;
const TEAM = /^(none|[1-9]\d{0,15})$/;

/** Reads the filters from an address that anybody may have typed; what makes no sense is dropped. */
export function parseInboxSearch(search: Readonly<Record<string, unknown>>): InboxSearch {
  const status = INBOX_STATUSES.find((one) => one === search['status']);
  const category = INBOX_CATEGORIES.find((one) => one === search['category']);
  const assignee = textOf(search['assignee'], 20);
  const team = textOf(search['team'], 20);
  const label = textOf(search['label'], LABEL_MAX_CHARS);
  const site = Number(search['site']);
  const q = textOf(search['q'], Q_MAX_CHARS);
  return {
    ...(status !== undefined && status !== 'open' && { status }),
    ...(OWNER.test(assignee) && { assignee }),
    ...(search['mentioned'] === 'me' && { mentioned: 'me' as const }),
    ...(TEAM.test(team) && { team }),
    ...(label !== '' && { label }),
    ...(category !== undefined && { category }),
    ...(Number.isSafeInteger(site) && site > 0 && { site }),
    ...(search['sort'] === 'newest' && { sort: 'newest' as const }),
    ...(q !== '' && { q }),
  };
}

/** The router reads `q=123` as a number. */
function textOf(value: unknown, max_chars: number): string {
  const text = ['string', 'number'].includes(typeof value) ? String(value) : '';
  if (text.trim() === '' || !text.isWellFormed()) return '';
  const cut = text.replaceAll('\u0000', '').slice(0, max_chars);
  // Never half a pair.
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

/** What is asked of the server for these filters; a search has a call of its own. */
export function inboxQuery(search: InboxSearch): InboxQuery {
  const { status = 'open', assignee, mentioned, team, label, category, site, sort } = search;
  const asked = label?.trim() ?? '';
  return {
    ...(status !== 'all' && { status }),
    ...(assignee !== undefined && { assignee }),
    ...(mentioned !== undefined && { mentioned }),
    ...(team !== undefined && { team }),
    ...(asked !== '' && { label: label ?? '' }),
    ...(category !== undefined && { category }),
    ...(site !== undefined && { site }),
    sort: sort ?? 'waiting',
  };
}

/** Whether two queries ask the same, however they came about. */
export function sameQuery(one: InboxQuery, other: InboxQuery): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof InboxQuery>;
  return [...names].every((name) => one[name] === other[name]);
}

/** The filters that are not at their default; `q` and the order are none. */
export function activeFilters(search: InboxSearch): (keyof InboxSearch)[] {
  const names = ['label', 'team', 'category', 'site'] as const;
  const given = names.filter((name) => search[name] !== undefined);
  return isAgentId(search.assignee) ? [...given, 'assignee'] : given;
}

/** Whether a colleague is meant, by id. */
export function isAgentId(assignee: string | undefined): assignee is string {
  return assignee !== undefined && assignee !== 'me' && assignee !== 'none';
}
