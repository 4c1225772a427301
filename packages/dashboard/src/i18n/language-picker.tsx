import { Languages } from 'lucide-react';
import { useStore } from '../ui/use-store.ts';
import { language, languageChoice, nameOfLanguage } from './language.ts';
import { LANGUAGES, t } from './translate.ts';

/** For who is not signed in yet: each language in its own name, by which its speakers find it. */
export function LanguagePicker() {
  const spoken = useStore(language);
  return (
    <label className="flex items-center gap-2 text-xs text-muted">
      <Languages size={15} aria-hidden />
      <span className="sr-only">{t('app.language')}</span>
      <select
        className="min-h-6 cursor-pointer rounded-md bg-transparent py-0.5 pr-1 text-soft hover:text-ink max-md:min-h-11 max-md:text-base"
        value={spoken}
        onChange={({ target }) => {
          const chosen = LANGUAGES.find((one) => one === target.value);
          if (chosen !== undefined) languageChoice.set(chosen);
        }}
      >
        {LANGUAGES.map((one) => (
          <option key={one} value={one} lang={one}>
            {nameOfLanguage(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
