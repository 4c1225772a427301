import type { Attachment } from '@parley/protocol';
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react';
import { t } from '../../i18n/translate.ts';

/**
 * Pictures one at a time, as large as the page. The browser's own dialog: Radix's writes a style
 * element, which the server's policy forbids.
 */
export function Lightbox({
  pictures,
  index,
  onIndex,
  onClose,
}: {
  pictures: readonly Attachment[];
  index: number;
  onIndex: (index: number) => void;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The arrows step at once, and no button looks chosen.
    element?.focus();
    return () => element?.close();
  }, []);
  const picture = pictures[index];
  if (picture === undefined) return null;
  const { name, url, width, height } = picture;

  function step(by: number) {
    onIndex((index + by + pictures.length) % pictures.length);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowRight') step(1);
    else if (event.key === 'ArrowLeft') step(-1);
  }

  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      aria-label={t('files.picture', { name })}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className="m-0 size-full max-h-none max-w-none grid-rows-[auto_minmax(0,1fr)_auto] bg-transparent text-white outline-none backdrop:bg-black/90 open:grid [&_:focus-visible]:outline-white"
    >
      <div className="flex items-center gap-1 p-3">
        <h2 className="min-w-0 flex-1 truncate px-2 text-sm font-medium">
          <bdi>{name}</bdi>
        </h2>
        <a
          href={url}
          download={name}
          aria-label={t('files.download', { name })}
          className={control}
        >
          <Download size={18} aria-hidden />
        </a>
        <button type="button" aria-label={t('files.close')} onClick={onClose} className={control}>
          <X size={18} aria-hidden />
        </button>
      </div>
      <div
        // Beside the picture: a way out, as everywhere. The keyboard has its own.
        onClick={(event) => event.target === event.currentTarget && onClose()}
        className="flex min-h-0 items-center justify-center px-4"
      >
        <img
          key={url}
          src={url}
          alt={name}
          width={width}
          height={height}
          className="h-auto max-h-full w-auto max-w-full object-contain"
        />
      </div>
      <div className="flex min-h-14 items-center justify-center gap-3 p-3 text-sm">
        {pictures.length > 1 && (
          <>
            <Step label={t('files.previous')} onClick={() => step(-1)}>
              <ChevronLeft size={18} aria-hidden />
            </Step>
            <span className="tabular-nums">
              {index + 1} / {pictures.length}
            </span>
            <Step label={t('files.next')} onClick={() => step(1)}>
              <ChevronRight size={18} aria-hidden />
            </Step>
          </>
        )}
      </div>
    </dialog>
  );
}

const control =
  'inline-flex size-10 items-center justify-center rounded-lg transition-colors hover:bg-white/15';

function Step({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button type="button" aria-label={label} onClick={onClick} className={control}>
      {children}
    </button>
  );
}
