import { EMOJI, type EmojiNames, findEmoji, loadEmojiNames, pickByKey } from '@parley/client';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { locale, t } from '../../i18n/translate.ts';

interface EmojiPickerProps {
  /** The button's: it opens above it. */
  place: RefObject<HTMLSpanElement | null>;
  /** `again`: another one may follow. */
  onPick: (emoji: string, again: boolean) => void;
  onClose: () => void;
  /** By the keyboard, or with one: one writes on. */
  onClosed: () => void;
}

export function EmojiPicker({ place, onPick, onClose, onClosed }: EmojiPickerProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = ({ target }: PointerEvent) => {
      if (!(target instanceof Node) || box.current?.contains(target) === true) return;
      // The button closes it by itself.
      if (place.current?.contains(target) !== true) onClose();
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [place, onClose]);
  return (
    <div
      ref={box}
      role="dialog"
      aria-label={t('emoji.name')}
      className="absolute bottom-full left-0 z-40 mb-2 flex h-72 w-78 max-w-full animate-rise flex-col rounded-xl bg-raised p-2 shadow-pop"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
        onClosed();
      }}
    >
      <Emoji
        onPick={(emoji, again) => {
          onPick(emoji, again);
          if (!again) onClosed();
        }}
      />
    </div>
  );
}

/** The emoji of the widget with a search by their names; the arrows walk through them. */
function Emoji({ onPick }: Pick<EmojiPickerProps, 'onPick'>) {
  const [names, setNames] = useState<EmojiNames | null>(null);
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const spoken = locale();

  useEffect(() => {
    search.current?.focus();
    // Without them there is no search, and the emoji are there all the same.
    loadEmojiNames(spoken).then(setNames, () => undefined);
  }, [spoken]);

  const found = names === null ? EMOJI : findEmoji(query, names, spoken);

  return (
    <div
      className="flex min-h-0 grow flex-col gap-2"
      onKeyDown={({ nativeEvent }) =>
        pickByKey(nativeEvent, { search: search.current, grid: grid.current, found, onPick })
      }
    >
      <input
        ref={search}
        type="search"
        aria-label={t('emoji.search')}
        placeholder={t('emoji.search')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        className="h-9 shrink-0 rounded-lg border border-line-strong/60 bg-surface px-2.5 text-sm outline-none placeholder:text-muted focus:border-accent"
      />
      <div
        ref={grid}
        role="group"
        aria-label={t('emoji.name')}
        className="grid min-h-0 grow auto-rows-min grid-cols-8 overflow-y-auto"
      >
        {found.map((emoji) => (
          <button
            key={emoji}
            type="button"
            tabIndex={-1}
            aria-label={names?.get(emoji)}
            title={names?.get(emoji)}
            onClick={(event) => onPick(emoji, event.shiftKey)}
            className="flex size-9 items-center justify-center rounded-lg text-xl hover:bg-hover"
          >
            {emoji}
          </button>
        ))}
      </div>
      <p role="status" className="text-center text-sm text-muted empty:hidden">
        {found.length === 0 && t('emoji.none')}
      </p>
    </div>
  );
}
