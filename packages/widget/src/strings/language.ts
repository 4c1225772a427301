import { en, type Key, type Strings } from './en.ts';

export type Direction = 'ltr' | 'rtl';

/** What fills the places of a text. */
export interface Values {
  readonly n?: number;
  readonly name?: string;
  readonly time?: string;
}

/** Words, numbers and times of one language. */
export interface Language {
  /** BCP 47. */
  readonly locale: string;
  readonly direction: Direction;
  /** The text of a key; `values` fill its places, and `n` chooses the plural form. */
  readonly text: (key: Key, values?: Values) => string;
  /** Hour and minute. */
  readonly time: (at_ms: number) => string;
  /** A time that comes, with the day where that is not today. */
  readonly moment: (at_ms: number, now_ms: number) => string;
  /** Today, yesterday, or the date. */
  readonly day: (at_ms: number, now_ms: number) => string;
}

/** The languages, each loaded only where it is spoken. */
const LANGUAGES: Readonly<Record<string, () => Promise<Strings>>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import('./de.ts')).de,
};

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur', 'yi']);

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

/** The first of the wanted locales whose language there is, else English. */
export function chooseLocale(wanted: readonly string[]): string {
  for (const locale of wanted) {
    const tag = canonical(locale);
    if (tag !== null && Object.hasOwn(LANGUAGES, languageOf(tag))) return tag;
  }
  return 'en';
}

/** @param locale as {@link chooseLocale} gives it */
export async function loadLanguage(locale: string): Promise<Language> {
  return createLanguage(
    locale,
    (await (LANGUAGES[languageOf(locale)] ?? LANGUAGES['en'])?.()) ?? en,
  );
}

export function createLanguage(locale: string, strings: Strings): Language {
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
  return {
    locale,
    direction: RIGHT_TO_LEFT.has(languageOf(locale)) ? 'rtl' : 'ltr',
    text(key, values = {}) {
      const entry = strings[key];
      const n = values.n ?? 0;
      const text = typeof entry === 'string' ? entry : (entry[plural.select(n)] ?? entry.other);
      return text
        .replaceAll('{n}', () => number.format(n))
        .replaceAll('{name}', () => values.name ?? '')
        .replaceAll('{time}', () => values.time ?? '');
    },
    time: (at_ms) => time.format(at_ms),
    moment: (at_ms, now_ms) =>
      (dayNumber(at_ms) === dayNumber(now_ms) ? time : weekday).format(at_ms),
    day(at_ms, now_ms) {
      const days = dayNumber(now_ms) - dayNumber(at_ms);
      if (days === 0) return strings.today;
      if (days === 1) return strings.yesterday;
      return (days > 0 && days < 180 ? date : fullDate).format(at_ms);
    },
  };
}

/** Numbers the days of the reader's time zone, whatever their length. */
export function dayNumber(at_ms: number): number {
  const at = new Date(at_ms);
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000;
}
