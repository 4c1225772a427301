import '../popover.css';
import { EMOJI, findEmoji, loadEmojiNames, pickByKey, type EmojiNames } from '@parley/client';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLanguage } from '../context.ts';
import { useAway } from '../use-away.ts';
import '../words.ts';

export interface EmojiPickerProps {
  /** `again`: another one may follow. */
  readonly onPick: (emoji: string, again: boolean) => void;
  readonly onAway: () => void;
  readonly onClose: () => void;
}

/** Well-known emoji with a search by their names; the arrows walk through them. */
export function EmojiPicker({ onPick, onAway, onClose }: EmojiPickerProps): JSX.Element {
  const { text, locale } = useLanguage();
  const [names, setNames] = useState<EmojiNames | null>(null);
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);

  useEffect(() => {
    search.current?.focus();
    // Without them there is no search, and the emoji are there all the same.
    loadEmojiNames(locale).then(setNames, () => undefined);
  }, [locale]);

  useAway(box, onAway);

  const found = names === null ? EMOJI : findEmoji(query, names, locale);

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.key === 'Escape') {
      // Not the panel as well.
      event.preventDefault();
      return onClose();
    }
    pickByKey(event, { search: search.current, grid: grid.current, found, onPick });
  }

  return (
    <div class="picker" role="dialog" aria-label={text('emoji')} ref={box} onKeyDown={onKeyDown}>
      <input
        ref={search}
        type="search"
        aria-label={text('emojiSearch')}
        placeholder={text('emojiSearch')}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <div class="grid" role="group" aria-label={text('emoji')} ref={grid}>
        {found.map((emoji) => (
          <button
            type="button"
            key={emoji}
            tabIndex={-1}
            aria-label={names?.get(emoji)}
            title={names?.get(emoji)}
            onClick={(event) => onPick(emoji, event.shiftKey)}
          >
            {emoji}
          </button>
        ))}
      </div>
      <div class="none" role="status">
        {found.length === 0 && text('emojiNone')}
      </div>
    </div>
  );
}
