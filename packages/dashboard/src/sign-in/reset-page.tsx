import '../i18n/late-words.ts';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { useChat } from '../chat-context.tsx';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { Problem } from '../ui/page.tsx';
import { Entrance, ENTRANCE_LINK, EntranceButton, EntranceField } from './entrance.tsx';

/** Asks for a link, and, behind the link, for the new password. */
export function ResetPage() {
  // Behind the #, which no server and no Referer sees.
  const [token] = useState(() => window.location.hash.slice(1));
  const title = t('reset.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    // Nor does it stay in the address that somebody copies.
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  return (
    <Entrance title={title} text={t(token === '' ? 'reset.text' : 'reset.choose')}>
      {token === '' ? <AskForLink /> : <ChoosePassword token={token} />}
      <Link to="/login" className={`mt-4 ${ENTRANCE_LINK}`}>
        {t('reset.toSignIn')}
      </Link>
    </Entrance>
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
      <EntranceField
        label={t('signIn.email')}
        type="email"
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
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
      <EntranceField
        label={t('profile.password.new')}
        hint={t('profile.password.hint')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
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
      <EntranceButton disabled={step.state === 'sending' || !isFilled}>{submit}</EntranceButton>
    </form>
  );
}
