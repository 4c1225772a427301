import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleMessage } from '../testing/sample-message.ts';
import { layOut, type LogItem, newLineKey } from './lay-out.ts';

const NOON_MS = new Date(2026, 10, 3, 12).getTime();
const MINUTE_MS = 60_000;
const at = (minutes: number, part: Partial<Parameters<typeof sampleMessage>[0]> = {}) =>
  sampleMessage({ key: `m${minutes}`, created_at_ms: NOON_MS + minutes * MINUTE_MS, ...part });
/** Keys of messages by group, with the lines between them. */
function shape(items: readonly LogItem[]): readonly string[] {
  const lines: string[] = [];
  for (const item of items) {
    if (item.kind !== 'message') lines.push(item.kind);
    else if (item.first) lines.push(item.key);
    else lines.push(`${lines.pop()} ${item.key}`);
  }
  return lines;
}

describe('the log as it is drawn', () => {
  test('one sender in a row is one group; another, a pause and a note begin a new one', () => {
    const items = layOut(
      [
        at(0),
        at(1),
        at(2, { sender_type: 'agent', sender_name: 'Ada' }),
        at(3, { sender_type: 'agent', sender_name: 'Bob' }),
        at(4, { sender_type: 'agent', sender_name: 'Bob', private: true }),
        at(20, { sender_type: 'agent', sender_name: 'Bob', private: true }),
      ],
      null,
    );
    expect(shape(items)).toEqual(['day', 'm0 m1', 'm2', 'm3', 'm4', 'm20']);
  });

  test('a new day begins at local midnight', () => {
    const items = layOut([at(11 * 60 + 59), at(12 * 60)], null);
    expect(shape(items)).toEqual(['day', 'm719', 'day', 'm720']);
  });

  test('the line "New" opens a group', () => {
    const items = layOut([at(0), at(1), at(2)], 'm1');
    expect(shape(items)).toEqual(['day', 'm0', 'new-line', 'm1 m2']);
  });

  const logs = fc
    .array(
      fc.record({
        minutes: fc.integer({ min: -5_000, max: 5_000 }),
        sender_type: fc.constantFrom('visitor', 'agent', 'system', 'bot'),
        private: fc.boolean(),
      }),
      { maxLength: 40 },
    )
    .map((list) =>
      list.map(({ minutes, ...part }, index) => at(minutes, { ...part, key: `k${index}` })),
    );

  test('every message stands in it once, in its order, under a key of its own', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 0, max: 40 }), (log, unread) => {
        const items = layOut(log, `k${unread}`);
        const drawn = items.filter((item) => item.kind === 'message');
        expect(drawn.map((item) => item.message)).toEqual(log);
        // So that older history, put before them, gives no message another key.
        expect(drawn.map((item) => item.key)).toEqual(log.map((message) => message.key));
        expect(new Set(items.map((item) => item.key)).size).toBe(items.length);
      }),
    );
  });

  test('every group has one first and one last, in this order', () => {
    fc.assert(
      fc.property(logs, (log) => {
        let within = false;
        for (const item of layOut(log, null)) {
          if (item.kind !== 'message') continue;
          expect(item.first).toBe(!within);
          within = !item.last;
        }
        expect(within).toBe(false);
      }),
    );
  });
});

describe('the line "New"', () => {
  const messages = [
    at(0, { seq: 1 }),
    at(1, { seq: 2, sender_type: 'agent', mine: true }),
    at(2, { seq: 4 }),
    at(3, { seq: 5 }),
  ];

  test('stands before the first of the visitor that no agent had read', () => {
    expect(newLineKey(messages, 2)).toBe('m2');
    expect(newLineKey(messages, 4)).toBe('m3');
  });

  test('is not there where nothing or everything is new', () => {
    expect(newLineKey(messages, 5)).toBeNull();
    expect(newLineKey(messages.slice(2), 0)).toBeNull();
    expect(newLineKey([], 0)).toBeNull();
  });

  test('goes with an answer, but not with a note', () => {
    const answer = at(4, { seq: null, mine: true, sender_type: 'agent', state: 'sending' });
    expect(newLineKey([...messages, answer], 2)).toBeNull();
    expect(newLineKey([...messages, { ...answer, private: true }], 2)).toBe('m2');
  });
});
