import { expect, test } from 'vitest';
import { addFiles } from './enclosure.ts';
import { formatDuration, waveformOf } from './waveform.ts';

test('a waveform has as many bars as asked for, whatever was recorded, and fills their height', () => {
  expect(waveformOf([], 3)).toEqual([0, 0, 0]);
  expect(waveformOf([0, 0], 3)).toEqual([0, 0, 0]);
  expect(waveformOf([0.1, 0.2], 4)).toEqual([0.5, 0.5, 1, 1]);
  expect(waveformOf([0.1, 0.3, 0.2, 0.4, 0], 2)).toEqual([0.75, 1]);
  expect(
    waveformOf(
      Array.from({ length: 100_000 }, (_, n) => n / 200_000),
      48,
    ),
  ).toHaveLength(48);
});

test('lengths are minutes and seconds', () => {
  expect([0, 999, 59_400, 59_600, 600_000].map(formatDuration)).toEqual([
    '0:00',
    '0:01',
    '0:59',
    '1:00',
    '10:00',
  ]);
});

test('[SPEC-9] of what was chosen, what the server would refuse stays behind, and says why', () => {
  const file = (name: string, size: number) => new File(['x'.repeat(size)], name);
  const limits = { file_bytes: 10, files: 2 };
  const chosen = [file('a', 10), file('b', 11)];
  const first = addFiles([], chosen, limits);
  expect(first.files.map(({ name }) => name)).toEqual(['a']);
  expect(first.problem).toEqual({ kind: 'too-large', name: 'b', limit_bytes: 10 });
  expect(addFiles(first.files, [file('c', 0)], limits).problem).toMatchObject({ kind: 'empty' });
  const many = addFiles(first.files, [file('c', 1), file('d', 1)], limits);
  expect(many.files.map(({ name }) => name)).toEqual(['a', 'c']);
  expect(many.problem).toEqual({ kind: 'too-many', limit: 2 });
});
