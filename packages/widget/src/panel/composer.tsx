import { PAGE_LIMITS } from '@parley/protocol';
import type { ComponentChildren, JSX, RefObject, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useLanguage } from './context.ts';
import { directionOf } from './direction.ts';
import { Icon } from './icons.tsx';

/** From here on the composer tells how many characters are left. */
const NEAR_LIMIT_CHARS = 500;

export interface ComposerProps {
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly editing: boolean;
  /** A sending waits for something; a second one is not started. */
  readonly busy: boolean;
  /** Buttons beside the one that sends. */
  readonly tools?: ComponentChildren;
  /** Whether there is something to send beside text. */
  readonly hasFiles: boolean;
  readonly onFiles: (files: Iterable<File>) => void;
  /** Whether there is a microphone. */
  readonly voice: boolean;
  readonly microphone: RefObject<HTMLButtonElement | null>;
  readonly onRecord: () => void;
  readonly onInput: (text: string) => void;
  readonly onSend: () => void;
  readonly onCancelEdit: () => void;
}

/** Where the visitor writes. Nothing is ever cut off: what is too long stays, and says so. */
export function Composer(props: ComposerProps): JSX.Element {
  const { input, text: draft, editing } = props;
  const { text } = useLanguage();
  const left = PAGE_LIMITS.messageText_chars - draft.length;
  const sendable = (draft.trim() !== '' || props.hasFiles) && left >= 0 && !props.busy;

  // As high as the text; panel.css sets the bounds.
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = '0';
    element.style.height = `${element.scrollHeight}px`;
  }, [draft, input]);

  function onKeyDown(event: TargetedKeyboardEvent<HTMLTextAreaElement>): void {
    // While composing, Enter picks a word. Safari ends the composition first and gives code 229.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    if (sendable) props.onSend();
  }

  return (
    <div class="composer">
      {editing && (
        <div class="editing">
          <Icon name="edit" />
          <span>{text('editing')}</span>
          <button
            type="button"
            class="icon-button"
            aria-label={text('cancelEdit')}
            onClick={props.onCancelEdit}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
      <div class="entry">
        {!editing && <Attach onFiles={props.onFiles} />}
        <textarea
          ref={input}
          rows={1}
          aria-label={text('message')}
          aria-describedby={left < NEAR_LIMIT_CHARS ? 'left' : undefined}
          aria-invalid={left < 0}
          placeholder={text('placeholder')}
          enterkeyhint="send"
          dir={directionOf(draft)}
          value={draft}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {props.tools}
        {!editing && props.voice && (
          <button
            type="button"
            class="icon-button"
            aria-label={text('record')}
            ref={props.microphone}
            onClick={props.onRecord}
          >
            <Icon name="mic" />
          </button>
        )}
        {/* Not disabled, so that it keeps the keyboard when it was just pressed. */}
        <button type="submit" class="send" aria-label={text('send')} aria-disabled={!sendable}>
          <Icon name={editing ? 'check' : 'send'} />
        </button>
      </div>
      {left < NEAR_LIMIT_CHARS && (
        <div class={left < 0 ? 'left over' : 'left'} id="left" aria-live="polite">
          {left < 0 ? text('tooLong', { n: -left }) : text('charactersLeft', { n: left })}
        </div>
      )}
    </div>
  );
}

function Attach({ onFiles }: Pick<ComposerProps, 'onFiles'>): JSX.Element {
  const { text } = useLanguage();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={text('attach')}
        onClick={() => picker.current?.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        type="file"
        multiple
        hidden
        ref={picker}
        onChange={({ currentTarget }) => {
          onFiles(currentTarget.files ?? []);
          // The same file may be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
