import './popover.css';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLanguage } from './context.ts';
import { Icon } from './icons.tsx';
import type { Option } from './options.tsx';
import { useAway } from './use-away.ts';

export interface MenuProps {
  readonly options: readonly Option[];
  readonly onAway: () => void;
  /** The keyboard goes back to the button. */
  readonly onClose: () => void;
}

/** A menu as screen readers and keyboards know it: arrows move, Escape leaves. */
export function Menu({ options, onAway, onClose }: MenuProps): JSX.Element {
  const { text } = useLanguage();
  const list = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [
    ...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? []),
  ];

  useEffect(() => items()[0]?.focus(), []);
  useAway(list, onAway);

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.key === 'Escape' || event.key === 'Tab') {
      // Not the panel as well.
      event.preventDefault();
      return onClose();
    }
    const all = items();
    const at = all.findIndex((item) => item === document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all.at(next % all.length)?.focus();
  }

  return (
    <div class="menu" role="menu" aria-label={text('options')} ref={list} onKeyDown={onKeyDown}>
      {options.map(({ label, on, act }) => (
        <button
          type="button"
          key={label}
          role={on === undefined ? 'menuitem' : 'menuitemcheckbox'}
          aria-checked={on}
          tabIndex={-1}
          onClick={() => {
            onClose();
            act();
          }}
        >
          <span>{label}</span>
          {on === true && <Icon name="check" />}
        </button>
      ))}
    </div>
  );
}
