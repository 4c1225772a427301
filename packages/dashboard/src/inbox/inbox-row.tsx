import type { InboxEntry } from '@parley/protocol';
import { Link } from '@tanstack/react-router';
import { Check, Moon, Pause } from 'lucide-react';
import { memo } from 'react';
import { formatAgo, formatDateTime, isoTime } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { Avatar } from '../ui/avatar.tsx';
import { useNow_ms } from '../ui/clock.ts';
import { cx } from '../ui/cx.ts';
import { waitingSince } from './arrange.ts';
import { previewOf } from './preview.ts';
import { visitorName } from './visitor-name.ts';
import { WaitMark } from './wait.tsx';

export interface InboxRowProps {
  entry: InboxEntry;
  myName: string;
  /** The name of the site, where the agent has several. */
  siteName: string | null;
}

/** One conversation: who, how long they have waited, what they said last. */
export const InboxRowLink = memo(function InboxRowLink({ entry, myName, siteName }: InboxRowProps) {
  const since_s = waitingSince(entry);
  const unread = entry.unread > 0;
  return (
    <Link
      to="/chatbot/$id"
      params={{ id: String(entry.id) }}
      search={true}
      data-conversation={entry.id}
      className="group relative mx-2 flex items-center gap-3 rounded-xl px-3 py-2.5 text-ink outline-offset-[-2px] transition-colors hover:bg-hover aria-[current=page]:bg-accent-soft"
    >
      <Avatar name={entry.visitor.name} seed={`visitor:${entry.visitor.id}`} />
      <span className="flex min-w-0 grow flex-col gap-0.5">
        <span className="flex items-center gap-2">
          <span className={cx('truncate', unread ? 'font-semibold' : 'font-medium')}>
            {visitorName(entry.visitor)}
          </span>
          <StatusMark status={entry.status} />
          <span className="ml-auto" />
          {since_s === null ? (
            <Ago since_s={Math.floor(entry.last_activity_ms / 1000)} />
          ) : (
            <WaitMark since_s={since_s} />
          )}
        </span>
        <span className="flex items-center gap-2">
          <span className={cx('truncate text-sm', unread ? 'text-soft' : 'text-muted')}>
            {previewOf(entry, myName)}
          </span>
          <span className="ml-auto" />
          {entry.assignee !== null && <AssigneeMark name={entry.assignee.name} />}
          {unread && <UnreadCount count={entry.unread} />}
        </span>
        {siteName !== null && <span className="truncate text-xs text-muted">{siteName}</span>}
      </span>
    </Link>
  );
});

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
