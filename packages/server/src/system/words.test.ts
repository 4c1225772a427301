import { SYSTEM_FINDINGS, type SystemCode } from '@parley/protocol';
import { expect, test } from 'vitest';
import { found } from './finding.ts';
import { WORDS } from './words.ts';

test('what is said of a finding has a place for each of its values', () => {
  for (const [code, [, ...values]] of Object.entries(SYSTEM_FINDINGS)) {
    const words = JSON.stringify(WORDS[code as SystemCode]);
    const named = Array.from(words.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
    expect(new Set(named), code).toEqual(new Set(values));
  }
});

test('a finding has the words of its code, filled in', () => {
  expect(found('disk.readonly', { folder: '/a {folder} $& b' })).toEqual({
    state: 'wrong',
    what: 'disk',
    code: 'disk.readonly',
    values: { folder: '/a {folder} $& b' },
    said: 'this user may not write to /a {folder} $& b',
    advice: 'Give it to the user that Parley runs as: chown -R parley /a {folder} $& b',
  });
});
