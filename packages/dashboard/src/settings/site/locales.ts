import { nameOfLanguage } from '../../i18n/language.ts';
import type { Choice } from '../../ui/form.tsx';

/** The languages that the widget speaks. */
const LOCALES = [
  'ar',
  'de',
  'en',
  'es',
  'fr',
  'he',
  'hi',
  'it',
  'ja',
  'nl',
  'pl',
  'pt',
  'tr',
  'zh',
];

/** Each in its own name, by which its speakers find it. */
export function localeChoices(current: string): readonly Choice<string>[] {
  const tags = LOCALES.includes(current) ? LOCALES : [...LOCALES, current];
  return tags.map((tag) => ({ value: tag, text: nameOfLanguage(tag) }));
}
