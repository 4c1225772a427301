import type { InboxEntry, Label, Priority } from '@parley/protocol';
import { Link } from '@tanstack/react-router';
import { Check, ChevronDown, ChevronsUp, ChevronUp, Equal, Moon, Pause } from 'lucide-react';
import { memo } from 'react';
import { formatAgo, formatDateTime, isoTime } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { useLanguage } from '../i18n/use-language.tsx';
import { TypingDots } from '../conversation/typing-row.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { useNow_ms } from '../ui/clock.ts';
import { cx } from '../ui/cx.ts';
import { waitingSince } from './arrange.ts';
import { LabelMarks } from './label-mark.tsx';
import { previewOf } from './preview.ts';
import { useIntent } from './use-prefetch.ts';
import { visitorName } from './visitor-name.ts';
import { WaitMark } from './wait.tsx';

export interface InboxRowProps {
  entry: InboxEntry;
  myName: string;
  /** The name of the site, where the agent has several. */
  siteName: string | null;
  labels: readonly Label[];
  /** Whether the visitor is typing now. */
  isTyping: boolean;
  isChosen: boolean;
  /** Whether any is chosen: then the boxes of all are shown. */
  isChoosing: boolean;
  onChoose: (id: number, toHere: boolean) => void;
}

/** One conversation: who, how long they have waited, what they said last. */
export const InboxRowLink = memo(function InboxRowLink(props: InboxRowProps) {
  const { entry, myName, siteName, labels, isTyping, isChosen, isChoosing, onChoose } = props;
  useLanguage();
  const since_s = waitingSince(entry);
  const unread = entry.unread > 0;
  const intent = useIntent(entry.id);
  const names = entry.labels ?? [];
  return (
    <div className="group/row relative">
      <Link
        to="/chatbot/$id"
        params={{ id: String(entry.id) }}
        search={true}
        data-conversation={entry.id}
        {...intent}
        aria-describedby={isChosen ? CHOSEN_ID : undefined}
        className={cx(
          isChosen && 'bg-accent-soft',
          'mx-2 flex items-center gap-3 rounded-xl px-3 py-2.5 text-ink outline-offset-[-2px] transition-colors hover:bg-hover aria-[current=page]:bg-accent-soft',
        )}
      >
        <span className={isChoosing ? 'invisible' : 'md:group-hover/row:invisible'}>
          <Avatar name={entry.visitor.name} seed={`visitor:${entry.visitor.id}`} />
        </span>
        <span className="flex min-w-0 grow flex-col gap-0.5">
          <span className="flex items-center gap-2">
            <span className={cx('truncate', unread ? 'font-semibold' : 'font-medium')}>
              {visitorName(entry.visitor)}
            </span>
            <PriorityMark priority={entry.priority ?? 'none'} />
            <StatusMark status={entry.status} />
            <span className="ml-auto" />
            {since_s === null ? (
              <Ago since_s={Math.floor(entry.last_activity_ms / 1000)} />
            ) : (
              <WaitMark since_s={since_s} />
            )}
          </span>
          <span className="flex items-center gap-2">
            {isTyping ? (
              <span className="flex min-w-0 items-center gap-2 text-sm text-accent">
                <TypingDots />
                <span className="truncate">{t('inbox.typing')}</span>
              </span>
            ) : (
              <span className={cx('truncate text-sm', unread ? 'text-soft' : 'text-muted')}>
                {previewOf(entry, myName)}
              </span>
            )}
            <span className="ml-auto" />
            {entry.assignee !== null && <AssigneeMark name={entry.assignee.name} />}
            {unread && <UnreadCount count={entry.unread} />}
          </span>
          {(siteName !== null || names.length > 0) && (
            <span className="flex items-center gap-2 overflow-hidden pt-0.5">
              {siteName !== null && <span className="truncate text-xs text-muted">{siteName}</span>}
              <LabelMarks names={names} labels={labels} />
            </span>
          )}
        </span>
      </Link>
      <ChooseBox
        name={visitorName(entry.visitor)}
        isChosen={isChosen}
        isChoosing={isChoosing}
        onChoose={(toHere) => onChoose(entry.id, toHere)}
      />
    </div>
  );
});

/** Said of each row that is chosen; stands once in the list. */
export const CHOSEN_ID = 'inbox-chosen';

/**
 * Over the face, where the pointer or the keyboard is, or while others are chosen. A finger points
 * nowhere before it touches: there the face itself is what chooses.
 */
function ChooseBox({
  name,
  isChosen,
  isChoosing,
  onChoose,
}: {
  name: string;
  isChosen: boolean;
  isChoosing: boolean;
  onChoose: (toHere: boolean) => void;
}) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={isChosen}
      aria-label={t('inbox.choose', { name })}
      // The list is left with one press of Tab; `x` chooses the row that has the focus.
      tabIndex={isChoosing ? 0 : -1}
      onClick={(event) => onChoose(event.shiftKey)}
      className={cx(
        'absolute top-1/2 left-5 size-9 -translate-y-1/2 items-center justify-center rounded-full pointer-coarse:left-4 pointer-coarse:size-11',
        isChoosing ? 'flex' : 'hidden md:group-hover/row:flex pointer-coarse:flex',
      )}
    >
      <span
        className={cx(
          'flex size-4.5 items-center justify-center rounded-md border',
          !isChoosing && 'pointer-coarse:opacity-0',
          isChosen ? 'border-accent bg-accent text-on-accent' : 'border-line-strong bg-surface',
        )}
      >
        {isChosen && <Check size={13} strokeWidth={3} aria-hidden />}
      </span>
    </button>
  );
}

/** Nothing for what is like most. */
function PriorityMark({ priority }: { priority: Priority }) {
  if (priority === 'none') return null;
  const Icon = { low: ChevronDown, medium: Equal, high: ChevronUp, urgent: ChevronsUp }[priority];
  const isHigh = priority === 'high' || priority === 'urgent';
  return (
    <span title={t(`priority.${priority}`)} className="flex shrink-0">
      <Icon
        size={14}
        strokeWidth={2.4}
        aria-hidden
        className={isHigh ? 'text-late' : 'text-muted'}
      />
      <span className="sr-only">{t(`priority.${priority}`)}</span>
    </span>
  );
}

function Ago({ since_s }: { since_s: number }) {
  const now_ms = useNow_ms('quarterMinute');
  return (
    <time
      dateTime={isoTime(since_s * 1000)}
      title={formatDateTime(since_s * 1000)}
      className="shrink-0 text-xs text-muted tabular-nums"
    >
      {formatAgo(since_s, now_ms / 1000)}
    </time>
  );
}

function UnreadCount({ count }: { count: number }) {
  return (
    <span className="flex h-4.5 min-w-4.5 shrink-0 items-center justify-center rounded-full bg-accent px-1.25 text-[0.6875rem] font-semibold text-on-accent tabular-nums">
      <span aria-hidden>{count > 99 ? '99+' : count}</span>
      <span className="sr-only">{t('inbox.unread', { count })}</span>
    </span>
  );
}

function AssigneeMark({ name }: { name: string }) {
  return (
    <span title={t('inbox.assignedTo', { name })} className="flex shrink-0">
      <Avatar name={name} seed={`agent:${name}`} size="tiny" />
      <span className="sr-only">{t('inbox.assignedTo', { name })}</span>
    </span>
  );
}

const statusIcons = { pending: Pause, snoozed: Moon, resolved: Check };

/** Nothing for an open one: that is what an inbox is made of. */
function StatusMark({ status }: { status: InboxEntry['status'] }) {
  if (status === 'open') return null;
  const Icon = statusIcons[status];
  return (
    <span className="flex shrink-0 items-center gap-1 text-xs text-muted">
      <Icon size={12} strokeWidth={2.4} aria-hidden />
      {t(`status.${status}`)}
    </span>
  );
}
