import type { ConversationView, OpenConversation } from '@parley/client';
import type { InboxEntry } from '@parley/protocol';
import { ArrowDown } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useMe } from '../chat-context.tsx';
import { formatDay } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { visitorName } from '../inbox/visitor-name.ts';
import { useNow_ms } from '../ui/clock.ts';
import { isUnread, layOut, newLineKey } from './lay-out.ts';
import { MessageRow } from './message-row.tsx';
import { useJump } from './use-jump.ts';
import { useLogScroll } from './use-log-scroll.ts';
import { useSeen } from './use-seen.ts';

/**
 * The log of an open conversation. All that was fetched is in the document: so the browser's search,
 * selection over many messages and screen readers work as on any page.
 */
export function MessageLog({
  open,
  view,
}: {
  open: OpenConversation;
  view: ConversationView<InboxEntry>;
}) {
  const { agent, sites } = useMe();
  const log = useRef<HTMLDivElement>(null);
  const { conversation, messages } = view;
  // Of when the conversation was opened: reading moves the mark at once, the line stays.
  const [readBefore] = useState(conversation.agent_read_up_to);
  const newLine = newLineKey(messages, readBefore);
  const items = useMemo(() => layOut(messages, newLine), [messages, newLine]);
  const scroll = useLogScroll(log, messages);
  useSeen(open, log, messages);
  useJump(open, log, view);
  const top = useOlder(open, view, log);
  const name = visitorName(conversation.visitor);
  const { id, name: givenName } = conversation.visitor;
  const role = sites.find((site) => site.id === conversation.site_id)?.role;
  const manages = role === 'owner' || role === 'admin';
  const visitor = useMemo(() => ({ id, name: givenName, shownName: name }), [id, givenName, name]);

  return (
    <div className="relative min-h-0 grow">
      <div
        ref={log}
        role="log"
        aria-busy={view.loadingOlder}
        aria-label={t('conversation.log', { name })}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls by keyboard
        tabIndex={0}
        className="relative h-full overflow-x-hidden overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
      >
        <div className="flex min-h-full flex-col justify-end pb-2">
          <div ref={top} aria-hidden className="h-px" />
          {view.hasOlder ? (
            <p className="py-3 text-center text-xs text-muted">{t('conversation.older')}</p>
          ) : (
            <p className="pt-6 text-center text-xs text-muted">
              {t(messages.length === 0 ? 'conversation.empty' : 'conversation.start')}
            </p>
          )}
          {items.map((item) => {
            switch (item.kind) {
              case 'day':
                return <DayLine key={item.key} time_ms={item.time_ms} />;
              case 'new-line':
                return <UnreadLine key={item.key} />;
              case 'message':
                return (
                  <MessageRow
                    key={item.key}
                    message={item.message}
                    first={item.first}
                    last={item.last}
                    unseen={isUnread(item.message, conversation.agent_read_up_to)}
                    open={open}
                    visitor={visitor}
                    myName={agent.name}
                    manages={manages}
                  />
                );
            }
          })}
        </div>
      </div>
      {!scroll.atEnd && <ToNewest count={scroll.newBelow} onClick={scroll.toEnd} />}
    </div>
  );
}

/** After one that failed: a server that is away is not asked without end. */
const OLDER_AGAIN_MS = 3_000;

/** Asks for older history when the reader comes near its beginning. */
function useOlder(
  open: OpenConversation,
  view: ConversationView<InboxEntry>,
  log: RefObject<HTMLElement | null>,
): RefObject<HTMLDivElement | null> {
  const top = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const wanted = view.hasOlder && !view.loadingOlder && !failed;
  const oldest = view.messages[0]?.key;
  useEffect(() => {
    const element = top.current;
    if (!wanted || element === null) return undefined;
    const observer = new IntersectionObserver(
      (changes) => {
        if (!changes.some((change) => change.isIntersecting)) return;
        open.loadOlder().catch(() => setFailed(true));
      },
      { root: log.current, rootMargin: '500px 0px 0px 0px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [open, log, wanted, oldest]);
  useEffect(() => {
    if (!failed) return undefined;
    const again = setTimeout(() => setFailed(false), OLDER_AGAIN_MS);
    return () => clearTimeout(again);
  }, [failed]);
  return top;
}

function DayLine({ time_ms }: { time_ms: number }) {
  const now_ms = useNow_ms('quarterMinute');
  return (
    <div className="flex items-center gap-3 px-5 pt-6 pb-1 text-xs font-medium text-muted">
      <span aria-hidden className="h-px grow bg-line" />
      {formatDay(time_ms, now_ms)}
      <span aria-hidden className="h-px grow bg-line" />
    </div>
  );
}

function UnreadLine() {
  return (
    <div className="flex items-center gap-3 px-5 pt-4 text-xs font-semibold text-late">
      <span aria-hidden className="h-px grow bg-late/40" />
      {t('conversation.unreadLine')}
      <span aria-hidden className="h-px grow bg-late/40" />
    </div>
  );
}

function ToNewest({ count, onClick }: { count: number; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="absolute bottom-3 left-1/2 flex h-8 -translate-x-1/2 animate-rise items-center gap-1.5 rounded-full bg-raised px-3.5 text-sm font-medium shadow-pop max-md:h-10"
    >
      <ArrowDown size={14} aria-hidden />
      {count > 0 ? t('conversation.newBelow', { count }) : t('conversation.toNewest')}
    </button>
  );
}
