import { expect, test } from 'vitest';
import { mentionedIn } from './mention.ts';

const ada = { id: 1, name: 'Ada' };
const byron = { id: 2, name: 'Ada Byron' };
const zoe = { id: 3, name: 'Zoë Ångström' };
const other = { id: 4, name: 'ada' };
const people = [ada, byron, zoe, { id: 5, name: ' ' }];

test.each<[string, number[]]>([
  ['@Ada can you?', [1]],
  ['ask @ada byron, please', [2]],
  ['@Ada\u00a0Byron', [2]],
  ['@ZOE\u0308 \u00c5ngstro\u0308m: yes', [3]],
  ['@Adam @Adä @ada2', []],
  ['mail ada@example.com, Ada', []],
  ['(@Ada) @Zoë Ångström @Ada', [1, 3]],
  ['@ @@ @', []],
])('%s names %j', (text, ids) => {
  expect(new Set(mentionedIn(text, people))).toEqual(new Set(ids));
});

test('all who have the name are meant', () => {
  expect(new Set(mentionedIn('@Ada', [ada, other]))).toEqual(new Set([1, 4]));
});
