import type { Consent } from '@parley/protocol';
import { t } from '../../i18n/translate.ts';
import { Field, SwitchRow, TextArea, TextInput } from '../../ui/form.tsx';
import { Section } from '../../ui/page.tsx';
import type { TabProps } from './site-page.tsx';

const NOTHING_SAID: Consent = { text: '', privacy_url: '' };

/** What visitors agree to before they chat. */
export function ConsentSection({ site, draft, faults, set }: TabProps) {
  const { consent } = draft.settings;
  const said = (part: Partial<Consent>) =>
    set({ consent: { ...NOTHING_SAID, ...consent, ...part } });
  return (
    <Section title={t('security.consent')} text={t('security.consent.text')}>
      <SwitchRow
        label={t('security.consent.ask')}
        hint={t('security.consent.ask.hint')}
        checked={consent !== null}
        // What was asked before is there again where it was only switched off and on.
        onChange={(on) => set({ consent: on ? (site.settings.consent ?? NOTHING_SAID) : null })}
      />
      {consent !== null && (
        <div className="mt-4 grid gap-5">
          <Field
            label={t('security.consent.words')}
            hint={t('security.consent.words.hint')}
            error={faults['settings.consent.text']}
          >
            <TextArea
              value={consent.text}
              onChange={({ target }) => said({ text: target.value })}
            />
          </Field>
          <Field
            label={t('security.consent.link')}
            error={faults['settings.consent.privacy_url']}
            className="max-w-md"
          >
            <TextInput
              type="url"
              placeholder="https://"
              value={consent.privacy_url}
              onChange={({ target }) => said({ privacy_url: target.value.trim() })}
            />
          </Field>
        </div>
      )}
    </Section>
  );
}
