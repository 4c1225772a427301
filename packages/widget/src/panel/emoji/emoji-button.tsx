import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLanguage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { useLazy } from '../lazy.ts';

const loadPicker = async () => (await import('./emoji-picker.tsx')).EmojiPicker;

export interface EmojiButtonProps {
  readonly onPick: (emoji: string) => void;
  /** The keyboard goes back to where one writes. */
  readonly onClose: () => void;
}

/** Opens the emoji; they are loaded then. */
export function EmojiButton({ onPick, onClose }: EmojiButtonProps): JSX.Element {
  const { text } = useLanguage();
  const [open, setOpen] = useState(false);
  const Picker = useLazy(open, loadPicker);

  function close(): void {
    setOpen(false);
    onClose();
  }

  return (
    <div class="emoji">
      <button
        type="button"
        class="icon-button"
        aria-label={text('emoji')}
        aria-expanded={open}
        onClick={() => (open ? close() : setOpen(true))}
      >
        <Icon name="smile" />
      </button>
      {open && Picker !== null && (
        <Picker
          onPick={(emoji, again) => {
            onPick(emoji);
            if (!again) close();
          }}
          onAway={() => setOpen(false)}
          onClose={close}
        />
      )}
    </div>
  );
}
