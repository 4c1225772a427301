import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleMessage } from '../testing/sample-message.ts';
import { groupByDay, newLineKey } from './group.ts';

const NOON_MS = new Date(2026, 10, 3, 12).getTime();
const MINUTE_MS = 60_000;
const at = (minutes: number, part: Partial<Parameters<typeof sampleMessage>[0]> = {}) =>
  sampleMessage({ key: `m${minutes}`, created_at_ms: NOON_MS + minutes * MINUTE_MS, ...part });
const shape = (days: ReturnType<typeof groupByDay>) =>
  days.map((day) => day.groups.map((group) => group.messages.map((message) => message.key)));

describe('the log as it is drawn', () => {
  test('one sender in a row is one group; another, a pause and a note begin a new one', () => {
    const days = groupByDay(
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
    expect(shape(days)).toEqual([[['m0', 'm1'], ['m2'], ['m3'], ['m4'], ['m20']]]);
  });

  test('a new day begins at local midnight', () => {
    const days = groupByDay([at(11 * 60 + 59), at(12 * 60)], null);
    expect(shape(days)).toEqual([[['m719']], [['m720']]]);
  });

  test('the line "New" opens a group', () => {
    expect(shape(groupByDay([at(0), at(1), at(2)], 'm1'))).toEqual([[['m0'], ['m1', 'm2']]]);
  });

  test('every message stands in the log once, in its order, whatever the clocks say', () => {
    const messages = fc.array(
      fc.record({
        minutes: fc.integer({ min: -5_000, max: 5_000 }),
        sender_type: fc.constantFrom('visitor', 'agent', 'system', 'bot'),
        private: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(messages, fc.integer({ min: 0, max: 40 }), (list, unread) => {
        const log = list.map(({ minutes, ...part }, index) =>
          at(minutes, { ...part, key: `k${index}` }),
        );
        const drawn = groupByDay(log, `k${unread}`).flatMap((day) =>
          day.groups.flatMap((group) => group.messages),
        );
        expect(drawn).toEqual(log);
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
