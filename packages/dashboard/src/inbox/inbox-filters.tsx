import { useNavigate } from '@tanstack/react-router';
import { ChevronDown, Search, X } from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useMe } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { cx } from '../ui/cx.ts';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { INBOX_ASSIGNEES, INBOX_STATUSES, type InboxSearch } from './inbox-search.ts';

/** Changes the filters in the address; everything else follows from there. */
export function useSetSearch(): (change: Partial<Record<keyof InboxSearch, unknown>>) => void {
  const navigate = useNavigate();
  return (change) => {
    // The address is parsed by the route (parseInboxSearch), which also drops what is the default.
    void navigate({
      to: '.',
      search: (old) => ({ ...old, ...change }) as InboxSearch,
      replace: true,
    });
  };
}

export function InboxFilters({ search }: { search: InboxSearch }) {
  const { sites } = useMe();
  const setSearch = useSetSearch();
  const status = search.status ?? 'open';
  const several = sites.length > 1;
  return (
    <div className="flex flex-col gap-2 px-4 pb-2">
      <SearchBox q={search.q ?? ''} onSearch={(q) => setSearch({ q })} />
      <div className="flex flex-wrap items-center justify-between gap-x-1 gap-y-2">
        <ToggleGroup.Root
          type="single"
          aria-label={t('inbox.assignee')}
          value={search.assignee ?? 'all'}
          // Pressing the chosen one again would choose none.
          onValueChange={(assignee) => assignee !== '' && setSearch({ assignee })}
          className={cx('flex rounded-lg bg-sunken p-0.5', several && 'w-full')}
        >
          {INBOX_ASSIGNEES.map((assignee) => (
            <ToggleGroup.Item
              key={assignee}
              value={assignee}
              className="h-7 grow rounded-md px-2.5 text-sm text-muted transition-colors hover:text-ink data-[state=on]:bg-chosen data-[state=on]:font-medium data-[state=on]:text-ink data-[state=on]:shadow-low max-md:h-9"
            >
              {t(`inbox.assignee.${assignee}`)}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
        {several && (
          <FilterMenu
            name={t('inbox.site', { site: siteText(sites, search.site) })}
            text={siteText(sites, search.site)}
            value={String(search.site ?? '')}
            options={[
              { value: '', text: t('inbox.site.all') },
              ...sites.map((site) => ({ value: String(site.id), text: site.name })),
            ]}
            onChange={(site) => setSearch({ site: site === '' ? undefined : Number(site) })}
          />
        )}
        <FilterMenu
          name={t('inbox.status', { status: t(`status.${status}`) })}
          text={t(`status.${status}`)}
          value={status}
          options={INBOX_STATUSES.map((value) => ({ value, text: t(`status.${value}`) }))}
          onChange={(value) => setSearch({ status: value })}
        />
      </div>
    </div>
  );
}

function siteText(sites: readonly { id: number; name: string }[], id: number | undefined): string {
  return sites.find((site) => site.id === id)?.name ?? t('inbox.site.all');
}

function FilterMenu<T extends string>({
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
      align="end"
      trigger={
        <button
          type="button"
          aria-label={name}
          className="flex h-8 max-w-44 items-center gap-1 rounded-lg px-2 text-sm text-soft hover:bg-hover hover:text-ink max-md:h-10"
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
