import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hueOf, initials } from './identity.ts';

test('initials are of the first and last word, whatever stands between and around', () => {
  expect(initials('Ada Lovelace')).toBe('AL');
  expect(initials('  jean-luc   picard ')).toBe('JP');
  expect(initials('Madonna')).toBe('M');
  expect(initials('Ana María de la Cruz')).toBe('AC');
  expect(initials('李小龍')).toBe('李');
  expect(initials('<script>')).toBe('S');
  expect(initials('🙂')).toBe('');
  expect(initials('')).toBe('');
});

test('initials of any name are short, and never half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
      const letters = initials(name);
      expect(letters.isWellFormed()).toBe(true);
      // Two characters, of which upper case may need three each (ﬃ → FFI).
      expect(Array.from(letters).length).toBeLessThanOrEqual(6);
    }),
  );
});

test('a seed always gives the same hue, and seeds in a row differ', () => {
  expect(hueOf('visitor:7')).toBe(hueOf('visitor:7'));
  const hues = new Set(Array.from({ length: 40 }, (_, id) => hueOf(`visitor:${id}`)));
  expect(hues.size).toBeGreaterThan(5);
});
