import type { Choice } from '../ui/form.tsx';

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
  return tags.map((tag) => ({ value: tag, text: nameOf(tag) }));
}

function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
