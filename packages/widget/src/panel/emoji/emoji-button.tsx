import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
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
  const box = useRef<HTMLDivElement>(null);
  const Picker = useLazy(open, loadPicker);

  useEffect(() => {
    if (!open) return undefined;
    function away(event: PointerEvent): void {
      if (!(event.target instanceof Node) || box.current?.contains(event.target) !== true)
        setOpen(false);
    }
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);

  function close(): void {
    setOpen(false);
    onClose();
  }

  return (
    <div class="emoji" ref={box}>
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
          onClose={close}
        />
      )}
    </div>
  );
}
