import type { LogMessage } from '@parley/client';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../strings/language.ts';
import { useChat, useLanguage } from './context.ts';
import { MessageFiles } from './files/message-files.tsx';
import { Drawing, Icon } from './icons.tsx';
import { MessageText } from './message-text.tsx';
import { pure } from './pure.tsx';

export interface MessageRowProps {
  readonly message: LogMessage;
  /** Whether time and state are shown, not only told to screen readers. */
  readonly tells: boolean;
  /** Whether the reader may still change it. */
  readonly changeable: boolean;
  /** Whether it is told to who hears the log. */
  readonly isNew: boolean;
  /** Whether the reader has not seen it. */
  readonly unread: boolean;
  readonly onEdit: (message: LogMessage) => void;
}

const STATES = {
  sending: 'M12 7.5V12l3 2M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z',
  sent: 'm5 12.5 4.5 4.5L19 7.5',
  read: 'm2.5 12.5 4.5 4.5L16 7.5M11.5 16l1 1L22 7.5',
} as const;

function MessageView(props: MessageRowProps): JSX.Element {
  const { message, unread } = props;
  const [picked, setPicked] = useState(false);
  return (
    <div
      class={`message${picked ? ' picked' : ''}`}
      data-key={message.key}
      data-message={message.id ?? message.key}
      data-seq={message.seq ?? ''}
      data-state={message.state}
      aria-live={props.isNew ? undefined : 'off'}
    >
      <div class="line">
        <div class="content">
          <MessageFiles message={message} />
          {(message.deleted || message.text !== '') && (
            <div
              class={message.deleted ? 'bubble gone' : 'bubble'}
              dir="auto"
              // A finger has no hover: a tap shows what can be done. The buttons are there for keyboards.
              onClick={() => setPicked(!picked)}
            >
              <Content message={message} />
            </div>
          )}
        </div>
        {props.changeable && <Change {...props} />}
      </div>
      <Meta {...props} />
      {unread && message.seq !== null && <i class="end" data-unread={message.seq} />}
    </div>
  );
}

export const MessageRow = pure(MessageView);

function Content({ message }: { readonly message: LogMessage }): JSX.Element {
  const { text } = useLanguage();
  if (message.deleted) return <>{text('deleted')}</>;
  return <MessageText text={message.text} />;
}

/** Time and state; what happened to a failed one, and what to do about it. */
function Meta({ message, tells }: MessageRowProps): JSX.Element {
  const language = useLanguage();
  const { text, time } = language;
  const chat = useChat();
  if (message.state === 'failed') {
    return (
      <div class="meta failure">
        <Icon name="alert" />
        <span>
          {text('failed')}
          {reasonOf(message.error, language)}
        </span>
        <button type="button" class="link" onClick={() => chat.retry(message.key)}>
          {text('retry')}
        </button>
        <button type="button" class="link" onClick={() => chat.discard(message.key)}>
          {text('discard')}
        </button>
      </div>
    );
  }
  // Not announced: a log tells its new messages, not each mark on the old ones.
  return (
    <div class={tells ? 'meta' : 'unseen'} aria-live="off">
      {message.edited && !message.deleted && <span>{text('edited')}</span>}
      {message.state === 'sending' ? null : (
        <time dateTime={new Date(message.created_at_ms).toISOString()}>
          {time(message.created_at_ms)}
        </time>
      )}
      {message.mine && (
        <span class="state">
          <span class={message.state === 'sending' ? '' : 'unseen'}>{text(message.state)}</span>
          <Drawing path={STATES[message.state]} />
        </span>
      )}
    </div>
  );
}

/** In the visitor's words where they are known, else in those of the server, if they can be read. */
function reasonOf(error: LogMessage['error'], { text, said }: Language): string {
  if (error === null || error.message === '') return '';
  if (error.code === 'payload_too_large') return `: ${text('refusedLarge')}`;
  if (error.code === 'unsupported_media_type') return `: ${text('refusedType')}`;
  const words = said(error.message);
  return words === '' ? '' : `: ${words}`;
}

/** Editing and deleting one's own. */
function Change({ message, onEdit }: MessageRowProps): JSX.Element {
  const { text } = useLanguage();
  const chat = useChat();
  const [state, setState] = useState<'idle' | 'asking' | 'deleting' | 'failed'>('idle');
  const bin = useRef<HTMLButtonElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  const before = useRef(state);
  // The keyboard goes to the question, and back.
  useEffect(() => {
    if (state === 'asking') confirm.current?.focus();
    else if (before.current === 'asking' && state === 'idle') bin.current?.focus();
    before.current = state;
  }, [state]);

  function remove(): void {
    if (message.id === null) return;
    setState('deleting');
    chat.remove(message.id).catch(() => setState('failed'));
  }

  if (state === 'asking' || state === 'deleting') {
    return (
      <div
        class="ask"
        role="group"
        aria-label={text('confirmDelete')}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          // Not the panel as well.
          event.preventDefault();
          setState('idle');
        }}
      >
        <span>{text('confirmDelete')}</span>
        <button
          type="button"
          class="link danger"
          disabled={state === 'deleting'}
          ref={confirm}
          onClick={remove}
        >
          {text('confirm')}
        </button>
        <button type="button" class="link" onClick={() => setState('idle')}>
          {text('keep')}
        </button>
      </div>
    );
  }
  return (
    <div class="change">
      {state === 'failed' && <span role="status">{text('changeFailed')}</span>}
      <button
        type="button"
        class="icon-button"
        aria-label={text('edit')}
        onClick={() => onEdit(message)}
      >
        <Icon name="edit" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={text('delete')}
        ref={bin}
        onClick={() => setState('asking')}
      >
        <Icon name="trash" />
      </button>
    </div>
  );
}
