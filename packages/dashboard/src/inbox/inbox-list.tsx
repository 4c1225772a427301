import type { InboxView } from '@parley/client';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import {
  type CustomContainerComponentProps,
  type CustomItemComponentProps,
  Virtualizer,
  type VirtualizerHandle,
} from 'virtua';
import { useChat, useMe } from '../chat-context.tsx';
import { t } from '../i18n/translate.ts';
import { useOffer } from '../commands/offers.ts';
import { Bar } from '../ui/blank.tsx';
import { waitingSince, type InboxRow } from './arrange.ts';
import { BulkBar } from './bulk-bar.tsx';
import { CHOSEN_ID, InboxRowLink } from './inbox-row.tsx';
import { useInheritedFocus, useKeptFocus } from './kept-focus.ts';
import { useStore } from '../ui/use-store.ts';
import { useArranged } from './use-arranged.ts';
import { useLabels } from './use-people.ts';
import { useNeighbours } from './use-prefetch.ts';
import { useSelection } from './use-selection.ts';

/** How many of those who wait are fetched unasked, so that their number is right. */
const EAGER_ENTRIES = 200;
/** How near its end the list asks for more. */
const NEAR_END_PX = 600;

/** The list "Conversations": any number of rows, of which only those near the screen are drawn. */
export function InboxList({ inbox, scope }: { inbox: InboxView; scope: string }) {
  const labels = useLabels();
  const chat = useChat();
  const typing = useStore(chat.typing);
  const me = useMe();
  const grouped = inbox.query.sort !== 'newest';
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const { rows, added } = useArranged(inbox.entries, scope, scroller, grouped);
  const order = useMemo(
    () => rows.flatMap((row) => (row.kind === 'entry' ? [row.entry.id] : [])),
    [rows],
  );
  useNeighbours(order);
  const selection = useSelection(order, scope);
  const moveKey = useArrowKeys(rows, list);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    selection.onKeyDown(event);
    if (!event.defaultPrevented) moveKey(event);
  };
  useOffer('list', { move: (step) => moveFocus(rows, step, list.current, scroller.current) });
  const { ids } = selection;
  const chosen = inbox.entries.filter((entry) => ids.has(entry.id));
  const keptFocus = useKeptFocus(order, chosen.length > 0, (id) => {
    const index = rows.findIndex((row) => row.kind === 'entry' && row.entry.id === id);
    if (scroller.current !== null) focusRow(rows, index, list.current, scroller.current);
  });
  const more = inbox.hasMore && !inbox.loading;

  const last = inbox.entries.at(-1);
  const waitGoesOn = grouped && last !== undefined && waitingSince(last) !== null;
  const loaded = inbox.entries.length;
  useEffect(() => {
    if (more && waitGoesOn && loaded < EAGER_ENTRIES) void chat.loadMoreInbox();
  }, [chat, more, waitGoesOn, loaded]);

  const onScroll = useCallback(() => {
    const handle = list.current;
    if (handle === null || !more) return;
    const left_px = handle.scrollSize - handle.scrollOffset - handle.viewportSize;
    if (left_px < NEAR_END_PX) void chat.loadMoreInbox();
  }, [chat, more]);

  return (
    <div className="relative flex min-h-0 grow flex-col" {...keptFocus}>
      <span id={CHOSEN_ID} hidden>
        {t('inbox.chosen')}
      </span>
      {chosen.length > 0 && <BulkBar chosen={chosen} onDone={selection.clear} />}
      {added > 0 && (
        <p className="pointer-events-none absolute inset-x-0 top-2 z-10 text-center">
          <span className="rounded-full bg-accent px-3 py-1 text-xs font-medium text-on-accent shadow-pop">
            {t('inbox.changed', { count: added })}
          </span>
        </p>
      )}
      <div
        ref={scroller}
        className="min-h-0 grow overflow-y-auto overscroll-contain py-1"
        onKeyDown={onKeyDown}
      >
        <Virtualizer
          ref={list}
          data={rows}
          as={ConversationsList}
          item={ConversationsItem}
          bufferSize={600}
          itemSize={60}
          onScroll={onScroll}
        >
          {(row) =>
            row.kind === 'head' ? (
              <GroupHead key={row.key} row={row} />
            ) : (
              <InboxRowLink
                key={row.key}
                entry={row.entry}
                myName={me.agent.name}
                siteName={siteName(me.sites, row.entry.site_id)}
                labels={labels}
                isTyping={typing.has(row.entry.id)}
                isChosen={ids.has(row.entry.id)}
                isChoosing={ids.size > 0}
                onChoose={selection.choose}
              />
            )
          }
        </Virtualizer>
        {inbox.hasMore && (
          <p className="py-3 text-center text-xs text-muted">{t('inbox.loadingMore')}</p>
        )}
      </div>
    </div>
  );
}

function siteName(sites: readonly { id: number; name: string }[], id: number): string | null {
  if (sites.length < 2) return null;
  return sites.find((site) => site.id === id)?.name ?? null;
}

function GroupHead({ row }: { row: Extract<InboxRow, { kind: 'head' }> }) {
  return (
    <h2 className="flex items-baseline gap-1.5 px-5 pt-3 pb-1 text-xs font-semibold text-muted">
      {t(row.group === 'waiting' ? 'inbox.group.waiting' : 'inbox.group.other')}
      <span className="font-normal tabular-nums">{row.count}</span>
    </h2>
  );
}

function ConversationsList({ ref, ...rest }: CustomContainerComponentProps) {
  return <ul aria-label={t('inbox.list')} ref={ref} {...rest} />;
}

function ConversationsItem({ ref, style, children }: CustomItemComponentProps) {
  return (
    <li ref={ref} style={style}>
      {children}
    </li>
  );
}

/** Up and down move from conversation to conversation, also to those that are not drawn yet. */
function useArrowKeys(
  rows: readonly InboxRow[],
  list: React.RefObject<VirtualizerHandle | null>,
): (event: KeyboardEvent<HTMLElement>) => void {
  return (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const edge = { Home: 0, End: rows.length - 1 }[event.key];
    if (
      (step === undefined && edge === undefined) ||
      event.altKey ||
      event.ctrlKey ||
      event.metaKey
    )
      return;
    const from = focusedIndex(rows);
    const target =
      edge === undefined
        ? nextEntry(rows, from, step ?? 1)
        : nextEntry(rows, edge, edge === 0 ? 1 : -1, true);
    if (target === null) return;
    event.preventDefault();
    focusRow(rows, target, list.current, event.currentTarget);
  };
}

/** From the conversation that has the focus, else from the one that is open, else from the first. */
function moveFocus(
  rows: readonly InboxRow[],
  step: 1 | -1,
  list: VirtualizerHandle | null,
  scroller: HTMLElement | null,
): void {
  const focused = focusedIndex(rows);
  const open = scroller?.querySelector<HTMLElement>('[data-conversation][aria-current=page]');
  const from =
    focused >= 0 ? focused : rows.findIndex((row) => row.key === open?.dataset['conversation']);
  const target = nextEntry(rows, from, step);
  if (target !== null && scroller !== null) focusRow(rows, target, list, scroller);
}

function focusedIndex(rows: readonly InboxRow[]): number {
  const link = document.activeElement?.closest<HTMLElement>('[data-conversation]');
  return rows.findIndex((row) => row.key === link?.dataset['conversation']);
}

function nextEntry(
  rows: readonly InboxRow[],
  from: number,
  step: number,
  itself = false,
): number | null {
  for (let index = itself ? from : from + step; index >= 0 && index < rows.length; index += step) {
    if (rows[index]?.kind === 'entry') return index;
  }
  return null;
}

function focusRow(
  rows: readonly InboxRow[],
  index: number,
  list: VirtualizerHandle | null,
  scroller: HTMLElement,
): void {
  const key = rows[index]?.key;
  const find = () => scroller.querySelector<HTMLElement>(`[data-conversation="${key}"]`);
  list?.scrollToIndex(index, { align: 'nearest' });
  const link = find();
  if (link !== null) link.focus({ preventScroll: true });
  // Not drawn before it was scrolled to: it is there in the next frame but one.
  else
    requestAnimationFrame(() =>
      requestAnimationFrame(() => find()?.focus({ preventScroll: true })),
    );
}

/**
 * The list without a conversation in it: people and screen readers find the inbox by its name also
 * while there is nothing, and are told there why.
 */
export function EmptyList({ busy = false, children }: { busy?: boolean; children: ReactNode }) {
  const list = useRef<HTMLUListElement>(null);
  useInheritedFocus(list);
  return (
    <ul
      ref={list}
      tabIndex={-1}
      aria-label={t('inbox.list')}
      aria-busy={busy}
      className="min-h-0 grow overflow-y-auto outline-offset-[-2px]"
    >
      <li className="h-full">{children}</li>
    </ul>
  );
}

/** In place of the list until the first answer: the same shape, so that nothing jumps. */
export function InboxSkeleton() {
  return (
    <EmptyList busy>
      <span className="sr-only">{t('inbox.loading')}</span>
      <div aria-hidden className="overflow-hidden py-3">
        {Array.from({ length: 8 }, (_, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- grey bars have no identity
          <div key={index} className="flex items-center gap-3 px-5 py-2.5">
            <span className="size-9 shrink-0 animate-breathe rounded-full bg-sunken" />
            <span className="flex grow flex-col gap-2">
              <Bar className={index % 3 === 1 ? 'h-3 w-2/5' : 'h-3 w-1/3'} />
              <Bar className={index % 2 === 0 ? 'h-2.5 w-4/5' : 'h-2.5 w-3/5'} />
            </span>
          </div>
        ))}
      </div>
    </EmptyList>
  );
}
