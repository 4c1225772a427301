import type { LogMessage, OpenConversation } from '@parley/client';
import { Pencil, Trash2 } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Button } from '../ui/button.tsx';
import { useToast } from '../ui/toast.tsx';

/** What one may do with a message. Null for nothing. */
export interface MessageRights {
  readonly edit: boolean;
  readonly remove: boolean;
}

/** One's own may be edited and deleted; whoever manages the site deletes any. */
export function rightsOf(message: LogMessage, mine: boolean, manages: boolean): MessageRights {
  const settled = message.id !== null && !message.deleted && message.sender_type !== 'system';
  return {
    edit: settled && mine && message.text !== '',
    remove: settled && (mine || manages),
  };
}

/** Beside a message, for pointer and keyboard alike; seen when one is there. */
export function MessageActions({
  message,
  rights,
  open,
  onEdit,
}: {
  message: LogMessage;
  rights: MessageRights;
  open: OpenConversation;
  onEdit: () => void;
}) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <span className="flex shrink-0 items-center self-center opacity-0 group-hover/message:opacity-100 focus-within:opacity-100 [@media(hover:none)]:opacity-100">
        {rights.edit && (
          <ActionButton label={t('message.edit')} onClick={onEdit}>
            <Pencil size={14} aria-hidden />
          </ActionButton>
        )}
        {rights.remove && (
          <ActionButton label={t('message.delete')} onClick={() => setAsking(true)}>
            <Trash2 size={14} aria-hidden />
          </ActionButton>
        )}
      </span>
      {asking && <DeleteDialog message={message} open={open} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Plain, with the browser's own tip: there is one for each message. */
function ActionButton({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink max-md:size-9"
    >
      {children}
    </button>
  );
}

function DeleteDialog({
  message,
  open,
  onClose,
}: {
  message: LogMessage;
  open: OpenConversation;
  onClose: () => void;
}) {
  const act = useAct();
  const { id } = message;
  return (
    <Dialog title={t('message.delete.title')} onClose={onClose}>
      <p className="text-sm text-soft">
        {t(message.private ? 'message.delete.note' : 'message.delete.text')}
      </p>
      <DialogActions>
        <Button onClick={onClose}>{t('message.edit.cancel')}</Button>
        <Button
          look="primary"
          onClick={() => {
            onClose();
            if (id !== null) void act(open.remove(id));
          }}
        >
          {t('message.delete')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** In place of the message while it is edited. Enter saves, Escape leaves it as it was. */
export function EditForm({
  message,
  open,
  onDone,
}: {
  message: LogMessage;
  open: OpenConversation;
  onDone: () => void;
}) {
  const act = useAct();
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(message.text);
  const [saving, setSaving] = useState(false);
  useEffect(() => {
    input.current?.focus();
    input.current?.setSelectionRange(-1, -1);
  }, []);

  async function save() {
    if (message.id === null || text.trim() === '' || saving) return;
    if (text === message.text) return onDone();
    setSaving(true);
    // What could not be saved stays to be tried again.
    if (await act(open.edit(message.id, text))) onDone();
    else setSaving(false);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      onDone();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  }

  return (
    <div className="flex w-full flex-col items-end gap-1.5">
      <textarea
        ref={input}
        rows={Math.min(8, text.split('\n').length + Math.floor(text.length / 60))}
        aria-label={t('message.edit.label')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="w-full min-w-64 resize-none rounded-2xl border border-accent bg-raised px-3.5 py-2 text-base max-md:text-lg"
      />
      <div className="flex gap-2">
        <Button look="quiet" onClick={onDone}>
          {t('message.edit.cancel')}
        </Button>
        <Button look="primary" disabled={text.trim() === '' || saving} onClick={() => void save()}>
          {t('message.edit.save')}
        </Button>
      </div>
    </div>
  );
}

/** Whether it was done; what failed is said. */
function useAct(): (doing: Promise<void>) => Promise<boolean> {
  const say = useToast();
  return async (doing) => {
    try {
      await doing;
      return true;
    } catch (error) {
      say(t('conversation.changeFailed', { message: messageOf(error) }));
      return false;
    }
  };
}
