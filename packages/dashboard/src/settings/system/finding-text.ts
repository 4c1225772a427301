import type { SystemFinding } from '@parley/protocol';
import { findingsInOwnWords, locale, perLocale } from '../../i18n/translate.ts';

export interface FindingText {
  /** Of what is said in other words than the page's: the server's, which are English. */
  readonly lang: 'en' | undefined;
  readonly said: string;
  readonly advice: string | undefined;
}

const numbers = perLocale((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }));

/** What was found, in the reader's language where its words are known; a newer server may find more. */
export function findingText({ code, values, said, advice }: SystemFinding): FindingText {
  const known = findingsInOwnWords();
  if (known === null || !isKnown(known, code)) {
    return { lang: locale().startsWith('en') ? undefined : 'en', said, advice };
  }
  const words: { readonly said: string; readonly advice?: string } = known[code];
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(values[name] ?? ''));
  return {
    lang: undefined,
    said: fill(words.said),
    advice: words.advice === undefined ? undefined : fill(words.advice),
  };
}

const isKnown = <T extends object>(known: T, code: string): code is keyof T & string =>
  Object.hasOwn(known, code);

function shown(value: string | number): string {
  return typeof value === 'number' ? numbers().format(value) : value;
}
