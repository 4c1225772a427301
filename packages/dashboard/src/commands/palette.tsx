import type { SearchAnswer } from '@parley/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command as Menu, defaultFilter } from 'cmdk';
import { ArrowLeft, Check, MessageSquare } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useChat } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { COMMAND_GROUPS, type Choice, type Command } from './command.ts';
import { KeyCaps } from './key-caps.tsx';

const FOUND_MAX = 8;
const SEARCH_DELAY_MS = 150;
const Q_MAX_CHARS = 200;

/** Everything that can be done and everybody who can be found, by typing some of its letters. */
export function Palette({
  commands,
  asking,
  typed,
  onClose,
}: {
  commands: readonly Command[];
  asking: string | null;
  /** What was typed before this was here. */
  typed: string;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState(asking);
  const [q, setQ] = useState(typed);
  const page = commands.find(({ id }) => id === asked);
  const choices = page?.action.kind === 'choose' ? page.action.choices : null;

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    input.current?.focus();
    return () => element?.close();
  }, []);

  function finish(run: () => void) {
    // Closed first: what runs may give the focus to where it belongs, and that has to last.
    dialog.current?.close();
    onClose();
    run();
  }

  function choose({ id, action }: Command) {
    if (action.kind === 'run') finish(() => action.run());
    if (action.kind !== 'choose') return;
    setAsked(id);
    setQ('');
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    // Enter also accepts a suggestion of an input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key !== 'Backspace' || q !== '' || asked === null) return;
    event.preventDefault();
    setAsked(null);
  }

  return (
    <dialog
      ref={dialog}
      aria-label={t('command.palette')}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
      className="m-auto mt-[min(14vh,7rem)] w-[min(38rem,calc(100vw-1.5rem))] animate-rise overflow-hidden rounded-2xl bg-raised p-0 text-ink shadow-pop backdrop:bg-black/35"
    >
      <Menu label={t('command.palette')} shouldFilter={false} loop onKeyDown={onKeyDown}>
        <div className="flex items-center gap-2 border-b border-line pr-4 pl-2">
          {choices === null ? (
            <span className="w-2" />
          ) : (
            <button
              type="button"
              aria-label={t('command.back')}
              onClick={() => {
                setAsked(null);
                setQ('');
                input.current?.focus();
              }}
              className="flex size-8 shrink-0 items-center justify-center rounded-lg text-muted hover:bg-hover hover:text-ink"
            >
              <ArrowLeft size={16} aria-hidden />
            </button>
          )}
          <Menu.Input
            ref={input}
            value={q}
            onValueChange={(value) => setQ(value.slice(0, Q_MAX_CHARS))}
            placeholder={page?.text ?? t('command.placeholder')}
            aria-label={page?.text ?? t('command.placeholder')}
            className="h-13 min-w-0 grow bg-transparent text-lg outline-none placeholder:text-muted"
          />
        </div>
        <Menu.List
          label={t('command.list')}
          className="max-h-[min(26rem,60vh)] overflow-y-auto overscroll-contain p-1.5"
        >
          <Menu.Empty className="px-3 py-8 text-center text-sm text-muted">
            {t('command.none', { q })}
          </Menu.Empty>
          {choices === null ? (
            <>
              <Commands commands={commands} q={q} onChoose={choose} />
              <Found q={q.trim()} onChoose={finish} />
            </>
          ) : (
            <Choices choices={choices} q={q} onChoose={(choice) => finish(() => choice.run())} />
          )}
        </Menu.List>
      </Menu>
    </dialog>
  );
}

/** The best first; those that do not match at all are left out. */
function matching<T>(all: readonly T[], q: string, textOf: (one: T) => string): readonly T[] {
  if (q.trim() === '') return all;
  return all
    .map((one) => ({ one, score: defaultFilter(textOf(one), q.trim()) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ one }) => one);
}

function Commands({
  commands,
  q,
  onChoose,
}: {
  commands: readonly Command[];
  q: string;
  onChoose: (command: Command) => void;
}) {
  const possible = commands.filter(
    ({ action }) =>
      action.kind === 'run' || (action.kind === 'choose' && action.choices.length > 0),
  );
  const shown = matching(possible, q, ({ text }) => text);
  return COMMAND_GROUPS.map((group) => {
    const own = shown.filter((command) => command.group === group);
    if (own.length === 0) return null;
    return (
      <Group key={group} heading={t(`command.group.${group}`)}>
        {own.map((command) => {
          const { id, text, icon: Icon, shortcut } = command;
          return (
            <Item key={id} value={id} onSelect={() => onChoose(command)}>
              <Icon size={16} aria-hidden className="shrink-0 text-muted" />
              <span className="min-w-0 grow truncate">{text}</span>
              {shortcut !== undefined && <KeyCaps of={shortcut} />}
            </Item>
          );
        })}
      </Group>
    );
  });
}

function Choices({
  choices,
  q,
  onChoose,
}: {
  choices: readonly Choice[];
  q: string;
  onChoose: (choice: Choice) => void;
}) {
  return matching(choices, q, ({ text }) => text).map((choice) => (
    <Item key={choice.id} value={choice.id} onSelect={() => onChoose(choice)}>
      <span className="flex w-4 shrink-0 justify-center text-accent">
        {choice.chosen === true && <Check size={16} aria-hidden />}
      </span>
      <span className="min-w-0 grow truncate">{choice.text}</span>
      {choice.detail !== undefined && (
        <span className="shrink-0 text-sm text-muted">{choice.detail}</span>
      )}
    </Item>
  ));
}

/** Conversations by the visitor's name or address, or what was said in them. */
function Found({ q, onChoose }: { q: string; onChoose: (run: () => void) => void }) {
  const navigate = useNavigate();
  const answer = useSearch(useSettled(q));
  if (q === '' || answer === undefined) return null;
  const entries = new Map(answer.conversations.map((entry) => [entry.id, entry]));
  const excerpts = new Map(
    answer.messages.toReversed().map((message) => [message.conversation_id, message]),
  );
  const ids = [
    ...new Set([...answer.people, ...answer.messages.map((one) => one.conversation_id)]),
  ];
  const shown = ids.slice(0, FOUND_MAX).flatMap((id) => entries.get(id) ?? []);
  if (shown.length === 0) return null;
  return (
    <Group heading={t('command.group.found')}>
      {shown.map(({ id, visitor }) => {
        const message = answer.people.includes(id) ? undefined : excerpts.get(id);
        const open = () =>
          void navigate({
            to: '/chatbot/$id',
            params: { id: String(id) },
            search: true,
            ...(message !== undefined && { hash: `m${message.seq}` }),
          });
        return (
          <Item key={id} value={`conversation ${id}`} onSelect={() => onChoose(open)}>
            <MessageSquare size={16} aria-hidden className="shrink-0 text-muted" />
            <span className="shrink-0 font-medium">{visitorName(visitor)}</span>
            <span className="min-w-0 grow truncate text-sm text-muted">
              {message?.excerpt ?? visitor.email}
            </span>
          </Item>
        );
      })}
    </Group>
  );
}

function useSearch(q: string): SearchAnswer | undefined {
  const chat = useChat();
  const { data } = useQuery({
    queryKey: ['palette', q],
    queryFn: () =>
      chat.request<SearchAnswer>(
        'GET',
        `/admin/search?${new URLSearchParams({ q, limit: String(FOUND_MAX) })}`,
      ),
    enabled: q !== '',
    placeholderData: keepPreviousData,
    // What was edited or deleted meanwhile must not come back from memory.
    gcTime: 0,
  });
  return data;
}

/** A value once it has stayed the same for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Menu.Group
      heading={heading}
      className="mb-1 **:[[cmdk-group-heading]]:px-3 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-xs **:[[cmdk-group-heading]]:font-semibold **:[[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Menu.Group>
  );
}

function Item({
  value,
  onSelect,
  children,
}: {
  value: string;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Menu.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-10 items-center gap-3 rounded-lg px-3 text-base select-none aria-selected:bg-hover max-md:min-h-11 forced-colors:aria-selected:outline-2"
    >
      {children}
    </Menu.Item>
  );
}
