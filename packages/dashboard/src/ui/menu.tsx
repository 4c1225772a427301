import { Check, ChevronRight } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { useMedia } from './media.ts';

const itemClass =
  'flex min-h-8 items-center gap-2 rounded-md px-2 text-sm text-ink outline-none select-none data-highlighted:bg-hover data-disabled:opacity-45 max-md:min-h-11 max-md:text-base';

/**
 * A menu that drops from its trigger. Not modal: Radix's modal menus write a style element to hold
 * the page's scroll, which the server's CSP forbids, and our page does not scroll anyway.
 */
export function Menu({
  trigger,
  align = 'start',
  side = 'bottom',
  className,
  children,
}: {
  trigger: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  className?: string;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          // What an item has opened has the keyboard already, and keeps it.
          onCloseAutoFocus={(event) => {
            if (document.activeElement !== document.body) event.preventDefault();
          }}
          className={cx(
            'z-40 min-w-44 animate-rise rounded-xl bg-raised p-1 shadow-pop',
            className,
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Opens a menu by a sign alone. It has no tip, which would lie under the menu. */
export function MenuButton({
  label,
  children,
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label' | 'className'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      className="flex size-8 shrink-0 items-center justify-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-ink data-[state=open]:bg-hover max-md:size-10"
      {...rest}
    >
      {children}
    </button>
  );
}

export function MenuItem({
  icon,
  onSelect,
  children,
}: {
  icon?: ReactNode;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Item className={itemClass} onSelect={onSelect}>
      {icon !== undefined && <span className="flex w-4 justify-center text-muted">{icon}</span>}
      {children}
    </DropdownMenu.Item>
  );
}

export function MenuSwitch({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.CheckboxItem
      className={itemClass}
      checked={checked}
      onCheckedChange={onChange}
      // A switch is looked at after it was flipped: the menu stays.
      onSelect={(event) => event.preventDefault()}
    >
      <span className="grow">{children}</span>
      <span
        aria-hidden
        className={cx(
          'flex h-4.5 w-7.5 items-center rounded-full p-0.5 transition-colors',
          checked ? 'justify-end bg-accent' : 'justify-start bg-line-strong',
        )}
      >
        <span className="size-3.5 rounded-full bg-surface" />
      </span>
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuChoice<T extends string>({
  value,
  options,
  onChange,
}: {
  value: T;
  options: readonly { readonly value: T; readonly text: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <DropdownMenu.RadioGroup
      value={value}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={itemClass}>
          <Mark />
          {option.text}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

/** Stands before what is chosen, and leaves its room before what is not. */
function Mark() {
  return (
    <span className="flex w-4 justify-center text-accent">
      <DropdownMenu.ItemIndicator>
        <Check size={15} aria-hidden />
      </DropdownMenu.ItemIndicator>
    </span>
  );
}

/** A menu within a menu, beside the item that names it. */
export function MenuSub({ text, children }: { text: string; children: ReactNode }) {
  // Over the first menu where there is no room beside it.
  const phone = useMedia('phone');
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className={cx(itemClass, 'data-[state=open]:bg-hover')}>
        <span className="grow">{text}</span>
        <ChevronRight size={14} aria-hidden className="text-muted" />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent
          sideOffset={phone ? -190 : 4}
          collisionPadding={8}
          className="z-40 max-h-96 max-w-64 min-w-44 animate-rise overflow-y-auto rounded-xl bg-raised p-1 shadow-pop"
        >
          {children}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}

/** One of several that may all be chosen: the menu stays, for more. */
export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.CheckboxItem
      className={itemClass}
      checked={checked}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
    >
      <Mark />
      {children}
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-xs font-medium text-muted">
      {children}
    </DropdownMenu.Label>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="mx-1 my-1 h-px bg-line" />;
}
