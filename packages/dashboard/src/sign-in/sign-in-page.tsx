import { Link, useLocation, useRouter, useSearch } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useChat, usePhase } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { useNow_ms } from '../ui/clock.ts';
import { Entrance, ENTRANCE_LINK, EntranceButton, EntranceField } from './entrance.tsx';
import { tellSignedIn, useSignedInElsewhere } from './other-tabs.ts';
import { returnTo } from './return-to.ts';
import { describeSignInFailure, type SignInFailure, signInFailure } from './sign-in-error.ts';

export function SignInPage() {
  const phase = usePhase();
  const { to } = useSearch({ from: '/login' });
  const { signedOut = false } = useLocation().state;
  const { history } = useRouter();
  const signedIn = phase.phase === 'ready';
  useSignedInElsewhere();
  useEffect(() => {
    if (signedIn) history.replace(`/admin${returnTo(to)}`);
  }, [signedIn, history, to]);
  const title = t('signIn.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  // Whether one is signed in already is not known yet: no form that would flash by.
  if (signedIn || phase.phase === 'starting') return null;
  return (
    <Entrance title={title} text={t(signedOut ? 'signIn.signedOut' : 'signIn.subtitle')}>
      <SignInForm />
      <Link to="/password-reset" className={`mt-4 ${ENTRANCE_LINK}`}>
        {t('reset.forgot')}
      </Link>
      <p className="mt-3 text-xs text-muted">{t('signIn.hint')}</p>
    </Entrance>
  );
}

type Attempt = { state: 'idle' } | { state: 'busy' } | { state: 'failed'; failure: SignInFailure };

/** Faults that the form finds itself, before it asks the server. */
interface Missing {
  readonly email: boolean;
  readonly password: boolean;
}

const NOTHING_MISSING: Missing = { email: false, password: false };

function SignInForm() {
  const chat = useChat();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [attempt, setAttempt] = useState<Attempt>({ state: 'idle' });
  const [missing, setMissing] = useState(NOTHING_MISSING);
  const emailInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);
  /** Null until the server asks for one. */
  const [code, setCode] = useState<string | null>(null);
  const codeInput = useRef<HTMLInputElement>(null);
  const asksCode = code !== null;
  useEffect(() => {
    if (asksCode) codeInput.current?.focus();
  }, [asksCode]);

  async function signIn() {
    setAttempt({ state: 'busy' });
    try {
      await chat.signIn({
        email: email.trim(),
        password,
        ...(code !== null && code.trim() !== '' && { code: code.trim() }),
      });
      tellSignedIn();
      // The phase becomes `ready` and the page leads on.
      setAttempt({ state: 'idle' });
    } catch (error) {
      const failure = signInFailure(error, Date.now());
      setAttempt({ state: 'failed', failure });
      if (failure.kind === 'code') {
        setCode((old) => old ?? '');
        codeInput.current?.focus();
      } else (failure.kind === 'email' ? emailInput : passwordInput).current?.focus();
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (attempt.state === 'busy') return;
    const found: Missing = { email: email.trim() === '', password: password === '' };
    setMissing(found);
    if (found.email) emailInput.current?.focus();
    else if (found.password) passwordInput.current?.focus();
    else void signIn();
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <EntranceField
        label={t('signIn.email')}
        error={missing.email ? t('signIn.error.emailMissing') : undefined}
        ref={emailInput}
        type="email"
        name="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <EntranceField
        label={t('signIn.password')}
        error={missing.password ? t('signIn.error.passwordMissing') : undefined}
        ref={passwordInput}
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {code !== null && (
        <EntranceField
          label={t('signIn.code')}
          hint={t('signIn.code.hint')}
          ref={codeInput}
          type="text"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={20}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      )}
      <div role="alert">
        {attempt.state === 'failed' && <FailureText failure={attempt.failure} />}
      </div>
      <EntranceButton aria-disabled={attempt.state === 'busy'}>{t('signIn.submit')}</EntranceButton>
    </form>
  );
}

function FailureText({ failure }: { failure: SignInFailure }) {
  const text = describeSignInFailure(failure, useNow_ms('second'));
  if (text === null) return null;
  return (
    <p className="flex animate-rise gap-2 rounded-xl bg-late-soft px-3 py-2.5 text-sm text-late">
      <CircleAlert size={16} aria-hidden className="mt-px shrink-0" />
      {text}
    </p>
  );
}
