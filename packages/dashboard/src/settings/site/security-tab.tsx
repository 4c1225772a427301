import type { FirstMessageProof, IdentitySecretAnswer } from '@parley/protocol';
import { KeyRound, Plus, TriangleAlert, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Field, Select, TextInput } from '../../ui/form.tsx';
import { Card, Problem, Section } from '../../ui/page.tsx';
import { ConsentSection } from './consent-section.tsx';
import { originOf } from './draft.ts';
import type { TabProps } from './site-page.tsx';

const NEVER = 0;
const RETENTION_DAYS = [NEVER, 30, 90, 180, 365, 730] as const;

function retentionChoices(current: number | null) {
  const known: readonly number[] = RETENTION_DAYS;
  const days = current === null || known.includes(current) ? known : [...known, current];
  return days.map((count) => ({
    value: String(count),
    text: count === NEVER ? t('security.retention.never') : t('chat.days', { count }),
  }));
}

const PROOF = ['auto', 'always', 'off'] as const satisfies readonly FirstMessageProof[];

/** Where the widget may stand, how visitors are vouched for, and what keeps floods away. */
export function SecurityTab(props: TabProps) {
  const { site, draft, faults, change, set } = props;
  return (
    <div className="max-w-3xl">
      <Section title={t('security.origins')} text={t('security.origins.text')}>
        <Origins
          origins={draft.allowed_origins}
          fault={Object.entries(faults).find(([path]) => path.startsWith('allowed_origins'))?.[1]}
          onChange={(allowed_origins) => change({ allowed_origins })}
        />
      </Section>
      <Section title={t('security.identity')} text={t('security.identity.text')}>
        <IdentitySecret siteId={site.id} />
      </Section>
      <Section title={t('security.proof')} text={t('security.proof.text')}>
        <Field label={t('security.proof.when')} className="max-w-md">
          <Select
            value={draft.settings.first_message_proof}
            choices={PROOF.map((value) => ({ value, text: t(`security.proof.${value}`) }))}
            onChange={(first_message_proof) => set({ first_message_proof })}
          />
        </Field>
      </Section>
      <ConsentSection {...props} />
      <Section title={t('security.retention')} text={t('security.retention.text')}>
        <Field label={t('security.retention.delete')} className="max-w-md">
          <Select
            value={String(draft.settings.retention_days ?? NEVER)}
            choices={retentionChoices(draft.settings.retention_days)}
            onChange={(days) =>
              set({ retention_days: Number(days) === NEVER ? null : Number(days) })
            }
          />
        </Field>
        <Field
          label={t('security.retention.files')}
          hint={t('security.retention.files.hint')}
          className="max-w-md"
        >
          <Select
            value={String(draft.settings.file_retention_days ?? NEVER)}
            choices={retentionChoices(draft.settings.file_retention_days)}
            onChange={(days) =>
              set({ file_retention_days: Number(days) === NEVER ? null : Number(days) })
            }
          />
        </Field>
      </Section>
    </div>
  );
}

function Origins({
  origins,
  fault,
  onChange,
}: {
  origins: readonly string[];
  fault: string | undefined;
  onChange: (origins: string[]) => void;
}) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string | undefined>();

  function add(event: FormEvent) {
    event.preventDefault();
    const origin = originOf(text);
    if (origin === null) {
      setWrong(t('security.origins.wrong'));
      return;
    }
    setWrong(undefined);
    setText('');
    if (!origins.includes(origin)) onChange([...origins, origin]);
  }

  return (
    <>
      {origins.length === 0 ? (
        <p className="flex gap-2 rounded-lg bg-wait-soft px-3 py-2.5 text-sm text-wait">
          <TriangleAlert size={16} aria-hidden className="mt-px shrink-0" />
          {t('security.origins.any')}
        </p>
      ) : (
        <Card>
          <ul className="divide-y divide-line">
            {origins.map((origin) => (
              <li key={origin} className="flex items-center gap-2 py-1 pr-1 pl-4">
                <span className="min-w-0 grow truncate font-mono text-sm">{origin}</span>
                <IconButton
                  label={t('security.origins.remove', { origin })}
                  onClick={() => onChange(origins.filter((other) => other !== origin))}
                >
                  <X size={15} aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <form onSubmit={add} noValidate className="flex items-end gap-2">
        <Field label={t('security.origins.new')} error={wrong ?? fault} className="max-w-md grow">
          <TextInput
            type="url"
            inputMode="url"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={300}
            placeholder="https://shop.example"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <Button type="submit" className="h-9">
          <Plus size={15} aria-hidden />
          {t('security.origins.add')}
        </Button>
      </form>
    </>
  );
}

type Renewal =
  | { readonly state: 'none' | 'asking' | 'busy' }
  | { readonly state: 'shown'; readonly secret: string }
  | { readonly state: 'failed'; readonly message: string };

/** Shown once, when it is made. */
function IdentitySecret({ siteId }: { siteId: number }) {
  const chat = useChat();
  const [renewal, setRenewal] = useState<Renewal>({ state: 'none' });

  async function renew() {
    setRenewal({ state: 'busy' });
    try {
      const path = `/admin/sites/${siteId}/identity-secret`;
      const { identity_secret } = await chat.request<IdentitySecretAnswer>('POST', path);
      setRenewal({ state: 'shown', secret: identity_secret });
    } catch (error) {
      setRenewal({ state: 'failed', message: messageOf(error) });
    }
  }

  return (
    <>
      {renewal.state === 'shown' && (
        <div className="flex flex-col gap-2">
          <CopyField value={renewal.secret} label={t('security.identity.copy')} />
          <p className="text-sm text-wait">{t('security.identity.once')}</p>
        </div>
      )}
      {renewal.state === 'failed' && <Problem>{renewal.message}</Problem>}
      <Button className="self-start" onClick={() => setRenewal({ state: 'asking' })}>
        <KeyRound size={15} aria-hidden />
        {t('security.identity.renew')}
      </Button>
      {(renewal.state === 'asking' || renewal.state === 'busy') && (
        <Dialog title={t('security.identity.renew')} onClose={() => setRenewal({ state: 'none' })}>
          <p>{t('security.identity.warning')}</p>
          <DialogActions>
            <Button onClick={() => setRenewal({ state: 'none' })}>{t('settings.cancel')}</Button>
            <Button look="primary" disabled={renewal.state === 'busy'} onClick={() => void renew()}>
              {t('security.identity.confirm')}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
