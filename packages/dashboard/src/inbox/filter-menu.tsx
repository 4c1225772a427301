import { useNavigate } from '@tanstack/react-router';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ListFilter, Trash2, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useChat, useMe } from '../chat-context.tsx';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { giveBack, openerNow } from '../ui/give-back.ts';
import { Menu, MenuButton, MenuChoice, MenuItem, MenuLine, MenuSub } from '../ui/menu.tsx';
import { useToast } from '../ui/toast.tsx';
import {
  activeFilters,
  INBOX_CATEGORIES,
  INBOX_SORTS,
  isAgentId,
  parseInboxSearch,
  type InboxSearch,
} from './inbox-search.ts';
import { useColleagues, useLabels, useSavedViews, useTeams } from './use-people.ts';
import { useSetSearch } from './use-set-search.ts';

/** All filters that are seldom changed, the order, and the views that are kept. */
export function FilterMenu({ search }: { search: InboxSearch }) {
  const setSearch = useSetSearch();
  const [naming, setNaming] = useState(false);
  const choices = useChoices(search);
  return (
    <>
      <Menu
        align="end"
        className="max-h-[70vh] w-56 overflow-y-auto"
        trigger={
          <MenuButton label={t('inbox.filters')}>
            <ListFilter size={16} aria-hidden />
          </MenuButton>
        }
      >
        {choices.map(({ key, text, value, options, change }) => (
          <MenuSub key={key} text={text}>
            <MenuChoice value={value} options={options} onChange={change} />
          </MenuSub>
        ))}
        <MenuLine />
        <MenuChoice
          value={search.sort ?? 'waiting'}
          options={INBOX_SORTS.map((value) => ({ value, text: t(`inbox.sort.${value}`) }))}
          onChange={(sort) => setSearch({ sort })}
        />
        <MenuLine />
        <SavedViews />
        <MenuItem onSelect={() => setNaming(true)}>{t('inbox.view.save')}</MenuItem>
      </Menu>
      {naming && <NameView search={search} onDone={() => setNaming(false)} />}
    </>
  );
}

interface Choice {
  readonly key: keyof InboxSearch;
  readonly text: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly change: (value: string) => void;
}

/** Only what there is: a site without teams has no such filter. */
function useChoices(search: InboxSearch): readonly Choice[] {
  const { sites, agent } = useMe();
  const setSearch = useSetSearch();
  const labels = new Set(useLabels().map(({ name }) => name));
  const teams = useTeams();
  const colleagues = useColleagues().filter(({ id }) => id !== agent.id);
  const any = { value: '', text: t('inbox.filter.any') };
  const choice = (
    key: keyof InboxSearch,
    value: string | number | undefined,
    options: Choice['options'],
  ): Choice => ({
    key,
    text: t(`inbox.filter.${key as 'site' | 'label' | 'team' | 'assignee' | 'category'}`),
    value: String(value ?? ''),
    options: [any, ...options],
    change: (chosen) => setSearch({ [key]: chosen === '' ? undefined : chosen }),
  });
  const named = (list: readonly { id: number; name: string }[]) =>
    list.map(({ id, name }) => ({ value: String(id), text: name }));
  const noTeam = { value: 'none', text: t('inbox.filter.noTeam') };
  const categories = INBOX_CATEGORIES.map((value) => ({ value, text: t(`category.${value}`) }));
  const agentId = isAgentId(search.assignee) ? search.assignee : undefined;
  return [
    ...(sites.length > 1 ? [choice('site', search.site, named(sites))] : []),
    ...(labels.size > 0
      ? [
          choice(
            'label',
            search.label,
            [...labels].map((name) => ({ value: name, text: name })),
          ),
        ]
      : []),
    ...(teams.length > 0 ? [choice('team', search.team, [noTeam, ...named(teams)])] : []),
    ...(colleagues.length > 0 ? [choice('assignee', agentId, named(colleagues))] : []),
    choice('category', search.category, categories),
  ];
}

/** What is filtered by, each with a way out of it. */
export function FilterChips({ search }: { search: InboxSearch }) {
  const setSearch = useSetSearch();
  const choices = useChoices(search);
  const active = activeFilters(search);
  if (active.length === 0) return null;
  return (
    <ul aria-label={t('inbox.filters.active')} className="flex flex-wrap gap-1">
      {active.map((key) => {
        const value = String(search[key] ?? '');
        const options = choices.find((choice) => choice.key === key)?.options;
        const text = options?.find((option) => option.value === value)?.text ?? value;
        return (
          <li key={key}>
            <button
              type="button"
              aria-label={t('inbox.filters.remove', { filter: text })}
              onClick={() => setSearch({ [key]: undefined })}
              className="flex h-6 max-w-44 items-center gap-1 rounded-full bg-accent-soft pr-1.5 pl-2.5 text-xs text-ink hover:bg-hover max-md:h-9"
            >
              <span className="truncate">{text}</span>
              <X size={12} aria-hidden className="shrink-0 text-muted" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function SavedViews() {
  const chat = useChat();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const views = useSavedViews();
  const { mutate: remove } = useMutation({
    mutationFn: (id: number) => chat.request('DELETE', `/admin/views/${id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['views'] }),
  });
  return views.map(({ id, name, search }) => (
    <div key={id} className="flex items-center">
      <div className="min-w-0 grow">
        <MenuItem
          onSelect={() => {
            const wanted = parseInboxSearch(Object.fromEntries(new URLSearchParams(search)));
            void navigate({ to: '/chatbot', search: wanted });
          }}
        >
          <span className="truncate">{name}</span>
        </MenuItem>
      </div>
      <IconButton label={t('inbox.view.delete', { name })} onClick={() => remove(id)}>
        <Trash2 size={14} aria-hidden />
      </IconButton>
    </div>
  ));
}

/** A name for the filters as they are. */
function NameView({ search, onDone }: { search: InboxSearch; onDone: () => void }) {
  const chat = useChat();
  const say = useToast();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const opener = openerNow();
    input.current?.focus();
    return () => giveBack(opener);
  }, []);
  const { mutate, isPending } = useMutation({
    mutationFn: () => {
      const filters = Object.entries(search).map(([key, value]) => [key, String(value)]);
      const text = String(new URLSearchParams(filters));
      return chat.request('POST', '/admin/views', { name, search: text });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['views'] }),
    onError: (error) => say(t('inbox.view.failed', { message: messageOf(error) })),
    onSettled: onDone,
  });
  return (
    <form
      className="flex basis-full gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') mutate();
      }}
      onKeyDown={(event) => event.key === 'Escape' && onDone()}
    >
      <input
        ref={input}
        aria-label={t('inbox.view.name')}
        placeholder={t('inbox.view.name')}
        maxLength={50}
        value={name}
        onChange={(event) => setName(event.target.value)}
        className="h-8 min-w-0 grow rounded-lg border border-line bg-surface px-2.5 text-sm placeholder:text-muted max-md:h-10 max-md:text-lg"
      />
      <Button type="submit" look="primary" disabled={isPending || name.trim() === ''}>
        {t('inbox.view.keep')}
      </Button>
    </form>
  );
}
