import './teaser.css';
import type { ProactiveMessage } from '@parley/protocol';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Language } from '../strings/language.ts';
import type { Host } from './host.ts';
import { Icon } from './icons.tsx';
import { dueMessage, seenKey } from './proactive.ts';
import type { Notebook } from './notebook.ts';

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

/**
 * Says what is due on this page, once for good.
 * @returns how to keep it from being said
 */
export function watch(
  messages: readonly ProactiveMessage[],
  address: string,
  notebook: Notebook,
  say: (text: string) => void,
): () => void {
  const due = dueMessage(messages, address, (key) => notebook.isAnswered(key));
  if (due === null) return () => undefined;
  const timer = setTimeout(() => {
    notebook.answer(seenKey(due));
    say(due.text);
  }, due.after_s * 1_000);
  return () => clearTimeout(timer);
}
