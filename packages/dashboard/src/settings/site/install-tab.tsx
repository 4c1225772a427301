import { ExternalLink, TriangleAlert } from 'lucide-react';
import { t } from '../../i18n/translate.ts';
import { embedSnippet } from '../../inbox/embed-snippet.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Field, TextInput } from '../../ui/form.tsx';
import { Section } from '../../ui/page.tsx';
import type { TabProps } from './site-page.tsx';

/** The name, and the one line for the site's pages. */
export function InstallTab({ site, draft, faults, change }: TabProps) {
  return (
    <div className="max-w-3xl">
      <Section title={t('site.snippet')} text={t('site.snippet.text')}>
        <CopyField
          value={embedSnippet(window.location.origin, site.token)}
          label={t('site.snippet.copy')}
        />
        {site.allowed_origins.length === 0 && (
          <p className="flex gap-2 text-sm text-wait">
            <TriangleAlert size={15} aria-hidden className="mt-px shrink-0" />
            {t('inbox.first.anyOrigin')}
          </p>
        )}
        <a
          href="/chatbot-test.html"
          target="_blank"
          rel="noopener"
          className="inline-flex items-center gap-1.5 self-start text-sm font-medium text-accent underline-offset-4 hover:underline"
        >
          {t('inbox.first.try')}
          <ExternalLink size={14} aria-hidden />
        </a>
      </Section>
      <Section title={t('site.name')} text={t('site.name.text')}>
        <Field label={t('sites.name')} error={faults['name']} className="max-w-md">
          <TextInput
            value={draft.name}
            maxLength={100}
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
      </Section>
    </div>
  );
}
