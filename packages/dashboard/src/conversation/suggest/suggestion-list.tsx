import { useEffect, useRef } from 'react';
import { t } from '../../i18n/translate.ts';
import { cx } from '../../ui/cx.ts';

/** One thing that may be put into the text. */
export interface Suggestion {
  readonly key: string;
  readonly title: string;
  /** Beside the title, quieter. */
  readonly detail: string;
  readonly insertion: string;
}

/** The id of one option, for `aria-activedescendant`. */
export const optionId = (listId: string, index: number): string => `${listId}-${index}`;

/**
 * The list above the composer. The keyboard stays in the text: the arrows move the choice there, Enter
 * or Tab takes it, Escape leaves the text as it is.
 */
export function SuggestionList({
  id,
  label,
  suggestions,
  active,
  onPick,
}: {
  id: string;
  label: string;
  suggestions: readonly Suggestion[];
  active: number;
  onPick: (suggestion: Suggestion) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <>
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={label}
        className="absolute inset-x-0 bottom-full z-20 mb-2 max-h-64 animate-rise overflow-y-auto rounded-xl bg-raised p-1 shadow-pop"
      >
        {suggestions.map((suggestion, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the keyboard stays in the text, which handles it
          <div
            key={suggestion.key}
            id={optionId(id, index)}
            role="option"
            aria-selected={index === active}
            // The text keeps the keyboard.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick(suggestion)}
            className={cx(
              'flex min-h-8 items-baseline gap-2.5 rounded-md px-2.5 py-1.5 text-sm max-md:min-h-11 max-md:text-base',
              index === active && 'bg-hover',
            )}
          >
            <span className="shrink-0 font-medium">{suggestion.title}</span>
            <span className="min-w-0 truncate text-muted">{suggestion.detail}</span>
          </div>
        ))}
      </div>
      <span role="status" className="sr-only">
        {t('suggest.count', { count: suggestions.length })}
      </span>
    </>
  );
}
