import type { FoundMessage, InboxEntry, SearchAnswer } from '@parley/protocol';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CloudOff, Lock, SearchX } from 'lucide-react';
import { useChat, useMe } from '../chat-context.tsx';
import { formatAgo, formatDateTime } from '../i18n/time.ts';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Blank } from '../ui/blank.tsx';
import { Button } from '../ui/button.tsx';
import { useNow_ms } from '../ui/clock.ts';
import { EmptyList, InboxSkeleton } from './inbox-list.tsx';
import { previewOf } from './preview.ts';
import { visitorName } from './visitor-name.ts';

/** In place of the list while something is looked for: people, then messages, the newest first. */
export function SearchResults({ q }: { q: string }) {
  const chat = useChat();
  const found = useInfiniteQuery({
    queryKey: ['search', q],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ q });
      if (pageParam !== null) query.set('cursor', String(pageParam));
      return chat.request<SearchAnswer>('GET', `/admin/search?${query}`);
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_cursor,
    // While one types, what was found for the beginning stays.
    placeholderData: keepPreviousData,
    staleTime: 0,
    // What was edited or deleted meanwhile must not come back from memory.
    gcTime: 0,
  });
  if (found.isError) {
    return (
      <EmptyList>
        <Blank
          icon={<CloudOff size={22} />}
          title={t('search.failed')}
          text={messageOf(found.error)}
        >
          <Button onClick={() => void found.refetch()}>{t('search.again')}</Button>
        </Blank>
      </EmptyList>
    );
  }
  if (found.data === undefined) return <InboxSkeleton />;
  const { pages } = found.data;
  const entries = new Map(pages.flatMap((page) => page.conversations).map((of) => [of.id, of]));
  const people = pages.flatMap((page) => page.people);
  const messages = pages.flatMap((page) => page.messages);
  if (people.length === 0 && messages.length === 0) return <NothingFound q={q} />;
  return (
    <div
      aria-busy={found.isFetching}
      className="min-h-0 grow overflow-y-auto overscroll-contain py-1"
    >
      <ul aria-label={t('inbox.list')}>
        {people.length > 0 && <Headline text={t('search.people')} />}
        {people.map((id) => {
          const entry = entries.get(id);
          return entry && <PersonRow key={`p${id}`} entry={entry} />;
        })}
        {messages.length > 0 && <Headline text={t('search.messages')} />}
        {messages.map((message) => {
          const entry = entries.get(message.conversation_id);
          return entry && <MessageRow key={message.id} message={message} entry={entry} />;
        })}
      </ul>
      {found.hasNextPage && (
        <p className="py-3 text-center">
          <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('search.more')}
          </Button>
        </p>
      )}
    </div>
  );
}

function NothingFound({ q }: { q: string }) {
  return (
    <EmptyList>
      <Blank
        icon={<SearchX size={22} />}
        title={t('inbox.empty.search.title')}
        text={t('inbox.empty.search.text', { q })}
      />
    </EmptyList>
  );
}

function Headline({ text }: { text: string }) {
  return (
    <li>
      <h2 className="px-5 pt-3 pb-1 text-xs font-semibold text-muted">{text}</h2>
    </li>
  );
}

const rowClass =
  'mx-2 flex items-start gap-3 rounded-xl px-3 py-2.5 text-ink outline-offset-[-2px] transition-colors hover:bg-hover aria-[current=page]:bg-accent-soft';

function PersonRow({ entry }: { entry: InboxEntry }) {
  const { agent } = useMe();
  const { visitor } = entry;
  return (
    <li>
      <Link
        to="/chatbot/$id"
        params={{ id: String(entry.id) }}
        search={true}
        data-conversation={entry.id}
        className={rowClass}
      >
        <Avatar name={visitor.name} seed={`visitor:${visitor.id}`} />
        <span className="flex min-w-0 grow flex-col gap-0.5">
          <span className="truncate font-medium">{visitorName(visitor)}</span>
          <span className="truncate text-sm text-muted">
            {visitor.email ?? previewOf(entry, agent.name)}
          </span>
        </span>
      </Link>
    </li>
  );
}

/** Opens the conversation at the message. */
function MessageRow({ message, entry }: { message: FoundMessage; entry: InboxEntry }) {
  const now_ms = useNow_ms('quarterMinute');
  const { visitor } = entry;
  const isTheirs = message.sender_type === 'visitor';
  return (
    <li>
      <Link
        to="/chatbot/$id"
        params={{ id: String(entry.id) }}
        search={true}
        hash={`m${message.seq}`}
        activeOptions={{ includeHash: true }}
        data-conversation={entry.id}
        className={rowClass}
      >
        <Avatar name={visitor.name} seed={`visitor:${visitor.id}`} />
        <span className="flex min-w-0 grow flex-col gap-0.5">
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{visitorName(visitor)}</span>
            {message.private && <Lock size={12} aria-hidden className="shrink-0 text-note-ink" />}
            <time
              title={formatDateTime(message.timestamp * 1000)}
              className="ml-auto shrink-0 text-xs text-muted tabular-nums"
            >
              {formatAgo(message.timestamp, now_ms / 1000)}
            </time>
          </span>
          <span className="line-clamp-2 text-sm text-muted">
            {!isTheirs && (
              <span className="text-soft">
                {t('search.by', { name: message.sender_name ?? t('message.agent') })}{' '}
              </span>
            )}
            <Highlighted text={message.excerpt} ranges={message.highlights} />
          </span>
        </span>
      </Link>
    </li>
  );
}

/** Text only: what visitors wrote is never markup. */
function Highlighted({
  text,
  ranges,
}: {
  text: string;
  ranges: readonly (readonly [number, number])[];
}) {
  let end = 0;
  return (
    <>
      {ranges.map(([from, to]) => {
        const before = text.slice(end, from);
        end = to;
        return (
          <span key={from}>
            {before}
            <mark className="rounded-sm bg-wait-soft px-px text-ink">{text.slice(from, to)}</mark>
          </span>
        );
      })}
      {text.slice(end)}
    </>
  );
}
