import { Tooltip } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { ariaKeys } from '../commands/keys.ts';
import { capsOf } from '../commands/platform-keys.ts';
import { SHORTCUTS, type ShortcutId } from '../commands/shortcuts.ts';
import { cx } from './cx.ts';

type Look = 'primary' | 'quiet' | 'outline';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  outline: 'border border-line bg-raised text-ink shadow-low hover:bg-hover',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
};

export interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
}

export function Button({ look = 'outline', className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      // oxlint-disable-next-line react/button-has-type -- always one of the three
      type={type}
      className={cx(
        'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-lg px-3 text-sm font-medium whitespace-nowrap transition-colors select-none disabled:opacity-45 max-md:h-10 max-md:text-base',
        looks[look],
        className,
      )}
      {...rest}
    />
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title'> {
  /** What it does: its accessible name, and the tip on hover and focus. */
  label: string;
  /** The command that it is, whose keys the tip shows. */
  shortcut?: ShortcutId;
  children: ReactNode;
}

export function IconButton({ label, shortcut, className, children, ...rest }: IconButtonProps) {
  return (
    <Tip text={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        aria-keyshortcuts={shortcut && (ariaKeys(SHORTCUTS[shortcut]) ?? undefined)}
        className={cx(
          'inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-ink disabled:opacity-45 max-md:size-10',
          className,
        )}
        {...rest}
      >
        {children}
      </button>
    </Tip>
  );
}

/** A short explanation on hover and focus. For those who see; the name of a control stands on it. */
function Tip({
  text,
  shortcut,
  children,
}: {
  text: string;
  shortcut?: ShortcutId | undefined;
  children: ReactNode;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-64 rounded-md bg-ink px-2 py-1 text-xs font-medium text-canvas shadow-pop select-none"
        >
          {text}
          {shortcut !== undefined && (
            <span className="ml-2 opacity-70">{capsOf(shortcut).join(' ')}</span>
          )}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
