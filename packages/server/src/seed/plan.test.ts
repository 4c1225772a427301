import { expect, test } from 'vitest';
import { conversationOf, sizesOf } from './plan.ts';

const wanted = { conversations: 300, messages: 50_000, seed: 7 };

test('all messages are given out, each conversation has one, and one is long', () => {
  const sizes = sizesOf(wanted);
  expect(sizes).toHaveLength(300);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(50_000);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
  expect(sizes).toContain(10_000);
});

test('the same seed makes the same conversations, another one others', () => {
  const now_ms = Date.UTC(2026, 10, 21);
  const of = (seed: number) => conversationOf({ ...wanted, seed }, 12, 30, now_ms);
  expect(of(7)).toEqual(of(7));
  expect(of(8)).not.toEqual(of(7));
  const times = of(7).messages.map(({ at_ms }) => at_ms);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.at(-1)).toBeLessThanOrEqual(now_ms);
});
