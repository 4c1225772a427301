import { type KeyboardEvent, useState } from 'react';
import type { Suggestion } from './suggestion-list.tsx';
import { type Trigger, triggerAt } from './trigger.ts';

export interface Suggesting {
  readonly suggestions: readonly Suggestion[];
  readonly trigger: Trigger | null;
  readonly active: number;
  /** The caret moved, or the text changed. */
  onCaret(caret: number): void;
  /** One was put into the text, and the caret stands behind it. */
  onPicked(caret: number): void;
  /** Whether the list took the key: then the composer does nothing with it. */
  takeKey(event: KeyboardEvent, pick: (suggestion: Suggestion) => void): boolean;
}

/** What the text at the caret asks for. Nothing found: no list, and every key means what it means. */
export function useSuggestions(
  text: string,
  signs: readonly Trigger['sign'][],
  find: (trigger: Trigger) => readonly Suggestion[],
): Suggesting {
  const [caret, setCaret] = useState(text.length);
  const [chosen, setChosen] = useState(0);
  /** Where a list was sent away: it stays away until another one is asked for. */
  const [left, setLeft] = useState<number | null>(null);
  const asked = triggerAt(text, caret, signs);
  const trigger = asked === null || asked.from === left ? null : asked;
  const suggestions = trigger === null ? [] : find(trigger);
  const active = Math.min(chosen, Math.max(0, suggestions.length - 1));

  return {
    suggestions,
    trigger,
    active,
    onCaret(next) {
      if (next !== caret) setChosen(0);
      setCaret(next);
      if (asked === null) setLeft(null);
    },
    onPicked(next) {
      // A name may go on behind a space: without this the list would take the Enter that sends.
      if (asked !== null) setLeft(asked.from);
      setCaret(next);
    },
    takeKey(event, pick) {
      const count = suggestions.length;
      const suggestion = suggestions[active];
      if (trigger === null || suggestion === undefined) return false;
      switch (event.key) {
        case 'ArrowDown':
          setChosen((active + 1) % count);
          break;
        case 'ArrowUp':
          setChosen((active + count - 1) % count);
          break;
        case 'Enter':
        case 'Tab':
          if (event.shiftKey) return false;
          pick(suggestion);
          break;
        case 'Escape':
          setLeft(trigger.from);
          break;
        default:
          return false;
      }
      event.preventDefault();
      return true;
    },
  };
}
