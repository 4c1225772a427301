import { expect, test } from 'vitest';
import { choose, found, triggerAt } from './trigger.ts';

const at = (text: string, signs: readonly ('@' | '/')[] = ['@', '/']) => {
  const caret = text.indexOf('|');
  return triggerAt(text.replace('|', ''), caret, signs);
};

test.each([
  ['@|', '@', ''],
  ['ask @An|n', '@', 'An'],
  ['(@Ada By|', '@', 'Ada By'],
  ['/|', '/', ''],
  ['hello /ref|', '/', 'ref'],
  ['first\n/re|', '/', 're'],
])('%j asks for a list', (text, sign, query) => {
  expect(at(text)).toMatchObject({ sign, query });
});

test.each([
  'mail ada@example|',
  'a/b|',
  '@ |',
  '@Ada\n|',
  '/ref und|',
  '1 @|'.replace(' @|', '@|'),
])('%j asks for none', (text) => {
  expect(at(text)).toBeNull();
});

test('a sign that does not count here asks for nothing', () => {
  expect(at('@An|', ['/'])).toBeNull();
});

test('the choice stands where its sign stood, and what follows stays', () => {
  const text = 'ask @An about it';
  const trigger = triggerAt(text, 7, ['@']);
  expect(trigger && choose(text, trigger, '@Ann ')).toEqual({
    text: 'ask @Ann  about it',
    caret: 9,
  });
});

test('people are found by any of their names, accents or not', () => {
  const people = ['Zoë Ångström', 'Ada Byron', 'Adam'];
  const by = (query: string) => found(query, people, (name) => name);
  expect(by('ad')).toEqual(['Ada Byron', 'Adam']);
  expect(by('ANGS')).toEqual(['Zoë Ångström']);
  expect(by('ada b')).toEqual(['Ada Byron']);
  expect(by('dam')).toEqual([]);
  expect(by('')).toEqual(people);
});
