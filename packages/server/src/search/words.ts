import type { SearchTerm } from '../database/search-index.ts';

/** A word of a text, folded, and where it stands in the text as it is. */
export interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** One sign of a language that puts no spaces between its words. */
  readonly isSign: boolean;
}

/** Longer ones are cut, in the text as in the question. */
const WORD_CHARS_MAX = 64;
const TERMS_MAX = 10;

const SIGN =
  '[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]';
const RUN = /[\p{L}\p{N}\p{M}]+/gu;
const UNIT = new RegExp(
  `(?=[\\p{L}\\p{N}])${SIGN}\\p{M}*|(?:(?!${SIGN})[\\p{L}\\p{N}\\p{M}])+`,
  'gu',
);
/** Letters and digits that are folded by their case alone. */
const PLAIN = /^[\da-z]+$/i;
const IS_SIGN = new RegExp(`^${SIGN}`, 'u');

/** Letters that are no letter with a mark. */
const FOLDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};

/**
 * The words of a text: whatever the case, without marks (ü is u), in any language. Chinese, Japanese,
 * Thai and their like have no spaces between words: there each sign is one, and what is looked for is
 * signs in a row. Both databases get these words, and so find the same.
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const run of matchesOf(RUN, text)) {
    if (PLAIN.test(run.text)) {
      const folded = run.text.slice(0, WORD_CHARS_MAX).toLowerCase();
      words.push({ text: folded, from: run.at, to: run.at + run.text.length, isSign: false });
      continue;
    }
    for (const unit of matchesOf(UNIT, run.text)) {
      const folded = fold(unit.text);
      if (folded === '') continue;
      const from = run.at + unit.at;
      const isSign = IS_SIGN.test(unit.text);
      words.push({ text: folded, from, to: from + unit.text.length, isSign });
    }
  }
  return words;
}

/** As `matchAll`, which makes a new expression each time: that was most of what a word cost. */
function matchesOf(global: RegExp, text: string): { text: string; at: number }[] {
  const matches: { text: string; at: number }[] = [];
  global.lastIndex = 0;
  for (let match = global.exec(text); match !== null; match = global.exec(text)) {
    matches.push({ text: match[0], at: match.index });
  }
  return matches;
}

function fold(text: string): string {
  const bare = text.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]+/gu, '');
  const plain = bare
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/\p{M}+/gu, '');
  const folded = plain.replaceAll(/[ßøłđðþæœı]/g, (letter) => FOLDED[letter] ?? letter);
  // Never half a pair.
  return folded.slice(0, WORD_CHARS_MAX).replace(/[\uD800-\uDBFF]$/, '');
}

/** What a question asks for: all of its words, the last one perhaps not finished. None: nothing. */
export function termsOf(question: string): SearchTerm[] {
  const terms: { words: string[]; isPrefix: boolean; to: number; isSigns: boolean }[] = [];
  for (const { text, from, to, isSign } of wordsOf(question)) {
    const last = terms.at(-1);
    if (isSign && last?.isSigns === true && last.to === from) {
      last.words.push(text);
      last.to = to;
    } else {
      const isPrefix = !isSign && to === question.length && text.length > 1;
      terms.push({ words: [text], isPrefix, to, isSigns: isSign });
    }
  }
  // One letter after other words has only just been begun: it rules nothing out yet.
  const last = terms.at(-1);
  if (terms.length > 1 && last?.isSigns === false && isLetterAtEnd(last, question)) terms.pop();
  return terms.slice(0, TERMS_MAX).map(({ words, isPrefix }) => ({ words, isPrefix }));
}

function isLetterAtEnd(
  { words, to }: { readonly words: readonly string[]; readonly to: number },
  question: string,
): boolean {
  return to === question.length && words[0]?.length === 1;
}

export type Range = readonly [from: number, to: number];

/** Where the terms stand in the text, in order; null where one of them does not. */
export function placesOf(text: string, terms: readonly SearchTerm[]): Range[] | null {
  const words = wordsOf(text);
  const places: Range[] = [];
  for (const term of terms) {
    const found = words.flatMap((word, index): Range[] => {
      const end = endOf(words, index, term);
      return end === null ? [] : [[word.from, end]];
    });
    if (found.length === 0) return null;
    places.push(...found);
  }
  return merged(places);
}

/** Where the term ends that begins with this word; null: it does not begin here. */
function endOf(words: readonly Word[], at: number, { words: wanted, isPrefix }: SearchTerm) {
  for (const [offset, text] of wanted.entries()) {
    const word = words[at + offset];
    const isPart = isPrefix && offset === wanted.length - 1;
    const fits = isPart ? word?.text.startsWith(text) : word?.text === text;
    if (fits !== true) return null;
  }
  return words[at + wanted.length - 1]?.to ?? null;
}

function merged(places: readonly Range[]): Range[] {
  const sorted = places.toSorted(([a], [b]) => a - b);
  const out: Range[] = [];
  for (const [from, to] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && from < last[1])
      out[out.length - 1] = [last[0], Math.max(last[1], to)];
    else out.push([from, to]);
  }
  return out;
}

const EXCERPT_CHARS = 180;
const BEFORE_CHARS = 50;

export interface Excerpt {
  readonly text: string;
  readonly highlights: Range[];
}

/** The part of a text around the first place, on one line. */
export function excerptOf(text: string, places: readonly Range[]): Excerpt {
  const first = places[0]?.[0] ?? 0;
  const from = first <= BEFORE_CHARS ? 0 : wordStart(text, first - BEFORE_CHARS, first);
  const to = Math.min(text.length, from + EXCERPT_CHARS);
  const [head, tail] = [from > 0 ? '…' : '', to < text.length ? '…' : ''];
  const shift = head.length - from;
  const middle = text.slice(from, to).replaceAll(/\s/g, ' ');
  // What the cut parts of a pair is shown as what it is: nothing.
  const shown = `${head}${middle}${tail}`.toWellFormed();
  const highlights = places
    .filter(([begin]) => begin >= from && begin < to)
    .map(([begin, end]): Range => [begin + shift, Math.min(end, to) + shift]);
  return { text: shown, highlights };
}

function wordStart(text: string, from: number, before: number): number {
  const space = text.slice(from, before).search(/\s\S/);
  return space === -1 ? from : from + space + 1;
}
