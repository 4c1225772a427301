import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleEntry } from '../testing/samples.ts';
import { arrange, hold, type InboxRow, longestWaiting } from './arrange.ts';

const keys = (rows: readonly InboxRow[]) => rows.map((row) => row.key);

const entries = fc
  .uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 30 }),
      waiting_since: fc.option(fc.integer({ min: 1, max: 50 })),
      status: fc.constantFrom('open', 'pending', 'snoozed', 'resolved'),
    }),
    { selector: (entry) => entry.id, maxLength: 12 },
  )
  .map((list) => list.map(sampleEntry));

describe('order of the inbox', () => {
  test('who waits longest stands first; the answered follow as the server sorted them', () => {
    const rows = arrange([
      sampleEntry({ id: 1 }),
      sampleEntry({ id: 2, waiting_since: 500 }),
      sampleEntry({ id: 3 }),
      sampleEntry({ id: 4, waiting_since: 100 }),
    ]);
    expect(keys(rows)).toEqual(['head-waiting', '4', '2', 'head-other', '1', '3']);
    expect(longestWaiting(rows)?.id).toBe(4);
  });

  test('nobody waits in what is resolved or snoozed', () => {
    const rows = arrange([
      sampleEntry({ id: 1, status: 'resolved', waiting_since: 5 }),
      sampleEntry({ id: 2, status: 'snoozed', waiting_since: 5 }),
    ]);
    expect(keys(rows)).toEqual(['1', '2']);
    expect(longestWaiting(rows)).toBeNull();
  });

  test('every conversation stands there exactly once', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const shown = arrange(list).flatMap((row) => (row.kind === 'entry' ? [row.entry.id] : []));
        const ids = list.map((entry) => entry.id);
        expect(shown.toSorted((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('while the cursor is about to click', () => {
  test('no row moves, comes or goes, whatever arrives', () => {
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const shown = arrange(before);
        const held = hold(shown, arrange(after));
        expect(keys(held.rows)).toEqual(keys(shown));
        const known = new Set(before.map((entry) => entry.id));
        expect(held.added).toBe(after.filter((entry) => !known.has(entry.id)).length);
      }),
    );
  });

  test('what is in a row is of now', () => {
    const shown = arrange([sampleEntry({ id: 1, unread: 0 }), sampleEntry({ id: 2 })]);
    const next = arrange([sampleEntry({ id: 1, unread: 3, waiting_since: 9 })]);
    const held = hold(shown, next);
    expect(held.rows[0]).toMatchObject({ entry: { id: 1, unread: 3 } });
    expect(held.rows[1]).toMatchObject({ entry: { id: 2 } });
  });
});
