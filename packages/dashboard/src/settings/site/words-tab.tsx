import { Search } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { Field, Select, SwitchRow, TextArea, TextInput } from '../../ui/form.tsx';
import { Problem, Section } from '../../ui/page.tsx';
import { localeChoices } from './locales.ts';
import { Preview } from './preview.tsx';
import type { TabProps } from './site-page.tsx';
import { languageOf, useWidgetWords } from './widget-words.ts';
import { type Line, linesOf, reworded } from './wording.ts';

/** Everything that the widget says, in each language, to be said in the site's own words. */
export function WordsTab({ draft, faults, set }: TabProps) {
  const { settings } = draft;
  const [language, setLanguage] = useState(languageOf(settings.locale));
  const [query, setQuery] = useState('');
  const [ownOnly, setOwnOnly] = useState(false);
  const { words, failed } = useWidgetWords(language);
  const lines = linesOf(words, settings.wording[language]);
  const shown = lines.filter((line) => (!ownOnly || line.own !== '') && isFound(line, query));
  const fault = Object.entries(faults).find(([path]) => path.startsWith('settings.wording'))?.[1];
  return (
    <div className="flex gap-10 max-lg:flex-col">
      <div className="min-w-0 grow">
        <Section title={t('words.title')} text={t('words.text')}>
          <div className="grid gap-5 sm:grid-cols-2">
            <Field label={t('words.language')}>
              <Select
                value={language}
                choices={localeChoices(language).map(({ value, text }) => ({
                  value,
                  text: withCount(text, Object.keys(settings.wording[value] ?? {}).length),
                }))}
                onChange={setLanguage}
              />
            </Field>
            <Field label={t('words.search')}>
              <span className="relative">
                <Search
                  size={15}
                  aria-hidden
                  className="absolute top-2.5 left-3 text-muted max-md:top-3.5"
                />
                <TextInput
                  type="search"
                  className="pl-9"
                  value={query}
                  onChange={(event) => setQuery(event.target.value)}
                />
              </span>
            </Field>
          </div>
          <SwitchRow label={t('words.ownOnly')} checked={ownOnly} onChange={setOwnOnly} />
          {failed && <Problem>{t('settings.loadFailed')}</Problem>}
          {fault !== undefined && <Problem>{fault}</Problem>}
        </Section>
        <ul lang={language} dir="auto" className="grid gap-x-5 gap-y-4 xl:grid-cols-2">
          {shown.map((line) => (
            <li key={`${line.key} ${line.form}`}>
              <LineField
                line={line}
                onChange={(text) =>
                  set({ wording: reworded(settings.wording, language, lines, line, text) })
                }
              />
            </li>
          ))}
        </ul>
        {shown.length === 0 && lines.length > 0 && <p className="text-muted">{t('words.none')}</p>}
      </div>
      <div className="w-80 shrink-0 max-lg:w-full">
        <Preview settings={settings} language={language} />
      </div>
    </div>
  );
}

/** Said now, and below what is said instead. */
function LineField({ line, onChange }: { line: Line; onChange: (text: string) => void }) {
  const props = {
    value: line.own,
    maxLength: 500,
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  };
  return (
    <Field label={line.original} optional={line.own === '' ? undefined : t('words.own')}>
      {line.original.length > 60 ? <TextArea rows={2} {...props} /> : <TextInput {...props} />}
    </Field>
  );
}

function isFound({ original, own }: Line, query: string): boolean {
  const wanted = query.trim().toLocaleLowerCase();
  return `${original} ${own}`.toLocaleLowerCase().includes(wanted);
}

const withCount = (text: string, count: number) => (count === 0 ? text : `${text} (${count})`);
