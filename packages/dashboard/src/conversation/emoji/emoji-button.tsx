import { Smile } from 'lucide-react';
import { Popover } from 'radix-ui';
import { lazy, type RefObject, Suspense, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { IconButton } from '../../ui/button.tsx';

const Picker = lazy(async () => ({ default: (await import('./emoji-picker.tsx')).EmojiPicker }));

/** Opens the emoji; they are loaded then. The keyboard goes back to where one writes. */
export function EmojiButton({
  input,
  onPick,
}: {
  input: RefObject<HTMLTextAreaElement | null>;
  onPick: (emoji: string) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <IconButton label={t('emoji.name')}>
          <Smile size={16} aria-hidden />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          sideOffset={8}
          collisionPadding={8}
          aria-label={t('emoji.name')}
          className="z-40 flex h-72 w-78 max-w-[calc(100vw-1rem)] animate-rise flex-col rounded-xl bg-raised p-2 shadow-pop"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            input.current?.focus();
          }}
        >
          <Suspense>
            <Picker
              onPick={(emoji, again) => {
                onPick(emoji);
                if (!again) setOpen(false);
              }}
            />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
