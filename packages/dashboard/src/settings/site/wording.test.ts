import type { Wordings } from '@parley/protocol';
import { expect, it } from 'vitest';
import { linesOf, reworded } from './wording.ts';

const words = { send: 'Send', unread: { one: '{n} unread', other: '{n} unread ones' } };

it('a word of the site stands in place of the widget’s, and is taken back without a trace', () => {
  const before: Wordings = { fr: { send: 'Allez' } };
  const [send] = linesOf(words, undefined);
  if (send === undefined) throw new Error('no line');
  const after = reworded(before, 'en', [send], send, 'Off it goes');
  expect(after).toEqual({ fr: { send: 'Allez' }, en: { send: 'Off it goes' } });
  expect(linesOf(words, after['en'])[0]).toEqual({ ...send, own: 'Off it goes' });
  expect(reworded(after, 'en', [send], send, '')).toEqual(before);
});

it('of a plural, one form may be said otherwise: the others stay the widget’s', () => {
  const lines = linesOf(words, { unread: { one: 'one!', other: '{n} unread ones' } });
  expect(lines.map(({ form, own }) => [form, own])).toEqual([
    [null, ''],
    ['one', 'one!'],
    ['other', ''],
  ]);
  const [, one, other] = lines;
  if (one === undefined || other === undefined) throw new Error('no forms');
  const both = reworded({}, 'en', lines, other, '{n}!');
  expect(both).toEqual({ en: { unread: { one: 'one!', other: '{n}!' } } });
  expect(reworded({ en: { unread: 'x' } }, 'en', lines, one, '')).toEqual({});
});

it('names of texts that every object knows are none of the site’s', () => {
  expect(linesOf({ constructor: 'Build' }, {})[0]?.own).toBe('');
});
