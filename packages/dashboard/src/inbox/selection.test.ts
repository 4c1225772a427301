import { expect, test } from 'vitest';
import {
  allOf,
  extended,
  NO_SELECTION,
  rowAfter,
  SELECTION_MAX,
  toggled,
  within,
} from './selection.ts';

const order = [9, 4, 7, 1, 3];

test('one by one, and a range from the last one in either direction', () => {
  const one = toggled(NO_SELECTION, 7);
  expect([...one.ids]).toEqual([7]);
  expect([...extended(one, 3, order).ids]).toEqual([7, 1, 3]);
  expect(new Set(extended(one, 9, order).ids)).toEqual(new Set([9, 4, 7]));
  expect([...toggled(one, 7).ids]).toEqual([]);
  // Without a beginning a range is that one.
  expect([...extended(NO_SELECTION, 4, order).ids]).toEqual([4]);
});

test('what left the list is not chosen any more, and no more than one call takes', () => {
  expect([...within(allOf(order), [7, 3]).ids]).toEqual([7, 3]);
  const many = Array.from({ length: 500 }, (_, id) => id);
  expect(allOf(many).ids.size).toBe(SELECTION_MAX);
});

test('the keyboard stays on its row, or goes to the nearest that is left, below before above', () => {
  expect(rowAfter(7, order, order)).toBe(7);
  expect(rowAfter(7, order, [9, 4, 1, 3])).toBe(1);
  expect(rowAfter(7, order, [3, 9])).toBe(3);
  expect(rowAfter(7, order, [9, 4])).toBe(4);
  expect(rowAfter(7, order, [12])).toBe(12);
  expect(rowAfter(null, order, [4, 7])).toBe(4);
  expect(rowAfter(7, order, [])).toBeNull();
});
