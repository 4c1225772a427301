import type { MeAnswer, ProfileAnswer } from '@parley/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useChat } from '../../chat-context.tsx';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { NO_REFUSAL, refusalOf } from '../api.ts';
import { Field, TextInput } from '../../ui/form.tsx';
import { Loaded, Problem, Section } from '../../ui/page.tsx';
import { SettingsPage } from '../ui/settings-page.tsx';
import type { Saving } from '../ui/save-bar.tsx';
import { useToFault } from '../ui/use-to-fault.ts';
import { LanguageForm } from './language-form.tsx';
import { Sessions } from './sessions.tsx';
import { TwoFactor } from './two-factor.tsx';

export const PROFILE = ['profile'] as const;

/** What agents see and change of themselves. */
export function ProfilePage() {
  const chat = useChat();
  const query = useQuery({
    queryKey: PROFILE,
    queryFn: () => chat.request<ProfileAnswer>('GET', '/admin/profile'),
  });
  return (
    <SettingsPage title={t('settings.profile')} text={t('profile.text')}>
      <Loaded query={query}>
        {(profile) => (
          <>
            <NameForm name={profile.agent.name} email={profile.agent.email} />
            <LanguageForm chosen={profile.agent.locale} />
            <PasswordForm />
            <TwoFactor profile={profile} />
            <Sessions sessions={profile.sessions} />
          </>
        )}
      </Loaded>
    </SettingsPage>
  );
}

function NameForm({ name, email }: { name: string; email: string }) {
  const chat = useChat();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(name);
  const [saving, setSaving] = useState<Saving>({ state: 'idle' });

  async function save() {
    setSaving({ state: 'busy' });
    try {
      await chat.request('PATCH', '/admin/profile', { name: draft });
      await chat.refresh();
      await queries.invalidateQueries({ queryKey: PROFILE });
      setSaving({ state: 'saved' });
    } catch (error) {
      setSaving({ state: 'failed', message: messageOf(error) });
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (draft.trim() !== '') void save();
  }

  return (
    <Section title={t('profile.you')}>
      <form onSubmit={submit} className="flex max-w-md flex-col gap-4">
        <Field label={t('profile.name')} hint={t('profile.name.hint')}>
          <TextInput
            value={draft}
            maxLength={100}
            autoComplete="name"
            onChange={(event) => {
              setDraft(event.target.value);
              setSaving({ state: 'idle' });
            }}
          />
        </Field>
        <Field label={t('profile.email')} hint={t('profile.email.hint')}>
          <TextInput value={email} disabled />
        </Field>
        <FormEnd
          submit={t('settings.save')}
          saving={saving}
          disabled={draft.trim() === '' || draft === name}
        />
      </form>
    </Section>
  );
}

/** The button of a small form, and how it went. */
function FormEnd({
  submit,
  saving,
  disabled,
}: {
  submit: string;
  saving: Saving;
  disabled: boolean;
}) {
  return (
    <>
      {saving.state === 'failed' && <Problem>{saving.message}</Problem>}
      <div className="flex items-center gap-3" aria-live="polite">
        <Button type="submit" look="primary" disabled={disabled || saving.state === 'busy'}>
          {submit}
        </Button>
        {saving.state === 'saved' && (
          <span className="flex items-center gap-1.5 text-sm text-muted">
            <Check size={15} aria-hidden className="text-live" />
            {t('settings.saved')}
          </span>
        )}
      </div>
    </>
  );
}

const PASSWORD_CHARS_MIN = 10;

function PasswordForm() {
  const chat = useChat();
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [saving, setSaving] = useState<Saving>({ state: 'idle' });
  const [faults, setFaults] = useState(NO_REFUSAL.faults);
  const form = useToFault(faults);

  async function save() {
    setSaving({ state: 'busy' });
    setFaults(NO_REFUSAL.faults);
    try {
      const body = { current_password: current, password: next };
      await chat.request<MeAnswer>('POST', '/admin/profile/password', body);
      // The session was replaced, and its CSRF token with it.
      await chat.refresh();
      await queries.invalidateQueries({ queryKey: PROFILE });
      setCurrent('');
      setNext('');
      setSaving({ state: 'saved' });
    } catch (error) {
      const refusal = refusalOf(error, ['current_password', 'password']);
      const { problem } = refusal;
      setFaults(refusal.faults);
      setSaving(problem === null ? { state: 'idle' } : { state: 'failed', message: problem });
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void save();
  }

  return (
    <Section title={t('profile.password')} text={t('profile.password.text')}>
      <form ref={form} onSubmit={submit} className="flex max-w-md flex-col gap-4">
        <Field label={t('profile.password.current')} error={faults['current_password']}>
          <TextInput
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        </Field>
        <Field
          label={t('profile.password.new')}
          hint={t('profile.password.hint')}
          error={faults['password']}
        >
          <TextInput
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={(event) => {
              setNext(event.target.value);
              setSaving({ state: 'idle' });
            }}
          />
        </Field>
        <FormEnd
          submit={t('profile.password.submit')}
          saving={saving}
          disabled={current === '' || next.length < PASSWORD_CHARS_MIN}
        />
      </form>
    </Section>
  );
}
