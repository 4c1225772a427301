import { Link, useLocation, useRouter, useSearch } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useChat, usePhase } from '../chat-context.tsx';
import { LanguagePicker } from '../i18n/language-picker.tsx';
import { t } from '../i18n/translate.ts';
import { useNow_ms } from '../ui/clock.ts';
import { cx } from '../ui/cx.ts';
import { Logo } from '../ui/logo.tsx';
import { returnTo } from './return-to.ts';
import { describeSignInFailure, type SignInFailure, signInFailure } from './sign-in-error.ts';

export function SignInPage() {
  const phase = usePhase();
  const { to } = useSearch({ from: '/login' });
  const { signedOut = false } = useLocation().state;
  const { history } = useRouter();
  const signedIn = phase.phase === 'ready';
  useEffect(() => {
    if (signedIn) history.replace(`/admin${returnTo(to)}`);
  }, [signedIn, history, to]);
  useEffect(() => {
    document.title = t('signIn.title');
  }, []);
  // Whether one is signed in already is not known yet: no form that would flash by.
  if (signedIn || phase.phase === 'starting') return null;
  return (
    <main className="flex min-h-full items-center justify-center overflow-y-auto p-6">
      <div className="w-full max-w-88">
        <Logo className="mb-6 size-11" />
        <h1 className="text-xl font-semibold tracking-tight">{t('signIn.title')}</h1>
        <p className="mb-6 text-muted">{t(signedOut ? 'signIn.signedOut' : 'signIn.subtitle')}</p>
        <SignInForm />
        <Link
          to="/password-reset"
          className="mt-4 inline-block text-sm text-accent hover:underline"
        >
          {t('reset.forgot')}
        </Link>
        <p className="mt-8 mb-3 border-t border-line pt-4 text-xs text-muted">{t('signIn.hint')}</p>
        <LanguagePicker />
      </div>
    </main>
  );
}

type Attempt = { state: 'idle' } | { state: 'busy' } | { state: 'failed'; failure: SignInFailure };

/** Faults that the form finds itself, before it asks the server. */
interface Missing {
  readonly email?: string;
  readonly password?: string;
}

function SignInForm() {
  const chat = useChat();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [attempt, setAttempt] = useState<Attempt>({ state: 'idle' });
  const [missing, setMissing] = useState<Missing>({});
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
    const found: Missing = {
      ...(email.trim() === '' && { email: t('signIn.error.emailMissing') }),
      ...(password === '' && { password: t('signIn.error.passwordMissing') }),
    };
    setMissing(found);
    if (found.email !== undefined) emailInput.current?.focus();
    else if (found.password !== undefined) passwordInput.current?.focus();
    else void signIn();
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={t('signIn.email')}
        error={missing.email}
        input={{
          ref: emailInput,
          type: 'email',
          name: 'email',
          autoComplete: 'username',
          autoCapitalize: 'none',
          spellCheck: false,
          value: email,
          onChange: (event) => setEmail(event.target.value),
        }}
      />
      <Field
        label={t('signIn.password')}
        error={missing.password}
        input={{
          ref: passwordInput,
          type: 'password',
          name: 'password',
          autoComplete: 'current-password',
          value: password,
          onChange: (event) => setPassword(event.target.value),
        }}
      />
      {code !== null && (
        <Field
          label={t('signIn.code')}
          hint={t('signIn.code.hint')}
          error={undefined}
          input={{
            ref: codeInput,
            type: 'text',
            name: 'code',
            inputMode: 'numeric',
            autoComplete: 'one-time-code',
            maxLength: 20,
            value: code,
            onChange: (event) => setCode(event.target.value),
          }}
        />
      )}
      <div role="alert">
        {attempt.state === 'failed' && <FailureText failure={attempt.failure} />}
      </div>
      <button
        type="submit"
        aria-disabled={attempt.state === 'busy'}
        className="h-11 rounded-xl bg-accent font-semibold text-on-accent transition-colors hover:bg-accent-strong aria-disabled:opacity-60"
      >
        {t('signIn.submit')}
      </button>
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

function Field({
  label,
  hint,
  error,
  input,
}: {
  label: string;
  hint?: string;
  error: string | undefined;
  input: React.ComponentProps<'input'>;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        required
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? hint && `${id}-hint` : `${id}-error`}
        className={cx(
          'h-11 rounded-xl border bg-surface px-3 text-lg transition-colors focus-visible:outline-offset-0',
          error === undefined ? 'border-line-strong' : 'border-late',
        )}
        {...input}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="text-xs text-late">
          {error}
        </p>
      )}
    </div>
  );
}
