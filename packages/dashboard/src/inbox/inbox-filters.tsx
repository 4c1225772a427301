import { ChevronDown, Search, X } from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useOffer } from '../commands/offers.ts';
import { t } from '../i18n/translate.ts';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { FilterChips, FilterMenu } from './filter-menu.tsx';
import { INBOX_STATUSES, type InboxSearch } from './inbox-search.ts';
import { useMentions } from './use-people.ts';
import { useSetSearch } from './use-set-search.ts';

/** The few views in which one works, and the order of the day. */
const VIEWS = ['all', 'me', 'none', 'mentioned'] as const;
type View = (typeof VIEWS)[number];

function viewOf({ assignee, mentioned }: InboxSearch): View {
  if (mentioned !== undefined) return 'mentioned';
  return assignee === 'me' || assignee === 'none' ? assignee : 'all';
}

function searchOf(view: View): Pick<InboxSearch, 'assignee' | 'mentioned'> {
  if (view === 'mentioned') return { mentioned: 'me' };
  return view === 'all' ? {} : { assignee: view };
}

export function InboxFilters({ search }: { search: InboxSearch }) {
  const setSearch = useSetSearch();
  return (
    <div className="flex flex-col gap-2 px-4 pb-2">
      <SearchBox q={search.q ?? ''} onSearch={(q) => setSearch({ q })} />
      {/* A search looks everywhere. */}
      {search.q === undefined && <ListFilters search={search} />}
    </div>
  );
}

function ListFilters({ search }: { search: InboxSearch }) {
  const setSearch = useSetSearch();
  const mentions = useMentions().length;
  const status = search.status ?? 'open';
  return (
    <>
      <ToggleGroup.Root
        type="single"
        aria-label={t('inbox.assignee')}
        value={viewOf(search)}
        // Pressing the chosen one again would choose none.
        onValueChange={(view) => {
          if (view === '') return;
          setSearch({ assignee: undefined, mentioned: undefined, ...searchOf(view as View) });
        }}
        className="flex rounded-lg bg-sunken p-0.5"
      >
        {VIEWS.map((view) => (
          <ToggleGroup.Item
            key={view}
            value={view}
            className="flex h-7 grow items-center justify-center gap-1 rounded-md px-2 text-sm text-muted transition-colors hover:text-ink data-[state=on]:bg-chosen data-[state=on]:font-medium data-[state=on]:text-ink data-[state=on]:shadow-low max-md:h-9"
          >
            {t(`inbox.assignee.${view}`)}
            {view === 'mentioned' && mentions > 0 && (
              <span className="rounded-full bg-accent px-1.25 text-[0.6875rem] font-semibold text-on-accent tabular-nums">
                {mentions}
              </span>
            )}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <div className="flex flex-wrap items-center gap-x-1 gap-y-2">
        <ChoiceMenu
          name={t('inbox.status', { status: t(`status.${status}`) })}
          text={t(`status.${status}`)}
          value={status}
          options={INBOX_STATUSES.map((value) => ({ value, text: t(`status.${value}`) }))}
          onChange={(value) => setSearch({ status: value })}
        />
        <span className="ml-auto text-xs text-muted">
          {t(`inbox.sort.${search.sort ?? 'waiting'}`)}
        </span>
        <FilterMenu search={search} />
      </div>
      <FilterChips search={search} />
    </>
  );
}

function ChoiceMenu<T extends string>({
  name,
  text,
  value,
  options,
  onChange,
}: {
  name: string;
  text: string;
  value: T;
  options: readonly { readonly value: T; readonly text: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={name}
          className="-ml-2 flex h-8 max-w-44 items-center gap-1 rounded-lg px-2 text-sm text-soft hover:bg-hover hover:text-ink max-md:h-10"
        >
          <span className="truncate">{text}</span>
          <ChevronDown size={14} aria-hidden className="shrink-0 text-muted" />
        </button>
      }
    >
      <MenuChoice value={value} options={options} onChange={onChange} />
    </Menu>
  );
}

const SEARCH_DELAY_MS = 250;

/** From the search straight into what it found. */
function focusFirstConversation(event: KeyboardEvent): void {
  const first = document.querySelector<HTMLElement>('[data-conversation]');
  if (first === null) return;
  event.preventDefault();
  first.focus();
}

function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(q);
  const asked = useRef(q);
  const search = useRef(onSearch);
  const input = useRef<HTMLInputElement>(null);
  useOffer('search', { focus: () => input.current?.focus() });
  useEffect(() => {
    search.current = onSearch;
  });
  // The address may change without us (back, a link): what stands there wins.
  useEffect(() => {
    if (q === asked.current) return;
    asked.current = q;
    setTyped(q);
  }, [q]);
  useEffect(() => {
    if (typed.trim() === asked.current) return undefined;
    const timer = setTimeout(() => {
      asked.current = typed.trim();
      search.current(typed.trim());
    }, SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="relative">
      <Search
        size={15}
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted"
      />
      <input
        ref={input}
        type="search"
        aria-label={t('inbox.search')}
        placeholder={t('inbox.search')}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') focusFirstConversation(event);
          if (event.key === 'Escape' && typed !== '') setTyped('');
        }}
        className="h-9 w-full appearance-none rounded-lg border border-line bg-surface pr-8 pl-8 text-sm placeholder:text-muted max-md:h-11 max-md:text-lg [&::-webkit-search-cancel-button]:hidden"
      />
      {typed !== '' && (
        <button
          type="button"
          aria-label={t('inbox.search.clear')}
          className="absolute top-1/2 right-1 flex size-7 -translate-y-1/2 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
          onClick={() => setTyped('')}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
