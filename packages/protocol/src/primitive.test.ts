import { expect, test } from 'vitest';
import { z } from 'zod/mini';
import { filledText, formatDateTime, Id, text } from './primitive.ts';

test.each(['\u0000', 'a\u0000b', '\ud800', 'x\udc00'])('[§9] %j is refused as text', (value) => {
  expect(z.safeParse(text(10), value).success).toBe(false);
});

test.each(['', '👋🏽', 'a\tb\r\n', '‮abc', 'z̷̧̢'])('[§9] %j is kept', (value) => {
  expect(z.parse(text(10), value)).toBe(value);
});

test('[§9] text of blanks is not a message', () => {
  expect(z.safeParse(filledText(10), ' \n\t').success).toBe(false);
});

test.each([0, -1, 1.5, 2 ** 53, Number.NaN, '1', null, []])('[§9] %j is not an id', (value) => {
  expect(z.safeParse(Id, value).success).toBe(false);
});

test('[§3] times are Y-m-d H:i:s in UTC', () => {
  expect(formatDateTime(Date.UTC(2026, 10, 21, 9, 5, 3, 999))).toBe('2026-11-21 09:05:03');
});
