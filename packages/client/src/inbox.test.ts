import type { InboxEntry, InboxQuery } from '@parley/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fits, withEntry, withPage, type InboxList } from './inbox.ts';
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
  return { ...model.inboxEntry(), head: 1, last_activity_ms: id, ...change };
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
    expect(ids(withEntry(list, entry(1, { head: 2, last_activity_ms: 9 }), {}, ME))).toEqual([
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
    const changed = withEntry(list, entry(2, { head: 2, last_activity_ms: 9 }), query, ME);
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

/** What the server has, as it gives it to whoever loads. */
class Rows {
  readonly #rows = new Map<number, InboxEntry>();
  #now_ms = 0;

  /** A message in this conversation, so many milliseconds after the last one; returns its row. */
  write(id: number, later_ms: number): InboxEntry {
    this.#now_ms += later_ms;
    const head = (this.#rows.get(id)?.head ?? 0) + 1;
    const row = entry(id, { head, last_activity_ms: this.#now_ms });
    this.#rows.set(id, row);
    return row;
  }

  load(limit: number): InboxList {
    const rows = [...this.#rows.values()].toSorted(
      (a, b) => b.last_activity_ms - a.last_activity_ms || b.id - a.id,
    );
    return listOf(rows.slice(0, limit), rows.length > limit ? 'more' : null);
  }
}

const writing = fc.record({ id: fc.integer({ min: 1, max: 6 }), later_ms: fc.nat(2) });

test('[SYNC-5] after any events, late or repeated, the list is what a fresh load gives', () => {
  const story = fc.record({
    before: fc.array(writing, { minLength: 1 }),
    limit: fc.integer({ min: 1, max: 6 }),
    after: fc.array(writing),
    shuffle: fc.array(fc.nat(99), { minLength: 1, maxLength: 40 }),
  });
  fc.assert(
    fc.property(story, ({ before, limit, after, shuffle }) => {
      const rows = new Rows();
      for (const { id, later_ms } of before) rows.write(id, later_ms);
      const loaded = rows.load(limit);
      const events = after.map(({ id, later_ms }) => rows.write(id, later_ms));
      // Each twice, anywhere.
      const list = [...events, ...events]
        .map((row, index) => ({ row, place: shuffle[index % shuffle.length] ?? 0 }))
        .toSorted((a, b) => a.place - b.place)
        .reduce((now, { row }) => withEntry(now, row, {}, ME), loaded);
      expect(list.entries).toEqual(rows.load(list.entries.length).entries);
      if (loaded.nextCursor === null) expect(list.entries).toEqual(rows.load(99).entries);
    }),
  );
});
