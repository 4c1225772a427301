import type { InboxEntry, InboxQuery } from '@parley/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_INBOX, fits, withEntry, withPage, type InboxList } from './inbox.ts';
import { ModelConversation } from './testing/model-conversation.ts';

const ME = 5;

function entry(id: number, change: Partial<InboxEntry> = {}): InboxEntry {
  const model = new ModelConversation({
    id,
    siteId: 1,
    visitorId: id,
    now_ms: 0,
    nextMessageId: () => id,
  });
  return { ...model.inboxEntry(), head: 1, last_activity: id, ...change };
}

function listOf(entries: readonly InboxEntry[], nextCursor: string | null = null): InboxList {
  return { entries, nextCursor };
}

function ids({ entries }: InboxList): number[] {
  return entries.map(({ id }) => id);
}

describe('a row that changed', () => {
  const list = listOf([entry(3), entry(2), entry(1)]);

  test('moves to the place of its activity', () => {
    expect(ids(withEntry(list, entry(1, { head: 2, last_activity: 9 }), {}, ME))).toEqual([
      1, 3, 2,
    ]);
  });

  test('with a lower head is older than what is shown', () => {
    const newer = withEntry(list, entry(2, { head: 5, status: 'pending' }), {}, ME);
    expect(withEntry(newer, entry(2, { head: 4 }), {}, ME)).toBe(newer);
  });

  test('and does not fit the filter any more leaves; one that fits now comes', () => {
    const query: InboxQuery = { status: 'open' };
    const without = withEntry(list, entry(2, { head: 2, status: 'resolved' }), query, ME);
    expect(ids(without)).toEqual([3, 1]);
    expect(ids(withEntry(without, entry(2, { head: 3 }), query, ME))).toEqual([3, 2, 1]);
  });

  test('beyond the loaded end waits for its page', () => {
    expect(ids(withEntry(listOf([entry(3)], 'more'), entry(2), {}, ME))).toEqual([3]);
    expect(ids(withEntry(listOf([entry(3)]), entry(2), {}, ME))).toEqual([3, 2]);
  });

  test('in a search stays where it was found, and nothing new is found here', () => {
    const query: InboxQuery = { q: 'order' };
    const changed = withEntry(list, entry(2, { head: 2, last_activity: 9 }), query, ME);
    expect(ids(changed)).toEqual([2, 3, 1]);
    expect(withEntry(list, entry(7), query, ME)).toBe(list);
  });
});

test.each<[string, InboxQuery, Partial<InboxEntry>, boolean]>([
  ['mine', { assignee: 'me' }, { assignee: { id: ME, name: 'A' } }, true],
  ["a colleague's", { assignee: 'me' }, { assignee: { id: 6, name: 'B' } }, false],
  ['of one colleague', { assignee: '6' }, { assignee: { id: 6, name: 'B' } }, true],
  ["nobody's", { assignee: 'none' }, { assignee: null }, true],
  ['labelled', { label: 'vip' }, { labels: ['new', 'vip'] }, true],
  ['labelled otherwise', { label: 'vip' }, { labels: ['new'] }, false],
  ['of a site', { site: 1 }, { site_id: 1 }, true],
  ['of another site', { site: 1 }, { site_id: 2 }, false],
  ['of a category', { category: 'ai-chats' }, { category: 'human-chats' }, false],
])('a filter keeps what it names: %s', (_, query, change, expected) => {
  expect(fits(entry(1, change), query, ME)).toBe(expected);
});

test('a further page follows, without what has moved up meanwhile', () => {
  const list = withPage(listOf([entry(3), entry(2)], 'x'), listOf([entry(2), entry(1)]));
  expect(list).toMatchObject({ nextCursor: null });
  expect(ids(list)).toEqual([3, 2, 1]);
});

test('rows in any order, any of them again: each once, at its newest, latest activity first', () => {
  const change = fc.record({ id: fc.integer({ min: 1, max: 6 }), head: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      let list = EMPTY_INBOX;
      // The activity of a row only grows with its head.
      for (const { id, head } of changes) {
        list = withEntry(list, entry(id, { head, last_activity: head }), {}, ME);
      }
      const newest = new Map<number, number>();
      for (const { id, head } of changes) newest.set(id, Math.max(head, newest.get(id) ?? 0));
      const expected = [...newest].toSorted(([a, x], [b, y]) => y - x || b - a);
      expect(list.entries.map(({ id, head }) => [id, head])).toEqual(expected);
    }),
  );
});
