import { useChat } from '../../chat-context.tsx';
import { languageChoice, nameOfLanguage } from '../../i18n/language.ts';
import { LANGUAGES, type LanguageChoice, t } from '../../i18n/translate.ts';
import { Field, Select } from '../../ui/form.tsx';
import { Section } from '../../ui/page.tsx';
import { useChange } from '../ui/use-change.ts';

/** Holds at once, here and wherever one signs in. */
export function LanguageForm({ chosen }: { chosen: string | undefined }) {
  const chat = useChat();
  const change = useChange('profile');

  async function choose(choice: LanguageChoice) {
    await change('PATCH', '/admin/profile', { locale: choice === 'auto' ? null : choice });
    // First what is known of oneself: it would bring the former language back.
    await chat.refresh();
    if (choice === 'auto') languageChoice.set('auto');
  }

  return (
    <Section title={t('app.language')}>
      <Field label={t('profile.language')} hint={t('profile.language.hint')} className="max-w-md">
        <Select
          value={LANGUAGES.find((one) => one === chosen) ?? 'auto'}
          choices={[
            { value: 'auto', text: t('profile.language.auto') },
            ...LANGUAGES.map((value) => ({ value, text: nameOfLanguage(value) })),
          ]}
          onChange={(choice) => void choose(choice)}
        />
      </Field>
    </Section>
  );
}
