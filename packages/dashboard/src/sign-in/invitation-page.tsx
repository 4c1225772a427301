import '../i18n/late-words.ts';
import type { InvitationShown, MeAnswer } from '@parley/protocol';
import { ApiError } from '@parley/client';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useChat } from '../chat-context.tsx';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { Problem } from '../ui/page.tsx';
import { Entrance, ENTRANCE_LINK, EntranceButton, EntranceField } from './entrance.tsx';
import { tellSignedIn } from './other-tabs.ts';

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
  const title = t('invitation.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (query.error !== null) {
    return (
      <Entrance title={title}>
        <Problem>{messageOf(query.error)}</Problem>
        <Link to="/login" className={`mt-4 ${ENTRANCE_LINK}`}>
          {t('reset.toSignIn')}
        </Link>
      </Entrance>
    );
  }
  return query.data === undefined ? null : <Join invitation={query.data} token={token} />;
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
      tellSignedIn();
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
    <Entrance
      title={t('invitation.join', { site })}
      text={t('invitation.text', { name: invited_by, email })}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        {!known && (
          <EntranceField
            label={t('profile.name')}
            hint={t('profile.name.hint')}
            autoComplete="name"
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <EntranceField
          label={t(known ? 'invitation.password' : 'profile.password.new')}
          hint={known ? undefined : t('profile.password.hint')}
          type="password"
          autoComplete={known ? 'current-password' : 'new-password'}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {code !== null && (
          <EntranceField
            label={t('signIn.code')}
            hint={t('signIn.code.hint')}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
        {problem !== null && <Problem>{problem}</Problem>}
        <EntranceButton disabled={busy || password === '' || (!known && name.trim() === '')}>
          {t('invitation.submit')}
        </EntranceButton>
      </form>
    </Entrance>
  );
}
