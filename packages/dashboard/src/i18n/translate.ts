import type { AgentLocale, ErrorCode, SystemWords } from '@parley/protocol';
import type { enLate } from './en-late.ts';
import { en } from './en.ts';
import type { Plural, Translated } from './plural.ts';

/** All words of the dashboard, in English. */
export type Catalogue = typeof en & typeof enLate;
export type TextKey = keyof Catalogue;

type Placeholders<S> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type ParameterNames<K extends TextKey> = Catalogue[K] extends string
  ? Placeholders<Catalogue[K]>
  : Catalogue[K] extends Plural
    ? 'count' | Placeholders<Catalogue[K]['other']>
    : never;
type Parameters_<K extends TextKey> = [ParameterNames<K>] extends [never]
  ? []
  : [parameters: Readonly<Record<ParameterNames<K>, string | number>>];

/** The keys of texts without places. */
export type PlainKey = {
  [K in TextKey]: [ParameterNames<K>] extends [never] ? K : never;
}[TextKey];

/** The languages that the dashboard speaks. */
export type Language = AgentLocale;
export const LANGUAGES: readonly Language[] = ['en', 'de'];

/** `auto`: the first of the browser's languages that there is. */
export type LanguageChoice = 'auto' | Language;

export function chooseLanguage(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'auto') return choice;
  for (const tag of preferred) {
    const [wanted] = tag.toLowerCase().split('-', 1);
    const found = LANGUAGES.find((one) => one === wanted);
    if (found !== undefined) return found;
  }
  return 'en';
}

/** All words of one language. */
export interface Translation {
  readonly words: Translated<Catalogue>;
  /** Why the server refused, by its code; null where it speaks this language itself. */
  readonly refusals: Readonly<Record<ErrorCode, string>> | null;
  /** What was found of the server, by its code; null likewise. */
  readonly findings: SystemWords | null;
}

/** The late words are missing until a page that says them adds them; a test holds that no other does. */
const englishWords = { ...en } as Catalogue;

export const english: Translation = { words: englishWords, refusals: null, findings: null };

export function addEnglish(words: typeof enLate): void {
  Object.assign(englishWords, words);
}

/** What is spoken now. One for the page: whoever changes it draws the page anew. */
interface Speech extends Translation {
  readonly locale: string;
  readonly plural: Intl.PluralRules;
  readonly number: Intl.NumberFormat;
}

let speech = speechOf('en', english, typeof navigator === 'undefined' ? [] : navigator.languages);

function speechOf(
  language: Language,
  translation: Translation,
  preferred: readonly string[],
): Speech {
  const locale = formatLocale(language, preferred);
  return {
    ...translation,
    locale,
    plural: new Intl.PluralRules(locale),
    number: new Intl.NumberFormat(locale),
  };
}

/** From now on the page's words, dates and numbers are of this language. */
export function speak(
  language: Language,
  translation: Translation,
  preferred: readonly string[],
): void {
  speech = speechOf(language, translation, preferred);
}

/** For dates and numbers, so that a page speaks one language. */
export const locale = (): string => speech.locale;

/** The reader's own variety of a language (en-GB, de-AT), else the language alone. */
export function formatLocale(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}

/** Formatters are dear to make: each is made once for a language, when it is first needed. */
export function perLocale<T>(make: (locale: string) => T): () => T {
  let made: { readonly locale: string; readonly it: T } | null = null;
  return () => {
    if (made?.locale !== speech.locale) made = { locale: speech.locale, it: make(speech.locale) };
    return made.it;
  };
}

/** The text of a key with its `{placeholders}` filled in. Text only: never markup. */
export function t<K extends TextKey>(key: K, ...rest: Parameters_<K>): string {
  const entry: string | Plural = speech.words[key];
  const parameters: Readonly<Record<string, string | number>> = rest[0] ?? {};
  const pattern = typeof entry === 'string' ? entry : pluralForm(entry, parameters['count']);
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name] ?? '';
    return name === 'count' && typeof value === 'number' ? speech.number.format(value) : `${value}`;
  });
}

function pluralForm(plural: Plural, count: string | number | undefined): string {
  return plural[speech.plural.select(Number(count))] ?? plural.other;
}

/** What the server says in its own words, which are English: null for everybody else. */
export const saidByServer = (message: string): string | null =>
  speech.refusals === null ? message : null;

export const findingsInOwnWords = (): SystemWords | null => speech.findings;

/** Why the server refused, in the reader's language; `message` is what it says itself. */
export function refusalText(code: string, message: string): string {
  const { refusals } = speech;
  if (refusals === null) return message;
  return isCode(refusals, code) ? refusals[code] : t('app.refused', { code });
}

const isCode = (refusals: object, code: string): code is ErrorCode => Object.hasOwn(refusals, code);
