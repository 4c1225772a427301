import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { cardOf, type Card, type CardInput } from './card.ts';
import { useLanguage } from './context.ts';
import { CardView } from './cards.tsx';
import { useKeptFocus } from './kept-focus.ts';
import type { Notebook } from './notebook.ts';
import './words.ts';

export interface QuestionsProps extends CardInput {
  readonly notebook: Notebook;
  /** What the visitor asked for comes before what is asked of the visitor. */
  readonly wanted: Card | null;
  /** The keyboard goes back to where one writes. */
  readonly onDone: () => void;
}

/** The one question that is due, until it is answered or put away; then for good. Loaded with the first message. */
export function Questions({
  notebook,
  wanted,
  onDone,
  ...input
}: QuestionsProps): JSX.Element | null {
  const { text } = useLanguage();
  useKeptFocus();
  const [, setAnswers] = useState(0);
  const due = cardOf(input);
  const asked = due === null || notebook.isAnswered(due.key) ? null : due;
  const card = wanted ?? asked;
  const { conversation } = input;
  if (wanted === null && conversation?.status === 'resolved' && conversation.rating !== undefined) {
    return (
      <div class="notice" role="status">
        {text('rated')}
      </div>
    );
  }
  if (card === null) return null;
  return (
    <CardView
      key={card.key}
      card={card}
      visitor={input.phase.visitor}
      notebook={notebook}
      onDone={() => {
        if (wanted === null) notebook.answer(card.key);
        setAnswers((count) => count + 1);
        onDone();
      }}
    />
  );
}
