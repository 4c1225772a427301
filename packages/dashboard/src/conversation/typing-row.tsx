import type { Colleague, Typing } from '@parley/client';
import { t } from '../i18n/translate.ts';

/** A row of its own, always as high, so that nothing overlaps and nothing jumps when it comes and goes. */
export function TypingRow({
  typing,
  name,
  colleagues,
}: {
  typing: Typing | null;
  name: string;
  colleagues: readonly Colleague[];
}) {
  const answering = colleagues.filter((one) => one.typing);
  return (
    <div
      aria-live="polite"
      className="flex h-7 shrink-0 items-center gap-4 px-6 text-xs text-muted max-md:px-4"
    >
      {typing !== null && (
        <span className="flex min-w-0 animate-rise items-center gap-2">
          <TypingDots />
          <span className="shrink-0">{t('typing.is', { name: typing.sender_name ?? name })}</span>
          {typing.preview !== null && typing.preview.trim() !== '' && (
            <span aria-hidden className="truncate text-soft italic">
              {typing.preview}
            </span>
          )}
        </span>
      )}
      {answering.map((one) => (
        <span key={one.id} className="flex min-w-0 animate-rise items-center gap-2">
          <TypingDots />
          <span className="truncate">{t('typing.is', { name: one.name })}</span>
        </span>
      ))}
    </div>
  );
}

export function TypingDots() {
  return (
    <span aria-hidden className="flex shrink-0 gap-0.75">
      <span className="size-1.25 animate-dot rounded-full bg-muted" />
      <span className="size-1.25 animate-dot rounded-full bg-muted [animation-delay:150ms]" />
      <span className="size-1.25 animate-dot rounded-full bg-muted [animation-delay:300ms]" />
    </span>
  );
}
