import { Outlet, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useChat, useMe, usePhase } from './chat-context.tsx';
import { CommandCentre } from './commands/command-centre.tsx';
import { inboxQuery, type InboxSearch, sameQuery } from './inbox/inbox-search.ts';
import { InboxPane } from './inbox/inbox-pane.tsx';
import { InboxSkeleton } from './inbox/inbox-list.tsx';
import { useSound, useTitle } from './inbox/use-attention.ts';
import { useAgentsChanged } from './inbox/use-people.ts';
import { adoptLanguage } from './i18n/language.ts';
import { t } from './i18n/translate.ts';
import { serverIsAwaited } from './load-late.ts';
import { Rail } from './rail.tsx';
import { useMedia } from './ui/media.ts';
import { useToast } from './ui/toast.tsx';
import { useStore } from './ui/use-store.ts';

/** Everything behind the sign-in; who is not signed in is sent there and comes back afterwards. */
export function SignedIn() {
  const { phase } = usePhase();
  const [wasSignedIn, setWasSignedIn] = useState(false);
  if (phase === 'ready' && !wasSignedIn) setWasSignedIn(true);
  switch (phase) {
    case 'starting':
      return <Starting />;
    case 'signed-out':
      return <ToSignIn wasSignedIn={wasSignedIn} />;
    case 'ready':
      return (
        <>
          <InTheirLanguage />
          <Colleagues />
          <ServerAwaited />
          <Places />
          <CommandCentre />
        </>
      );
  }
}

/** Where the agent chose a language, it is spoken from the moment that is known. */
function InTheirLanguage() {
  const { locale } = useMe().agent;
  useEffect(() => adoptLanguage(locale), [locale]);
  return null;
}

function Colleagues() {
  useAgentsChanged();
  return null;
}

/** Somebody went to a page that cannot be loaded now: it comes by itself. */
function ServerAwaited() {
  const say = useToast();
  const isAwaited = useStore(serverIsAwaited);
  useEffect(() => {
    if (isAwaited) say(t('app.awaited'));
  }, [isAwaited, say]);
  return null;
}

/** The page, beside the way to the others where there is room for it. */
function Places() {
  const roomy = useMedia('roomy');
  return (
    <div className="flex h-full">
      {roomy && <Rail />}
      <div className="h-full min-w-0 grow">
        <Outlet />
      </div>
    </div>
  );
}

function ToSignIn({ wasSignedIn }: { wasSignedIn: boolean }) {
  const router = useRouter();
  const navigate = useNavigate();
  useEffect(() => {
    // Read once: the address changes while we are being sent away.
    const { pathname, href } = router.latestLocation;
    if (pathname === '/login') return;
    const search = href === '/chatbot' ? {} : { to: href };
    void navigate({ to: '/login', search, state: { signedOut: wasSignedIn }, replace: true });
  }, [router, navigate, wasSignedIn]);
  return null;
}

/** The panes, grey: the first answer of the server puts life into the same shape. */
function Starting() {
  return (
    <main aria-busy className="flex h-full">
      <h1 className="sr-only">{t('inbox.title')}</h1>
      <div className="flex w-full flex-col pt-33 md:w-80 lg:w-90">
        <InboxSkeleton />
      </div>
      <div className="grow border-l border-line bg-surface max-md:hidden" />
    </main>
  );
}

/** List and conversation: side by side, or on a phone one after the other. */
export function InboxLayout() {
  const chat = useChat();
  const phone = useMedia('phone');
  const search = useSearch({ from: '/app/chatbot' });
  const { id } = useParams({ strict: false });
  const query = inboxQuery(search);
  useEffect(() => {
    if (!sameQuery(query, chat.inbox.get().query)) chat.filterInbox(query);
  });
  useSound(id === undefined ? null : Number(id));
  if (phone) {
    return (
      <main className="h-full bg-surface">
        {id === undefined ? <InboxScreen search={search} /> : <Outlet />}
      </main>
    );
  }
  return (
    <div className="flex h-full">
      <div className="w-80 shrink-0 border-r border-line lg:w-90">
        <InboxPane search={search} />
      </div>
      <main className="min-w-0 grow bg-surface">
        <Outlet />
      </main>
    </div>
  );
}

/** The list alone, on a phone. */
function InboxScreen({ search }: { search: InboxSearch }) {
  useTitle(t('inbox.title'));
  return <InboxPane search={search} />;
}
