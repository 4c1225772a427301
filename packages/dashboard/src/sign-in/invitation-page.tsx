import '../i18n/late-words.ts';
import type { InvitationShown, MeAnswer } from '@parley/protocol';
import { ApiError } from '@parley/client';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useChat } from '../chat-context.tsx';
import { LanguagePicker } from '../i18n/language-picker.tsx';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { Field, TextInput } from '../settings/ui/form.tsx';
import { Problem } from '../settings/ui/page.tsx';
import { Blank } from '../ui/blank.tsx';
import { Button } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';

/** Behind an invitation's link: who one is invited by, and joining. */
export function InvitationPage() {
  const chat = useChat();
  // Behind the #, which no server and no Referer sees.
  const [token] = useState(() => window.location.hash.slice(1));
  const query = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => chat.request<InvitationShown>('POST', '/admin/invitation', { token }),
    retry: false,
  });
  useEffect(() => {
    document.title = t('invitation.title');
  }, []);
  return (
    <main className="flex min-h-full items-center justify-center overflow-y-auto p-6">
      {query.error !== null ? (
        <Blank level="h1" title={t('invitation.over')} text={messageOf(query.error)} />
      ) : (
        query.data !== undefined && <Join invitation={query.data} token={token} />
      )}
    </main>
  );
}

function Join({ invitation, token }: { invitation: InvitationShown; token: string }) {
  const { site, email, invited_by, known } = invitation;
  const chat = useChat();
  const { history } = useRouter();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function join() {
    setBusy(true);
    try {
      await chat.request<MeAnswer>('POST', '/admin/invitation/accept', {
        token,
        password,
        ...(known ? {} : { name }),
        ...(code !== null && { code }),
      });
      await chat.refresh();
      history.replace('/admin/chatbot');
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiError && error.code === 'code_required') setCode('');
      else setProblem(messageOf(error));
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!busy) void join();
  }

  return (
    <div className="w-full max-w-88">
      <Logo className="mb-6 size-11" />
      <h1 className="text-xl font-semibold tracking-tight">{t('invitation.join', { site })}</h1>
      <p className="mb-6 text-muted">{t('invitation.text', { name: invited_by, email })}</p>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {!known && (
          <Field label={t('profile.name')} hint={t('profile.name.hint')}>
            <TextInput
              autoComplete="name"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
        )}
        <Field
          label={t(known ? 'invitation.password' : 'profile.password.new')}
          hint={known ? undefined : t('profile.password.hint')}
        >
          <TextInput
            type="password"
            autoComplete={known ? 'current-password' : 'new-password'}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {code !== null && (
          <Field label={t('signIn.code')} hint={t('signIn.code.hint')}>
            <TextInput
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={20}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          </Field>
        )}
        {problem !== null && <Problem>{problem}</Problem>}
        <Button
          type="submit"
          look="primary"
          className="h-11"
          disabled={busy || password === '' || (!known && name.trim() === '')}
        >
          {t('invitation.submit')}
        </Button>
      </form>
      <div className="mt-8 border-t border-line pt-3">
        <LanguagePicker />
      </div>
    </div>
  );
}
