import { InitRequest } from '@parley/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { introductionOf } from './introduction.ts';

const nobody = { name: null, email: null, attributes: null };

test('whatever a page says of its visitor, the server takes what is handed on', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json({ maxDepth: 2 }), attributes()), (json) => {
      const said = introductionOf({ ...nobody, attributes: json });
      expect(said === null || InitRequest.safeParse(said).success).toBe(true);
    }),
  );
});

test('what does not fit is left out, the rest is said', () => {
  const said = {
    plan: 'gold',
    gone: null,
    '': 1,
    long: 'x'.repeat(501),
    deep: {},
    nul: 'a\u0000b',
  };
  const attributes = JSON.stringify(said);
  expect(introductionOf({ ...nobody, name: 'Ada', attributes })).toEqual({
    name: 'Ada',
    attributes: { plan: 'gold', gone: null },
  });
  expect(introductionOf({ ...nobody, attributes: attributes.slice(0, -1) })).toBeNull();
});

/** Of the right form, with more of them and longer ones than fit. */
function attributes(): fc.Arbitrary<string> {
  const text = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('a\u0000', '\ud800', ''));
  const long = fc.constantFrom('x'.repeat(50), 'y'.repeat(51), 'z'.repeat(500), 'z'.repeat(501));
  const name = fc.oneof(text, long);
  const value = fc.oneof(text, long, fc.double(), fc.boolean());
  return fc.dictionary(name, value, { maxKeys: 30 }).map((all) => JSON.stringify(all));
}
