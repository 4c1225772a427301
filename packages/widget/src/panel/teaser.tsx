import './teaser.css';
import type { VisitorChat } from '@parley/client';
import type { ProactiveMessage } from '@parley/protocol';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Language } from '../strings/language.ts';
import type { Host } from './host.ts';
import { Icon } from './icons.tsx';
import { dueMessage, seenKey } from './proactive.ts';
import type { Notebook } from './notebook.ts';
import './words.ts';

const WIDTH_PX = 320;
/** So much of the window stays free beside it. */
const MARGIN_PX = 40;

export interface TeaserProps {
  readonly text: string;
  readonly language: Language;
  readonly host: Host;
  readonly onDismiss: () => void;
}

/** What the site says by itself, in a small part of the panel that is shown above the launcher. */
export function Teaser({ text, language, host, onDismiss }: TeaserProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    // Set here, for the frame is as wide as the whole panel until it is shown.
    const width = Math.min(WIDTH_PX, innerWidth, screen.width - MARGIN_PX);
    element.style.inlineSize = `${width}px`;
    host.post({ type: 'page', ask: { do: 'peek', width, height: element.offsetHeight } });
  }, [text]);
  return (
    <div
      class="teaser"
      aria-live="polite"
      ref={box}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onDismiss();
      }}
    >
      <button type="button" onClick={() => host.post({ type: 'page', ask: { do: 'open' } })}>
        <span class="mark" aria-hidden="true">
          <Icon name="bubble" />
        </span>
        <span dir="auto">{text}</span>
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={language.text('dismiss')}
        onClick={onDismiss}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

export interface WatchOptions {
  readonly messages: readonly ProactiveMessage[];
  readonly host: Host;
  readonly notebook: Notebook;
  /** Whether it may still be said. */
  readonly isWanted: () => boolean;
  readonly say: (text: string) => void;
}

/**
 * Says what is due on a page, once for good.
 * @returns to be told of each page; what was due on the one before is not said any more
 */
export function watch({ messages, host, notebook, isWanted, say }: WatchOptions) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  host.post({ type: 'page', ask: { do: 'follow' } });
  return (address: string): void => {
    clearTimeout(timer);
    const due = dueMessage(messages, address, (key) => notebook.isAnswered(key));
    if (due === null) return;
    timer = setTimeout(() => {
      if (!isWanted()) return;
      notebook.answer(seenKey(due));
      say(due.text);
    }, due.after_s * 1_000);
  };
}

/** As agents see it beside what the site says of its visitor. */
const ANSWERED = 'Replied to';
let told: string | null = null;

/** Tells agents what the visitor answers, once there is an answer. */
export function tellAnswered(chat: VisitorChat, said: string): void {
  const isAnswer = chat.view.get() !== null || chat.pending.get().length > 0;
  if (!isAnswer || told === said || chat.phase.get().phase !== 'ready') return;
  told = said;
  chat.setVisitor({ attributes: { [ANSWERED]: said } }).catch(() => {
    // Unheard: told with the next message.
    told = null;
  });
}
