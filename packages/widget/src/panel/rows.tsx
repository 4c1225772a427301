import type { LogMessage } from '@parley/client';
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { dayNumber } from '../strings/language.ts';
import { BlockView } from './block-view.tsx';
import { blocksOf } from './blocks.ts';
import { useChat, useLanguage } from './context.ts';
import { groupMessages, tellsState, type Group, type LogItem } from './groups.ts';
import { initials } from './initials.ts';
import { MessageRow } from './message-row.tsx';
import { useScrolling, type ScrollingProps } from './scrolling.ts';
import './rows.css';
import './words.ts';

/** Blocks at either end that are drawn at once. */
const FIRST = 3;
/** How long one's own message may be changed. */
const CHANGEABLE_MS = 15 * 60_000;

export interface RowsProps extends ScrollingProps {
  readonly messages: readonly LogMessage[];
  /** Messages of the other side that came while the log was there. */
  readonly news: ReadonlySet<number | null>;
  /** The reader's own mark: what is above it has been read. */
  readonly readUpTo: number;
  /** Whether somebody is looking at it (SYNC-12). */
  readonly attended: boolean;
  readonly now_ms: number;
  readonly onEdit: (message: LogMessage) => void;
}

/** The messages of the log. Loaded with the first one: who only looks at the panel has none. */
export function Rows(props: RowsProps): JSX.Element {
  const { messages, box } = props;
  const { day, locale } = useLanguage();
  const blocks = useMemo(
    () => blocksOf(groupMessages(messages, (at_ms) => String(dayNumber(at_ms)))),
    [messages],
  );
  const [shown, setShown] = useState(0);
  const onShown = useCallback(() => setShown((count) => count + 1), []);
  const draw = (items: readonly LogItem[]): JSX.Element[] =>
    items.map((item) =>
      item.kind === 'day' ? (
        <div class="day" key={item.key} aria-live="off">
          <span>{day(item.at_ms, props.now_ms)}</span>
        </div>
      ) : (
        <GroupView key={item.key} group={item} log={props} />
      ),
    );
  useScrolling(props, messages, messages[0]?.key ?? null);
  useSeen(props, shown);
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView
          key={block.key}
          block={block}
          first={index < FIRST || index >= blocks.length - FIRST}
          box={box}
          version={`${props.now_ms} ${props.readUpTo} ${locale}`}
          draw={draw}
          onShown={onShown}
        />
      ))}
    </>
  );
}

function GroupView({
  group,
  log,
}: {
  readonly group: Group;
  readonly log: RowsProps;
}): JSX.Element {
  const { text } = useLanguage();
  const name = group.name ?? text('team');
  return (
    // A log announces what is added to it: news, but neither history nor what one wrote oneself.
    <div
      class={`group ${group.sender}`}
      aria-live={group.messages.some(({ id }) => log.news.has(id)) ? undefined : 'off'}
    >
      {group.sender === 'them' && (
        <>
          <div class="avatar" aria-hidden="true">
            {initials(name)}
          </div>
          <div class="name">{name}</div>
        </>
      )}
      {group.sender === 'me' && <span class="unseen">{text('you')}</span>}
      {group.messages.map((message, index) => (
        <MessageRow
          key={message.key}
          message={message}
          tells={tellsState(group, index)}
          changeable={
            message.mine &&
            message.id !== null &&
            !message.deleted &&
            message.state !== 'sending' &&
            log.now_ms - message.created_at_ms < CHANGEABLE_MS
          }
          isNew={log.news.has(message.id)}
          unread={!message.mine && (message.seq ?? 0) > log.readUpTo}
          onEdit={log.onEdit}
        />
      ))}
    </div>
  );
}

/** Reports what was really seen: the end of a message on screen while somebody is looking (SYNC-12). */
function useSeen(
  { box, messages, attended, readUpTo }: RowsProps,
  /** Changes where messages are drawn that were not. */
  shown: number,
): void {
  const chat = useChat();
  useEffect(() => {
    const root = box.current;
    const ends = root?.querySelectorAll<HTMLElement>('[data-unread]') ?? [];
    if (root === null || !attended || ends.length === 0) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const seen = entries
          .filter((entry) => entry.isIntersecting)
          .map((entry) => Number((entry.target as HTMLElement).dataset['unread']));
        if (seen.length > 0) chat.seen(Math.max(...seen));
      },
      { root },
    );
    for (const end of ends) observer.observe(end);
    return () => observer.disconnect();
  }, [chat, box, messages, attended, readUpTo, shown]);
}
