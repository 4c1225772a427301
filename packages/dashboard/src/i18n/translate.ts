import { en } from './en.ts';
import type { Plural } from './plural.ts';

type Catalogue = typeof en;
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

/** The language of the catalogue; dates and numbers follow it, so that a page speaks one language. */
const LANGUAGE = 'en';

/** The reader's own variety of the catalogue's language (en-GB, en-US), for dates and numbers. */
export function formatLocale(preferred: readonly string[]): string {
  return preferred.find((tag) => tag === LANGUAGE || tag.startsWith(`${LANGUAGE}-`)) ?? LANGUAGE;
}

const pluralRules = new Intl.PluralRules(LANGUAGE);

/** The text of a key with its `{placeholders}` filled in. Text only: never markup. */
export function t<K extends TextKey>(key: K, ...rest: Parameters_<K>): string {
  const entry: string | Plural = en[key];
  const parameters: Readonly<Record<string, string | number>> = rest[0] ?? {};
  const pattern = typeof entry === 'string' ? entry : pluralForm(entry, parameters['count']);
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ''));
}

function pluralForm(plural: Plural, count: string | number | undefined): string {
  return pluralRules.select(Number(count)) === 'one' ? plural.one : plural.other;
}
