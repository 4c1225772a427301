import type { LogMessage, OpenConversation } from '@parley/client';
import { Bot, Check, CheckCheck, CircleAlert, Clock, Lock } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import { formatClock, formatDateTime, isoTime } from '../i18n/time.ts';
import { refusalText, t } from '../i18n/translate.ts';
import { useLanguage } from '../i18n/use-language.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { cx } from '../ui/cx.ts';
import { MessageText } from '../ui/message-text.tsx';
import { MessageFiles } from './files/message-files.tsx';
import { EditForm, MessageActions, rightsOf } from './message-actions.tsx';
import { UNSEEN_ATTRIBUTE } from './use-seen.ts';

export interface MessageRowProps {
  message: LogMessage;
  /** Of its group (see LogItem). */
  first: boolean;
  last: boolean;
  /** Of the visitor, and read by no agent yet: watched until somebody sees it. */
  unseen: boolean;
  open: OpenConversation;
  visitor: { readonly id: number; readonly name: string | null; readonly shownName: string };
  myName: string;
  /** Whether the agent manages the site, and may delete what others wrote. */
  manages: boolean;
}

/** One message: the visitor's on the left, the agents' on the right, notes apart. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, first, last, open, visitor, myName, manages } = props;
  useLanguage();
  const [editing, setEditing] = useState(false);
  if (message.sender_type === 'system') return <SystemRow {...props} />;
  const ours = message.sender_type !== 'visitor';
  const rights = rightsOf(message, isMine(message, myName), manages);
  return (
    <div
      className={cx(
        'flex gap-2.5 px-5 max-md:px-3',
        first ? 'pt-4' : 'pt-1',
        ours && 'flex-row-reverse',
      )}
    >
      {!ours && (
        <span className="w-7 shrink-0 max-md:hidden">
          {first && (
            <Avatar
              name={visitor.name}
              seed={`visitor:${visitor.id}`}
              size="account"
              className="mt-5"
            />
          )}
        </span>
      )}
      <div
        className={cx(
          'flex max-w-[min(38rem,82%)] min-w-0 flex-col gap-1',
          ours ? 'items-end' : 'items-start',
        )}
      >
        {first && <GroupHead {...props} />}
        <div className={cx('group/message flex max-w-full gap-1', ours && 'flex-row-reverse')}>
          <div
            {...messageAttributes(props)}
            title={formatDateTime(message.created_at_ms)}
            className={cx(
              'flex max-w-full min-w-0 flex-col gap-1',
              ours ? 'items-end' : 'items-start',
            )}
          >
            <MessageFiles message={message} onCancel={() => open.discard(message.key)} />
            {editing && rights.edit ? (
              <EditForm message={message} open={open} onDone={() => setEditing(false)} />
            ) : (
              (message.deleted || message.text !== '') && (
                <div
                  className={cx(
                    'max-w-full rounded-2xl px-3.5 py-2 text-base prose-message max-md:text-lg',
                    bubble(message, ours),
                    last && (ours ? 'rounded-br-md' : 'rounded-bl-md'),
                  )}
                >
                  <Body message={message} />
                </div>
              )
            )}
          </div>
          {!editing && (rights.edit || rights.remove) && (
            <MessageActions
              message={message}
              rights={rights}
              open={open}
              onEdit={() => setEditing(true)}
            />
          )}
        </div>
        {ours && <Delivery message={message} open={open} shown={last} />}
      </div>
    </div>
  );
});

function GroupHead({ message, visitor, myName }: MessageRowProps) {
  return (
    <div className="flex items-center gap-1.5 px-1 text-xs text-muted">
      {message.private && <NoteMark />}
      {message.sender_type === 'bot' && <Bot size={13} aria-hidden />}
      <span className={cx('font-medium text-soft', isPlain(message, myName) && 'sr-only')}>
        {senderName(message, visitor.shownName, myName)}
      </span>
      <time dateTime={isoTime(message.created_at_ms)} title={formatDateTime(message.created_at_ms)}>
        {formatClock(message.created_at_ms)}
      </time>
    </div>
  );
}

/** By these tests and people's tools find a message (SPEC §11). */
function messageAttributes({ message, unseen }: MessageRowProps) {
  return {
    'data-message': message.id ?? message.key,
    'data-seq': message.seq ?? '',
    'data-state': message.state,
    'data-sender': message.sender_type,
    ...(message.private && { 'data-private': '' }),
    ...(unseen && { [UNSEEN_ATTRIBUTE]: message.seq }),
  };
}

function bubble(message: LogMessage, ours: boolean): string {
  if (message.deleted) return 'border border-dashed border-line-strong/50 text-muted italic';
  if (message.state === 'failed') return 'bg-late-soft text-ink ring-1 ring-late/40';
  if (message.private) return 'border border-note-line bg-note text-ink';
  return ours ? 'bg-accent-soft text-ink' : 'bg-sunken text-ink';
}

function Body({ message }: { message: LogMessage }) {
  if (message.deleted) return t('message.deleted');
  return (
    <>
      <MessageText text={message.text} />
      {message.edited && (
        <span className="ml-1.5 text-xs text-muted italic">{t('message.edited')}</span>
      )}
    </>
  );
}

/** What became of a message of ours. A fault is always shown, the rest below the last of a group. */
function Delivery({
  message,
  open,
  shown,
}: {
  message: LogMessage;
  open: OpenConversation;
  shown: boolean;
}) {
  if (message.state === 'failed') {
    const { error } = message;
    const why = error === null ? '' : refusalText(error.code, error.message);
    return (
      <div className="mt-1 flex flex-wrap items-center justify-end gap-x-2 px-1 text-xs text-late">
        <CircleAlert size={13} aria-hidden />
        <span>{why === '' ? t('message.failed') : t('message.failedWhy', { message: why })}</span>
        <span className="flex gap-2">
          <TextButton onClick={() => open.retry(message.key)}>{t('message.retry')}</TextButton>
          <TextButton onClick={() => open.discard(message.key)}>{t('message.discard')}</TextButton>
        </span>
      </div>
    );
  }
  if (!shown || message.deleted || (message.private && message.state !== 'sending')) return null;
  const { icon: Icon, text } = deliveries[message.state];
  return (
    <span
      className={cx(
        'mt-0.5 flex items-center gap-1 px-1 text-xs',
        message.state === 'read' ? 'text-accent' : 'text-muted',
      )}
    >
      <Icon size={13} aria-hidden />
      {t(text)}
    </span>
  );
}

const deliveries = {
  sending: { icon: Clock, text: 'message.sending' },
  sent: { icon: Check, text: 'message.sent' },
  read: { icon: CheckCheck, text: 'message.read' },
} as const;

function TextButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="rounded-sm py-1 font-semibold underline underline-offset-2 max-md:py-2"
    >
      {children}
    </button>
  );
}

function SystemRow(props: MessageRowProps) {
  return (
    <p
      {...messageAttributes(props)}
      className="px-8 pt-4 text-center text-xs prose-message text-muted"
    >
      {props.message.text}
    </p>
  );
}

function NoteMark() {
  return (
    <span className="flex items-center gap-1 font-medium text-note-ink">
      <Lock size={12} aria-hidden />
      {t('message.note')}
    </span>
  );
}

/** Side and colour tell the visitor and oneself apart; a name above each bubble would only repeat it. */
function isPlain(message: LogMessage, myName: string): boolean {
  return message.sender_type === 'visitor' || (isMine(message, myName) && !message.private);
}

function isMine(message: LogMessage, myName: string): boolean {
  if (message.sender_type !== 'agent') return false;
  return message.sender_name === myName || (message.mine && message.sender_name === null);
}

function senderName(message: LogMessage, visitorName: string, myName: string): string {
  if (message.sender_type === 'visitor') return visitorName;
  if (message.sender_type === 'bot') return message.sender_name ?? t('message.bot');
  if (isMine(message, myName)) return t('message.you');
  return message.sender_name ?? t('message.agent');
}
