import { type ComponentProps, type ReactNode, useId } from 'react';
import { LanguagePicker } from '../i18n/language-picker.tsx';
import { cx } from '../ui/cx.ts';
import { Logo } from '../ui/logo.tsx';

/** A page before the door: who is here, what is asked, and in which language. */
export function Entrance({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children: ReactNode;
}) {
  return (
    <main className="flex min-h-full items-center justify-center overflow-y-auto p-6">
      <div className="w-full max-w-88">
        <Logo className="mb-6 size-11" />
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {text !== undefined && <p className="text-muted">{text}</p>}
        <div className="mt-6">{children}</div>
        <div className="mt-8 border-t border-line pt-3">
          <LanguagePicker />
        </div>
      </div>
    </main>
  );
}

/** One large field with its label, and what helps or is wrong with it. */
export function EntranceField({
  label,
  hint,
  error,
  ...input
}: ComponentProps<'input'> & {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        required
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? hint && `${id}-hint` : `${id}-error`}
        className={cx(
          'h-11 rounded-xl border bg-surface px-3 text-lg transition-colors focus-visible:outline-offset-0',
          error === undefined ? 'border-line-strong' : 'border-late',
        )}
        {...input}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="text-xs text-late">
          {error}
        </p>
      )}
    </div>
  );
}

export function EntranceButton(props: Omit<ComponentProps<'button'>, 'className' | 'type'>) {
  return (
    <button
      type="submit"
      className="h-11 rounded-xl bg-accent font-semibold text-on-accent transition-colors hover:bg-accent-strong disabled:opacity-45 aria-disabled:opacity-60"
      {...props}
    />
  );
}

/** How the link to another such page looks. */
export const ENTRANCE_LINK = 'inline-block py-1 text-sm text-accent hover:underline';
