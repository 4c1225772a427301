import { createStore, type Store } from '@parley/client';
import { debugLine } from '../connection/debug.ts';
import { createPreference } from '../ui/preference.ts';
import {
  chooseLanguage,
  english,
  type Language,
  type LanguageChoice,
  LANGUAGES,
  locale,
  speak,
  type Translation,
} from './translate.ts';

/** What was chosen in this browser; `auto`: the first of its languages that there is. */
export const languageChoice = createPreference<LanguageChoice>(
  'parley.language',
  ['auto', ...LANGUAGES],
  'auto',
);

/** Each is loaded only where it is spoken; English comes along, for there is always something to say. */
const TRANSLATIONS: Readonly<Record<Language, () => Promise<Translation>>> = {
  en: () => Promise.resolve(english),
  de: async () => (await import('./de.ts')).german,
};

const spoken = createStore<Language>('en');

/** What the page speaks. It changes when the words have come, and the page is drawn anew. */
export const language: Store<Language> = spoken;

async function show(): Promise<void> {
  const preferred = navigator.languages;
  const wanted = chooseLanguage(languageChoice.get(), preferred);
  try {
    const translation = await TRANSLATIONS[wanted]();
    // Another may have been chosen while the words were on their way.
    if (wanted !== chooseLanguage(languageChoice.get(), preferred)) return;
    speak(wanted, translation, preferred);
    document.documentElement.lang = locale();
    spoken.set(wanted);
  } catch (error) {
    // Without a network there are no other words: the page goes on in those that it has.
    debugLine(`language: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What an agent chose in the profile holds in every browser; without a choice, the browser's own. */
export function adoptLanguage(chosen: string | undefined): void {
  const known = LANGUAGES.find((one) => one === chosen);
  if (known !== undefined) languageChoice.set(known);
}

/** Speaks the chosen language, now and after each change. */
export async function followLanguage(): Promise<void> {
  languageChoice.subscribe(() => void show());
  window.addEventListener('languagechange', () => void show());
  await show();
}

/** A language in its own words: `Deutsch`. */
export function nameOfLanguage(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
