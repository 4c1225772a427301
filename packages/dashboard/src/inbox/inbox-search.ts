import type { InboxQuery } from '@parley/protocol';

export const INBOX_STATUSES = ['open', 'pending', 'snoozed', 'resolved', 'all'] as const;
export const INBOX_ASSIGNEES = ['all', 'me', 'none'] as const;

/** The filters as they stand in the address. What is absent is the default: everyone's open ones. */
export interface InboxSearch {
  readonly status?: (typeof INBOX_STATUSES)[number];
  readonly assignee?: (typeof INBOX_ASSIGNEES)[number];
  readonly site?: number;
  readonly q?: string;
}

const Q_MAX_CHARS = 200;

/** Reads the filters from an address that anybody may have typed; what makes no sense is dropped. */
export function parseInboxSearch(search: Readonly<Record<string, unknown>>): InboxSearch {
  const status = INBOX_STATUSES.find((one) => one === search['status']);
  const assignee = INBOX_ASSIGNEES.find((one) => one === search['assignee']);
  const site = Number(search['site']);
  // The router reads `q=123` as a number.
  const q = ['string', 'number'].includes(typeof search['q']) ? String(search['q']) : '';
  return {
    ...(status !== undefined && status !== 'open' && { status }),
    ...(assignee !== undefined && assignee !== 'all' && { assignee }),
    ...(Number.isSafeInteger(site) && site > 0 && { site }),
    ...(q.trim() !== '' &&
      q.isWellFormed() && { q: q.replaceAll('\u0000', '').slice(0, Q_MAX_CHARS) }),
  };
}

/** What is asked of the server for these filters. */
export function inboxQuery({ status = 'open', assignee, site, q }: InboxSearch): InboxQuery {
  const words = q?.trim() ?? '';
  return {
    ...(status !== 'all' && { status }),
    ...(assignee !== undefined && assignee !== 'all' && { assignee }),
    ...(site !== undefined && { site }),
    ...(words !== '' && { q: words }),
  };
}

/** Whether two queries ask the same, however they came about. */
export function sameQuery(one: InboxQuery, other: InboxQuery): boolean {
  return (['status', 'assignee', 'site', 'q'] as const).every((name) => one[name] === other[name]);
}
