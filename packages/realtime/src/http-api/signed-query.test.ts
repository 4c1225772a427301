import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { HttpError } from './http-error.ts';
import { parseSignedQuery } from './signed-query.ts';

test('[PP-8] parameters are read as a browser reads them, names in lower case', () => {
  const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/[\]]$/.test(name));
  fc.assert(
    fc.property(fc.dictionary(names, fc.string({ unit: 'grapheme' })), (parameters) => {
      const lowerCase = new Map(
        Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value]),
      );
      fc.pre(lowerCase.size === Object.keys(parameters).length);
      const search = new URLSearchParams(parameters).toString();
      expect(parseSignedQuery(search)).toEqual(lowerCase);
    }),
  );
});

test.each([
  ['', []],
  ['&&', []],
  ['a', [['a', '']]],
  ['A=b=c&', [['a', 'b=c']]],
  ['a=%C3%A4+b', [['a', 'ä b']]],
  ['__proto__=1', [['__proto__', '1']]],
  // As PHP writes a list, of which its SDK signs the items joined.
  [
    'info%5B0%5D=user_count&info%5B1%5D=subscription_count',
    [['info', 'user_count,subscription_count']],
  ],
  ['info[]=a&info[]=b', [['info', 'a,b']]],
])('[PP-8] %j', (search, expected) => {
  expect([...parseSignedQuery(search)]).toEqual(expected);
});

test.each(['a=1&a=2', 'a=1&A=1', 'info=a&info[]=b', 'info[]=a&info=b', 'a=%', 'a=%ff', '%E4=1'])(
  '[PP-8] refused: %j',
  (search) => {
    expect(() => parseSignedQuery(search)).toThrow(HttpError);
  },
);
