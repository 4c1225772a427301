import type { Attachment } from '@parley/protocol';
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { t } from '../../i18n/translate.ts';

/** Pictures one at a time, as large as the page. */
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
  const opener = useRef(document.activeElement);
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
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-black/90" />
        <Dialog.Content
          aria-describedby={undefined}
          aria-label={t('files.picture', { name })}
          aria-labelledby=""
          onKeyDown={onKeyDown}
          onCloseAutoFocus={(event) => {
            // It has no trigger of its own that it would return to.
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className="fixed inset-0 z-50 grid grid-rows-[auto_minmax(0,1fr)_auto] text-white outline-none [&_:focus-visible]:outline-white"
        >
          <div className="flex items-center gap-1 p-3">
            <Dialog.Title className="min-w-0 flex-1 truncate px-2 text-sm font-medium">
              <bdi>{name}</bdi>
            </Dialog.Title>
            <a
              href={url}
              download={name}
              aria-label={t('files.download', { name })}
              className={control}
            >
              <Download size={18} aria-hidden />
            </a>
            <Dialog.Close aria-label={t('files.close')} className={control}>
              <X size={18} aria-hidden />
            </Dialog.Close>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
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
