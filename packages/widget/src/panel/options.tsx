import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useLanguage } from './context.ts';
import { Icon } from './icons.tsx';
import { useLazy } from './lazy.ts';

/** Something that one can do beside writing. */
export interface Option {
  readonly label: string;
  /** Absent: it is done, not switched. */
  readonly on?: boolean;
  readonly act: () => void;
}

const loadMenu = async () => (await import('./menu.tsx')).Menu;

/** The button in the header, and what it opens. */
export function Options({ options }: { readonly options: readonly Option[] }): JSX.Element {
  const { text } = useLanguage();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const Menu = useLazy(open, loadMenu);
  return (
    <div class="options">
      <button
        type="button"
        class="icon-button"
        ref={button}
        aria-label={text('options')}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && Menu !== null && (
        <Menu
          options={options}
          onAway={() => setOpen(false)}
          onClose={() => {
            setOpen(false);
            button.current?.focus();
          }}
        />
      )}
    </div>
  );
}
