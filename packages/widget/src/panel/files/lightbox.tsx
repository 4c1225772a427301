import type { Attachment } from '@parley/protocol';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLanguage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { FileIcon } from './icons.tsx';

export interface LightboxProps {
  readonly pictures: readonly Attachment[];
  readonly first: number;
  readonly onClose: () => void;
}

/** Pictures one at a time, as large as the panel. A modal dialog of the browser keeps the keyboard. */
export function Lightbox({ pictures, first, onClose }: LightboxProps): JSX.Element | null {
  const { text, direction } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const [index, setIndex] = useState(first);
  const picture = pictures[index];
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, []);
  if (picture === undefined) return null;
  const { name, url, width, height } = picture;

  function step(by: number): void {
    setIndex((now) => (now + by + pictures.length) % pictures.length);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const forward = direction === 'ltr' ? 1 : -1;
    if (event.key === 'Escape') {
      // The panel must not close with it.
      event.preventDefault();
      event.stopPropagation();
      onClose();
    } else if (event.key === 'ArrowRight') step(forward);
    else if (event.key === 'ArrowLeft') step(-forward);
  }

  return (
    <dialog
      ref={dialog}
      class="lightbox"
      aria-label={text('picture', { name })}
      onKeyDown={onKeyDown}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="bar">
        <bdi class="file-name">{name}</bdi>
        <a class="icon-button" href={url} download={name} aria-label={text('download', { name })}>
          <FileIcon name="save" />
        </a>
        <button
          type="button"
          class="icon-button"
          aria-label={text('closePicture')}
          autoFocus
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <img key={url} src={url} alt={name} width={width} height={height} />
      {pictures.length > 1 && (
        <div class="steps">
          <button
            type="button"
            class="icon-button"
            aria-label={text('previousPicture')}
            onClick={() => step(-1)}
          >
            <FileIcon name="back" />
          </button>
          <span>
            {index + 1} / {pictures.length}
          </span>
          <button
            type="button"
            class="icon-button"
            aria-label={text('nextPicture')}
            onClick={() => step(1)}
          >
            <FileIcon name="forward" />
          </button>
        </div>
      )}
    </dialog>
  );
}
