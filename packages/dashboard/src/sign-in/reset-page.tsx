import '../i18n/late-words.ts';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { useChat } from '../chat-context.tsx';
import { LanguagePicker } from '../i18n/language-picker.tsx';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { Field, TextInput } from '../settings/ui/form.tsx';
import { Problem } from '../settings/ui/page.tsx';
import { Button } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';

/** Asks for a link, and, behind the link, for the new password. */
export function ResetPage() {
  // Behind the #, which no server and no Referer sees.
  const [token] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    document.title = t('reset.title');
    // Nor does it stay in the address that somebody copies.
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  return (
    <main className="flex min-h-full items-center justify-center overflow-y-auto p-6">
      <div className="w-full max-w-88">
        <Logo className="mb-6 size-11" />
        <h1 className="mb-6 text-xl font-semibold tracking-tight">{t('reset.title')}</h1>
        {token === '' ? <AskForLink /> : <ChoosePassword token={token} />}
        <div className="mt-6 flex flex-col items-start gap-4">
          <Link to="/login" className="text-sm text-accent hover:underline">
            {t('reset.toSignIn')}
          </Link>
          <LanguagePicker />
        </div>
      </div>
    </main>
  );
}

function AskForLink() {
  const chat = useChat();
  const [email, setEmail] = useState('');
  return (
    <OneStep
      submit={t('reset.send')}
      isFilled={email.trim() !== ''}
      done={t('reset.sent')}
      send={() => chat.request('POST', '/admin/password-reset', { email: email.trim() })}
    >
      <Field label={t('signIn.email')} hint={t('reset.text')}>
        <TextInput
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
    </OneStep>
  );
}

function ChoosePassword({ token }: { token: string }) {
  const chat = useChat();
  const [password, setPassword] = useState('');
  return (
    <OneStep
      submit={t('reset.submit')}
      isFilled={password !== ''}
      done={t('reset.done')}
      send={() => chat.request('POST', '/admin/password-reset/confirm', { token, password })}
    >
      <p className="text-sm text-muted">{t('reset.choose')}</p>
      <Field label={t('profile.password.new')} hint={t('profile.password.hint')}>
        <TextInput
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
    </OneStep>
  );
}

type Step =
  | { state: 'asking' }
  | { state: 'sending' }
  | { state: 'refused'; problem: string }
  | { state: 'done' };

/** A form that is sent once, and then says what happened. */
function OneStep({
  submit,
  isFilled,
  done,
  send,
  children,
}: {
  submit: string;
  isFilled: boolean;
  done: string;
  send: () => Promise<unknown>;
  children: ReactNode;
}) {
  const [step, setStep] = useState<Step>({ state: 'asking' });

  async function go() {
    setStep({ state: 'sending' });
    try {
      await send();
      setStep({ state: 'done' });
    } catch (error) {
      setStep({ state: 'refused', problem: messageOf(error) });
    }
  }

  function submitted(event: FormEvent) {
    event.preventDefault();
    if (step.state !== 'sending') void go();
  }

  if (step.state === 'done') return <p role="status">{done}</p>;
  return (
    <form onSubmit={submitted} className="flex flex-col gap-4">
      {children}
      {step.state === 'refused' && <Problem>{step.problem}</Problem>}
      <Button
        type="submit"
        look="primary"
        className="h-11"
        disabled={step.state === 'sending' || !isFilled}
      >
        {submit}
      </Button>
    </form>
  );
}
