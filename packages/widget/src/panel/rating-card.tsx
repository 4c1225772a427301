import { ApiError } from '@parley/client';
import { PAGE_LIMITS } from '@parley/protocol';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Key } from '../strings/en.ts';
import { useChat, useLanguage } from './context.ts';
import { directionOf } from './direction.ts';

/** From bad to good; the place is the score. */
const NAMES: readonly Key[] = ['rating1', 'rating2', 'rating3', 'rating4', 'rating5'];

/** Drawn, not written: where a device has no such characters, five boxes would look the same. */
function Face({ score }: { readonly score: number }): JSX.Element {
  // The mouth hangs from its corners, or they from it; the worst is cross, too.
  const mood = score - 3;
  const mouth = `M8 ${15.2 - mood * 0.5} Q12 ${15.2 + mood * 1.9} 16 ${15.2 - mood * 0.5}`;
  return (
    <svg class="face" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="9.5" />
      <path d={(score > 1 ? 'M9 9.3v.9M15 9.3v.9' : 'M7.8 8.6l2 1.2M16.2 8.6l-2 1.2') + mouth} />
    </svg>
  );
}

/** How it went, asked when the conversation is resolved. */
export function RatingCard({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const { text } = useLanguage();
  const chat = useChat();
  const [score, setScore] = useState<number | null>(null);
  const [comment, setComment] = useState('');
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');

  async function rate(): Promise<void> {
    if (score === null) return;
    setState('busy');
    try {
      await chat.rate({ score, comment });
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState('failed');
    }
  }

  return (
    <form
      class="card rating"
      onSubmit={(event) => {
        event.preventDefault();
        if (state !== 'busy') void rate();
      }}
    >
      <fieldset class="faces-row">
        <legend>{text('rating')}</legend>
        {NAMES.map((name, index) => (
          <label key={name} title={text(name)}>
            <input
              type="radio"
              name="score"
              value={index + 1}
              checked={score === index + 1}
              aria-label={text(name)}
              onChange={() => setScore(index + 1)}
            />
            <Face score={index + 1} />
          </label>
        ))}
      </fieldset>
      {score !== null && (
        <textarea
          rows={2}
          aria-label={text('ratingComment')}
          placeholder={text('ratingComment')}
          maxLength={PAGE_LIMITS.ratingComment_chars}
          dir={directionOf(comment)}
          value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      )}
      {state === 'failed' && (
        <div class="fault" role="alert">
          {text('changeFailed')}
        </div>
      )}
      <div class="actions">
        <button type="button" class="link quiet" onClick={onDone}>
          {text('notNow')}
        </button>
        {score !== null && (
          <button type="submit" class="button" disabled={state === 'busy'}>
            {text('ratingSend')}
          </button>
        )}
      </div>
    </form>
  );
}
