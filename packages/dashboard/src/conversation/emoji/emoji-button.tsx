import { Smile } from 'lucide-react';
import { lazy, type RefObject, Suspense, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { loadLate } from '../../load-late.ts';
import { IconButton } from '../../ui/button.tsx';

const load = () => loadLate(() => import('./emoji-picker.tsx'));
const Picker = lazy(async () => ({ default: (await load()).EmojiPicker }));

/** Opens the emoji; they are loaded then. The keyboard goes back to where one writes. */
export function EmojiButton({
  input,
  onPick,
}: {
  input: RefObject<HTMLTextAreaElement | null>;
  onPick: (emoji: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  return (
    <span ref={place}>
      <IconButton
        label={t('emoji.name')}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Smile size={16} aria-hidden />
      </IconButton>
      {open && (
        <Suspense>
          <Picker
            place={place}
            onPick={(emoji, again) => {
              onPick(emoji);
              if (!again) setOpen(false);
            }}
            onClose={() => setOpen(false)}
            onClosed={() => input.current?.focus()}
          />
        </Suspense>
      )}
    </span>
  );
}
