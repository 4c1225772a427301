import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useChat, useLanguage } from './context.ts';
import { Icon } from './icons.tsx';
import type { Rows, RowsProps } from './rows.tsx';

export interface LogProps extends Omit<
  RowsProps,
  'box' | 'news' | 'loadOlder' | 'onAtEnd' | 'toEnd'
> {
  /** What draws the messages; null while it is not loaded. */
  readonly rows: typeof Rows | null;
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  readonly unread: number;
  /** What stands there instead of messages. */
  readonly children: JSX.Element | null;
}

/** What scrolls: the messages, or what stands there before there are any. */
export function Log(props: LogProps): JSX.Element {
  const { rows: DrawnRows, messages, hasOlder, loadingOlder, unread } = props;
  const { text } = useLanguage();
  const chat = useChat();
  const box = useRef<HTMLDivElement>(null);
  const [news] = useState(() => new Set<number | null>());
  useEffect(() => chat.on('message', ({ id }) => news.add(id)), [chat, news]);
  const loadOlder = useCallback(() => {
    // A failed one is tried again by scrolling on.
    chat.loadOlder().catch(() => undefined);
  }, [chat]);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = useRef<() => void>(() => undefined);

  return (
    <div class="log-box">
      <div class="log" role="log" aria-label={text('log')} tabIndex={0} ref={box}>
        {loadingOlder && <div class="older">{text('older')}</div>}
        {DrawnRows === null || messages.length === 0 ? (
          <Early messages={messages}>{props.children}</Early>
        ) : (
          <DrawnRows
            messages={messages}
            news={news}
            readUpTo={props.readUpTo}
            attended={props.attended}
            now_ms={props.now_ms}
            onEdit={props.onEdit}
            box={box}
            loadOlder={hasOlder && !loadingOlder ? loadOlder : null}
            sendings={props.sendings}
            onAtEnd={setAtEnd}
            toEnd={toEnd}
          />
        )}
      </div>
      {!atEnd && (
        <button
          type="button"
          class={unread > 0 ? 'pill' : 'pill round'}
          aria-label={unread > 0 ? undefined : text('toNewest')}
          onClick={() => toEnd.current()}
        >
          {unread > 0 && <span>{text('newMessages', { n: unread })}</span>}
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

/** Who writes offline before anything drew a message sees at least what was written. */
function Early({ messages, children }: Pick<LogProps, 'messages' | 'children'>): JSX.Element {
  const own = messages.filter(({ state }) => state === 'sending');
  return (
    <>
      {own.length === 0 && children}
      {own.map(({ key, text }) => (
        <p class="early" key={key} dir="auto">
          {text}
        </p>
      ))}
    </>
  );
}
