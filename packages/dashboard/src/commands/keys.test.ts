import { expect, test } from 'vitest';
import { advance, ariaKeys, keyCaps, type KeyPress, strokeOf } from './keys.ts';
import { SHORTCUTS } from './shortcuts.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test('a press is the same key with caps lock, on any keyboard, and with Ctrl as with ⌘', () => {
  expect(strokeOf(press('E'))).toBe('e');
  expect(strokeOf(press('A', { shiftKey: true }))).toBe('shift+a');
  // Shift+7 here, a key of its own there: one and the same sign.
  expect(strokeOf(press('/', { shiftKey: true }))).toBe('/');
  expect(strokeOf(press('?', { shiftKey: true }))).toBe('?');
  expect(strokeOf(press('k', { ctrlKey: true }))).toBe('mod+k');
  expect(strokeOf(press('k', { metaKey: true }))).toBe('mod+k');
  expect(strokeOf(press('Shift', { shiftKey: true }))).toBeNull();
  // AltGr writes signs on many keyboards.
  expect(strokeOf(press('e', { altKey: true, ctrlKey: true }))).toBeNull();
});

test('two keys after one another are a shortcut; a second one that leads nowhere begins anew', () => {
  const all = ['g i', 'g m', 'e', 'mod+k'];
  expect(advance(null, 'g', all)).toEqual({ state: 'pending', keys: 'g' });
  expect(advance('g', 'i', all)).toEqual({ state: 'match', keys: 'g i' });
  expect(advance('g', 'e', all)).toEqual({ state: 'match', keys: 'e' });
  expect(advance('g', 'g', all)).toEqual({ state: 'pending', keys: 'g' });
  expect(advance(null, 'q', all)).toEqual({ state: 'none' });
});

test('keys are named as they are written on the keyboard', () => {
  expect(keyCaps('mod+k', true)).toEqual(['⌘K']);
  expect(keyCaps('mod+k', false)).toEqual(['Ctrl+K']);
  expect(keyCaps('shift+a', false)).toEqual(['Shift+A']);
  expect(keyCaps('g i', false)).toEqual(['G', 'I']);
  expect(keyCaps('?', false)).toEqual(['?']);
  expect(ariaKeys('mod+k')).toBe('Control+k Meta+k');
  expect(ariaKeys('g i')).toBeNull();
});

test('no shortcut stands for two commands, nor is one the beginning of another', () => {
  const all = Object.values(SHORTCUTS);
  expect(new Set(all).size).toBe(all.length);
  for (const keys of all) {
    expect(
      all.filter((other) => other.startsWith(`${keys} `)),
      keys,
    ).toEqual([]);
  }
});
