import type { ConversationView, OpenConversation } from '@parley/client';
import { type InboxEntry, LIMITS } from '@parley/protocol';
import { CornerDownLeft, Lock } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useOffer } from '../commands/offers.ts';
import { formatSpan } from '../i18n/time.ts';
import { t } from '../i18n/translate.ts';
import { useMe } from '../chat-context.tsx';
import { Button } from '../ui/button.tsx';
import { useElapsed_s } from '../ui/clock.ts';
import { cx } from '../ui/cx.ts';
import { type ColleagueAnswer, useColleagueAnswer } from './colleague-answer.ts';
import type { Drafts } from './draft.ts';
import { EmojiButton } from './emoji/emoji-button.tsx';
import { AttachButton, DropHint, FileTray } from './files/file-tray.tsx';
import { useChosenFiles } from './files/use-chosen-files.ts';
import { optionId, type Suggestion, SuggestionList } from './suggest/suggestion-list.tsx';
import { choose } from './suggest/trigger.ts';
import { useFinder } from './suggest/use-finder.ts';
import { useSuggestions } from './suggest/use-suggestions.ts';

/** Near the limit the remaining characters are shown. */
const COUNT_FROM = LIMITS.messageText_chars - 500;

/** One's answer, or a note for the team. Mounted anew for each conversation. */
export function Composer({
  open,
  view,
  drafts,
  visitorName,
}: {
  open: OpenConversation;
  view: ConversationView<InboxEntry>;
  drafts: Drafts;
  visitorName: string;
}) {
  const conversationId = view.conversation.id;
  const [draft, setDraft] = useState(() => drafts.get(conversationId));
  const input = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  const listId = useId();
  const find = useFinder(view.conversation);
  const suggesting = useSuggestions(draft.text, draft.private ? ['@', '/'] : ['/'], find);
  const { suggestions, active } = suggesting;
  const left = LIMITS.messageText_chars - draft.text.length;
  const { uploads, agent } = useMe();
  const colleague = useColleagueAnswer(view.messages, agent.name);
  const [warning, setWarning] = useState<ColleagueAnswer | null>(null);
  const chosen = useChosenFiles(uploads);
  const hasFiles = chosen.files.length > 0;
  const sendable = (draft.text.trim() !== '' || hasFiles) && left >= 0;
  useGrowing(input, draft.text);
  useFocusOnDesktop(input);

  function change(next: typeof draft) {
    setDraft(next);
    drafts.set(conversationId, next);
    // The visitor is not told that a note is being written.
    open.composing(next.private ? '' : next.text);
  }

  function write(isNote: boolean) {
    if (draft.private !== isNote) change({ ...draft, private: isNote });
    input.current?.focus();
  }
  useOffer('composer', { reply: () => write(false), note: () => write(true) });

  function send() {
    if (!sendable) return;
    const answer = draft.private ? null : colleague.justAnswered();
    if (answer !== null && warning === null) {
      // Known from now on: sending once more sends.
      colleague.known(answer);
      setWarning(answer);
      return;
    }
    setWarning(null);
    open.send(draft.text, {
      private: draft.private,
      ...(hasFiles && { enclosure: { files: chosen.files, recording: null } }),
    });
    chosen.clear();
    // What kind of message one writes stays chosen; a note by mistake is better than a reply by mistake.
    change({ text: '', private: draft.private });
    input.current?.focus();
  }

  function pick({ insertion }: Suggestion) {
    const element = input.current;
    if (element === null || suggesting.trigger === null) return;
    const { text, caret } = choose(draft.text, suggesting.trigger, insertion);
    // Drawn before the caret is set, or it would be moved to the end.
    flushSync(() => change({ ...draft, text }));
    element.setSelectionRange(caret, caret);
    element.focus();
    suggesting.onPicked(caret);
  }

  /** Where the caret is, in place of what is selected. */
  function insert(text: string) {
    const element = input.current;
    if (element === null) return;
    const { selectionStart: from, selectionEnd: to } = element;
    flushSync(() =>
      change({ ...draft, text: draft.text.slice(0, from) + text + draft.text.slice(to) }),
    );
    element.setSelectionRange(from + text.length, from + text.length);
  }

  function onKeyDown(event: KeyboardEvent) {
    // Enter also accepts a suggestion of an input method; Safari tells so by the key code alone.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (suggesting.takeKey(event, pick) || event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  }

  return (
    <div className="shrink-0 px-4 pb-safe max-md:px-2">
      {warning !== null && (
        <AnsweredWarning answer={warning} onSend={send} onLeave={() => setWarning(null)} />
      )}
      <div
        className={cx(
          'relative flex flex-col rounded-2xl border shadow-low transition-colors has-[textarea:focus]:ring-1',
          draft.private
            ? 'border-note-line bg-note has-[textarea:focus]:border-note-ink has-[textarea:focus]:ring-note-ink'
            : 'border-line-strong/60 bg-raised has-[textarea:focus]:border-accent has-[textarea:focus]:ring-accent',
        )}
      >
        {suggestions.length > 0 && (
          <SuggestionList
            id={listId}
            label={t(suggesting.trigger?.sign === '/' ? 'suggest.replies' : 'suggest.people')}
            suggestions={suggestions}
            active={active}
            onPick={pick}
          />
        )}
        {chosen.dropping && <DropHint name={visitorName} />}
        <FileTray chosen={chosen} />
        <textarea
          ref={input}
          rows={1}
          aria-label={t('composer.reply')}
          aria-describedby={hintId}
          aria-autocomplete="list"
          aria-controls={suggestions.length > 0 ? listId : undefined}
          aria-activedescendant={suggestions.length > 0 ? optionId(listId, active) : undefined}
          placeholder={
            draft.private
              ? t('composer.placeholder.note')
              : t('composer.placeholder', { name: visitorName })
          }
          enterKeyHint="send"
          value={draft.text}
          onChange={(event) => {
            change({ ...draft, text: event.target.value });
            suggesting.onCaret(event.target.selectionStart);
          }}
          onSelect={(event) => suggesting.onCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          className="max-h-[40dvh] min-h-11 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-base outline-none placeholder:text-muted max-md:text-lg"
        />
        <div className="flex items-center gap-2 py-1.5 pr-1.5 pl-2 max-md:gap-1">
          <AttachButton onFiles={chosen.add} />
          <EmojiButton input={input} onPick={insert} />
          <button
            type="button"
            aria-pressed={draft.private}
            onClick={() => {
              change({ ...draft, private: !draft.private });
              input.current?.focus();
            }}
            className={cx(
              'flex h-8 shrink-0 items-center gap-1.5 rounded-lg px-2 text-sm transition-colors max-md:h-10',
              draft.private
                ? 'bg-note-ink/12 font-medium text-note-ink'
                : 'text-muted hover:bg-hover hover:text-ink',
            )}
          >
            <Lock size={14} aria-hidden />
            {t('composer.note')}
          </button>
          <span
            id={hintId}
            className={cx(
              'min-w-0 truncate text-xs',
              draft.private ? 'text-note-ink max-md:sr-only' : 'sr-only',
            )}
          >
            {draft.private ? t('composer.note.hint') : t('composer.keys')}
          </span>
          <span className="ml-auto" />
          {draft.text.length >= COUNT_FROM && (
            <span
              aria-live="polite"
              className={cx('shrink-0 text-xs tabular-nums', left < 0 ? 'text-late' : 'text-muted')}
            >
              {left < 0
                ? t('composer.over', { count: -left })
                : t('composer.left', { count: left })}
            </span>
          )}
          <Button
            look="primary"
            onClick={send}
            disabled={!sendable}
            className={cx(
              'rounded-[0.625rem]',
              draft.private && 'bg-note-ink text-note hover:bg-note-ink',
            )}
          >
            {t('composer.send')}
            <CornerDownLeft size={14} aria-hidden />
          </Button>
        </div>
      </div>
    </div>
  );
}

/** Somebody else was faster: what one wrote stays, and whether it goes out is asked. */
function AnsweredWarning({
  answer,
  onSend,
  onLeave,
}: {
  answer: ColleagueAnswer;
  onSend: () => void;
  onLeave: () => void;
}) {
  const ago = formatSpan(useElapsed_s(answer.at_ms / 1000));
  return (
    <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl border border-line bg-wait-soft px-3 py-2 text-sm">
      {/* Said once; the seconds that pass are for those who see. */}
      <p role="alert" className="sr-only">
        {t('composer.answered.said', { name: answer.name })}
      </p>
      <p aria-hidden className="min-w-0 grow">
        {t('composer.answered', { name: answer.name, ago })}
      </p>
      <Button onClick={onSend}>{t('composer.answered.send')}</Button>
      <Button look="quiet" onClick={onLeave}>
        {t('composer.answered.keep')}
      </Button>
    </div>
  );
}

/** As high as its text, up to the limit that the style sheet sets. */
function useGrowing(input: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [input, text]);
}

/** Ready to type at once; but on a phone the keyboard would cover what was just opened to be read. */
function useFocusOnDesktop(input: React.RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    if (window.matchMedia('(hover: hover) and (min-width: 768px)').matches) input.current?.focus();
  }, [input]);
}
