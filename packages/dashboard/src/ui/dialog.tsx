import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { t } from '../i18n/translate.ts';
import { giveBack, openerNow } from './give-back.ts';

/** What is written or chosen. A box to tick may stand far below, and a phone would scroll to it. */
const ASKED = 'input:not([type=checkbox]), textarea, select';

/**
 * A question that has to be answered first. The browser's own dialog: it keeps the keyboard inside,
 * closes by Escape and gives the keyboard back. Shown as long as it is rendered.
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = openerNow();
    element?.showModal();
    // What is asked for, rather than the way out; whose tip would take the first Escape, too.
    element?.querySelector<HTMLElement>(ASKED)?.focus();
    return () => {
      element?.close();
      giveBack(opener);
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[min(32rem,calc(100vw-2rem))] overflow-y-auto rounded-2xl bg-raised p-6 text-ink shadow-pop backdrop:bg-black/45"
    >
      <div className="mb-4 flex items-start gap-3">
        <h2 id={id} className="grow text-lg font-semibold">
          {title}
        </h2>
        {/* No tip: it would lie behind the dialog, and take the first Escape. */}
        <button
          type="button"
          aria-label={t('settings.close')}
          onClick={onClose}
          className="-mt-1 -mr-2 flex size-8 shrink-0 items-center justify-center rounded-lg text-muted hover:bg-hover hover:text-ink max-md:size-10"
        >
          <X size={17} aria-hidden />
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** The row of buttons under a question. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>;
}
