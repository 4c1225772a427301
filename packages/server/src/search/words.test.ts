import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerptOf, placesOf, termsOf, wordsOf } from './words.ts';

const words = (text: string) => wordsOf(text).map((word) => word.text);
const finds = (question: string, text: string) => placesOf(text, termsOf(question)) !== null;

test.each<[string, string[]]>([
  ['Größe  ÄRGER, naïve façade!', ['grosse', 'arger', 'naive', 'facade']],
  ['Zoe\u0308 <zoe@weber.example>', ['zoe', 'zoe', 'weber', 'example']],
  ['東京タワー2号', ['東', '京', 'タ', 'ワ', 'ー', '2', '号']],
  ['สวัสดี', ['ส', 'ว', 'ส', 'ด']],
  ['한국어 검색', ['한국어', '검색']],
  ['Привет, Ёлка', ['привет', 'елка']],
  ['مَرْحَبًا', ['مرحبا']],
  ['Łódź Ørsted İstanbul', ['lodz', 'orsted', 'istanbul']],
  ['ABC-123_x 😀 ½', ['abc', '123', 'x', '12']],
  ['', []],
])('words of %j', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

describe('a question', () => {
  test.each<[string, string, boolean]>([
    ['ord', 'Where is my order?', true],
    ['ord ', 'Where is my order?', false],
    ['order where', 'Where is my order?', true],
    ['rder', 'Where is my order?', false],
    ['grosse', 'In welcher GRÖSSE?', true],
    ['gröss', 'In welcher grosse?', true],
    ['京タ', '東京タワー', true],
    ['タ京', '東京タワー', false],
    ['北京', '東京', false],
    ['order w', 'Where is my order?', true],
    ['order x', 'Where is my order?', true],
    ['order x ', 'Where is my order?', false],
    ['max@ex', 'write to max@example.org', true],
  ])('%j in %j: %s', (question, text, expected) => {
    expect(finds(question, text)).toBe(expected);
  });

  test('that has no words asks for nothing', () => {
    expect(termsOf(' %_"\'* :( -- 😀')).toEqual([]);
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  test('whatever is asked, words are letters and digits, and what is highlighted is in the text', () => {
    fc.assert(
      fc.property(text, text, (question, said) => {
        for (const word of [...words(question), ...termsOf(question).flatMap((of) => of.words)]) {
          expect(word).toMatch(/^[\p{L}\p{N}]{1,64}$/u);
        }
        const places = placesOf(said, termsOf(question)) ?? [];
        const excerpt = excerptOf(said, places);
        expect(excerpt.text.isWellFormed()).toBe(true);
        for (const [from, to] of excerpt.highlights) {
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(excerpt.text.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a text is found by itself', () => {
    fc.assert(
      fc.property(text, (said) => {
        expect(finds(said, said)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test('an excerpt begins before the first place and shows all that is in it', () => {
  const long = `${'lorem ipsum '.repeat(30)}needle\nin the haystack ${'dolor '.repeat(60)}`;
  const { text, highlights } = excerptOf(long, placesOf(long, termsOf('needle')) ?? []);
  expect(text).toMatch(/^…(lorem|ipsum).* needle in the haystack .*…$/);
  expect(highlights.map(([from, to]) => text.slice(from, to))).toEqual(['needle']);
});
