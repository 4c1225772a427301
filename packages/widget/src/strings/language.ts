import type { Wordings } from '@parley/protocol';
import { en, type Key, type Strings } from './en.ts';

export type Direction = 'ltr' | 'rtl';

/** What fills the places of a text. */
export interface Values {
  readonly n?: number;
  readonly name?: string;
  readonly time?: string;
  readonly size?: string;
}

/** Words, numbers and times of one language. */
export interface Language {
  /** BCP 47. */
  readonly locale: string;
  readonly direction: Direction;
  /** The text of a key; `values` fill its places, and `n` chooses the plural form. */
  readonly text: (key: Key, values?: Values) => string;
  /** What the server says, in English: empty for everybody else. */
  readonly said: (words: string) => string;
  /** Hour and minute. */
  readonly time: (at_ms: number) => string;
  /** A time that comes, with the day where that is not today. */
  readonly moment: (at_ms: number, now_ms: number) => string;
  /** Today, yesterday, or the date. */
  readonly day: (at_ms: number, now_ms: number) => string;
}

/** Words of English that come with the part of the panel that says them. */
const later: Partial<Strings> = {};

export function addEnglish(strings: Partial<Strings>): void {
  Object.assign(later, strings);
}

/** The languages, each loaded only where it is spoken. */
const LANGUAGES: Readonly<Record<string, () => Promise<{ readonly strings: Partial<Strings> }>>> = {
  en: () => Promise.resolve({ strings: en }),
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  pt: () => import('./pt.ts'),
  it: () => import('./it.ts'),
  nl: () => import('./nl.ts'),
  pl: () => import('./pl.ts'),
  tr: () => import('./tr.ts'),
  ar: () => import('./ar.ts'),
  he: () => import('./he.ts'),
  ja: () => import('./ja.ts'),
  zh: () => import('./zh.ts'),
  hi: () => import('./hi.ts'),
};

export const SPOKEN: readonly string[] = Object.keys(LANGUAGES);

const RIGHT_TO_LEFT = new Set(['ar', 'he']);

/** So that a name in other letters does not turn the words around it. */
const isolated = (value: string): string => `\u2068${value}\u2069`;

const languageOf = (locale: string): string => locale.toLowerCase().split(/[-_]/, 1)[0] ?? '';

/** A valid form of a tag as people write it (`de_AT`), or null. */
function canonical(locale: string): string | null {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0] ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The locales to choose from: as asked for, else as the browser is set. */
export const wantedLocales = (asked: string | null): readonly string[] =>
  asked === null ? navigator.languages : [asked, ...navigator.languages];

/**
 * The first of the wanted locales whose language there is, else English. A language without a
 * region is spoken as in the first region of it that is wanted: in Britain a day has 24 hours.
 */
export function chooseLocale(wanted: readonly string[]): string {
  for (const locale of wanted) {
    const tag = canonical(locale);
    if (tag !== null && Object.hasOwn(LANGUAGES, languageOf(tag)))
      return wanted.find((one) => one.startsWith(`${tag}-`)) ?? tag;
  }
  return 'en';
}

/** @param language of {@link SPOKEN}; English where it is none of them */
export const loadStrings = async (language: string): Promise<Partial<Strings>> =>
  (await LANGUAGES[language]?.())?.strings ?? en;

/**
 * @param locale as {@link chooseLocale} gives it
 * @param wordings the site's own words, by language
 */
export async function loadLanguage(locale: string, wordings: Wordings = {}): Promise<Language> {
  const language = languageOf(locale);
  return createLanguage(locale, {
    ...(await loadStrings(language)),
    ...(Object.hasOwn(wordings, language) && wordings[language]),
  });
}

export function createLanguage(locale: string, strings: Partial<Strings>): Language {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  const weekday = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    hour: 'numeric',
    minute: '2-digit',
  });
  const date = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
  const fullDate = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
  const direction = RIGHT_TO_LEFT.has(languageOf(locale)) ? 'rtl' : 'ltr';
  const place = (value = ''): string => (direction === 'rtl' ? isolated(value) : value);
  const language: Language = {
    locale,
    direction,
    text(key, values = {}) {
      const entry = strings[key] ?? later[key] ?? '';
      const n = values.n ?? 0;
      const text = typeof entry === 'string' ? entry : (entry[plural.select(n)] ?? entry.other);
      return text
        .replaceAll('{n}', () => number.format(n))
        .replaceAll('{name}', () => place(values.name))
        .replaceAll('{time}', () => place(values.time))
        .replaceAll('{size}', () => place(values.size));
    },
    said: (words) => (languageOf(locale) === 'en' ? words : ''),
    time: (at_ms) => time.format(at_ms),
    moment: (at_ms, now_ms) =>
      (dayNumber(at_ms) === dayNumber(now_ms) ? time : weekday).format(at_ms),
    day(at_ms, now_ms) {
      const days = dayNumber(now_ms) - dayNumber(at_ms);
      if (days === 0) return language.text('today');
      if (days === 1) return language.text('yesterday');
      return (days > 0 && days < 180 ? date : fullDate).format(at_ms);
    },
  };
  return language;
}

/** Numbers the days of the reader's time zone, whatever their length. */
export function dayNumber(at_ms: number): number {
  const at = new Date(at_ms);
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000;
}
