import { CircleCheckBig, CloudOff, Inbox as InboxIcon } from 'lucide-react';
import { useRef } from 'react';
import { useChat } from '../chat-context.tsx';
import { useStore } from '../ui/use-store.ts';
import { ConnectionIndicator } from '../connection/connection-indicator.tsx';
import { t } from '../i18n/translate.ts';
import { Blank } from '../ui/blank.tsx';
import { Button } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';
import { useMedia } from '../ui/media.ts';
import { AccountMenu } from './account-menu.tsx';
import { FirstSteps } from './first-steps.tsx';
import { InboxFilters } from './inbox-filters.tsx';
import { EmptyList, InboxList, InboxSkeleton } from './inbox-list.tsx';
import { activeFilters, inboxQuery, type InboxSearch, sameQuery } from './inbox-search.ts';
import { KeyboardLeft } from './kept-focus.ts';
import { SearchResults } from './search-results.tsx';
import { useSetSearch } from './use-set-search.ts';
import { useAnyConversation } from './use-any-conversation.ts';
import { useMe } from '../chat-context.tsx';

/** The left pane; on a phone the whole screen. */
export function InboxPane({ search }: { search: InboxSearch }) {
  return (
    <section aria-label={t('inbox.title')} className="flex h-full min-h-0 flex-col bg-canvas">
      <header className="flex h-14 shrink-0 items-center gap-2.5 pr-3 pl-4">
        <Logo className="size-6 lg:hidden" />
        <h1 className="text-lg font-semibold tracking-tight">{t('inbox.title')}</h1>
        <span className="ml-auto" />
        <ConnectionIndicator />
        <AccountMenu />
      </header>
      <InboxFilters search={search} />
      <InboxBody search={search} />
    </section>
  );
}

function InboxBody({ search }: { search: InboxSearch }) {
  const q = search.q?.trim() ?? '';
  const left = useRef(false);
  return (
    <KeyboardLeft value={left}>
      {q === '' ? <Conversations search={search} /> : <SearchResults q={q} />}
    </KeyboardLeft>
  );
}

function Conversations({ search }: { search: InboxSearch }) {
  const chat = useChat();
  const inbox = useStore(chat.inbox);
  const realtime = useStore(chat.realtime);
  const query = inboxQuery(search);
  // Between a change of the filters and the client's first answer to it.
  const stale = !sameQuery(query, inbox.query);
  if (inbox.entries.length > 0 && !stale) {
    return <InboxList inbox={inbox} scope={JSON.stringify(query)} />;
  }
  if (inbox.loading || stale) {
    if (realtime.trouble === 'none') return <InboxSkeleton />;
    return (
      <EmptyList>
        <Blank
          icon={<CloudOff size={22} />}
          title={t('inbox.trouble.title')}
          text={t('inbox.trouble.text')}
        />
      </EmptyList>
    );
  }
  return <EmptyInbox search={search} />;
}

function EmptyInbox({ search }: { search: InboxSearch }) {
  const any = useAnyConversation(true);
  if (any === null) return <InboxSkeleton />;
  return <EmptyList>{any ? <NothingFound search={search} /> : <NothingYet />}</EmptyList>;
}

function NothingYet() {
  const { sites } = useMe();
  const phone = useMedia('phone');
  if (phone) return <FirstSteps sites={sites} />;
  // What to do stands beside it, where there is room.
  return <Blank icon={<InboxIcon size={22} />} text={t('inbox.first.textShort')} />;
}

function NothingFound({ search }: { search: InboxSearch }) {
  const setSearch = useSetSearch();
  const { title, text } = describeNothing(search);
  return (
    <Blank icon={<CircleCheckBig size={22} />} title={title} text={text}>
      <Button
        onClick={() =>
          setSearch({
            status: 'all',
            assignee: undefined,
            mentioned: undefined,
            ...Object.fromEntries(activeFilters(search).map((name) => [name, undefined])),
          })
        }
      >
        {t('inbox.empty.showAll')}
      </Button>
    </Blank>
  );
}

function describeNothing(search: InboxSearch) {
  const unfiltered = Object.keys(search).length === 0;
  return {
    title: t(unfiltered ? 'inbox.empty.open.title' : 'inbox.empty.filtered.title'),
    text: t(unfiltered ? 'inbox.empty.open.text' : 'inbox.empty.filtered.text'),
  };
}
