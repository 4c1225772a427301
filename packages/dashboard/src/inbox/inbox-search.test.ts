import { InboxQuery } from '@parley/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { inboxQuery, parseInboxSearch } from './inbox-search.ts';

test('an address without filters shows the open conversations of everyone', () => {
  expect(parseInboxSearch({})).toEqual({});
  expect(inboxQuery({})).toEqual({ status: 'open', sort: 'waiting' });
});

test('filters of the address reach the server', () => {
  const search = parseInboxSearch({
    status: 'all',
    assignee: 'me',
    site: '3',
    q: 42,
    team: 7,
    label: 'vip',
    sort: 'newest',
  });
  const { q, ...filters } = { assignee: 'me', site: 3, q: '42', team: '7', label: 'vip' };
  expect(search).toEqual({ status: 'all', sort: 'newest', q, ...filters });
  // The search has a call of its own.
  expect(inboxQuery(search)).toEqual({ sort: 'newest', ...filters });
});

test('no address makes a query that the server refuses', () => {
  const value = fc.oneof(
    fc.constantFrom('open', 'all', 'me', 'none', '1', -1, 0.5, null, [], {}),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.double(),
  );
  const addresses = fc.record(
    {
      status: value,
      assignee: value,
      site: value,
      q: value,
      team: value,
      label: value,
      mentioned: value,
      category: value,
      sort: value,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(addresses, (address) => {
      const query = inboxQuery(parseInboxSearch(address));
      expect(InboxQuery.safeParse(query).success).toBe(true);
    }),
    { numRuns: 500 },
  );
});
