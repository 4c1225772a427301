import { ChevronDown } from 'lucide-react';
import { Switch as RadixSwitch } from 'radix-ui';
import { type ComponentProps, createContext, type ReactNode, useContext, useId } from 'react';
import { cx } from './cx.ts';

interface FieldIds {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

const FieldContext = createContext<FieldIds | null>(null);

/** A label, its control, and what helps or is wrong with it. */
export function Field({
  label,
  hint,
  error,
  optional,
  className,
  children,
}: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Said beside the label. */
  optional?: string | undefined;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const helps = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    (part) => part !== false,
  );
  return (
    <FieldContext
      value={{
        id,
        describedBy: helps.length === 0 ? undefined : helps.join(' '),
        invalid: error !== undefined,
      }}
    >
      <div className={cx('flex min-w-0 flex-col gap-1.5', className)}>
        <label htmlFor={id} className="flex items-baseline justify-between gap-3 font-medium">
          {label}
          {optional !== undefined && (
            <span className="text-xs font-normal text-muted">{optional}</span>
          )}
        </label>
        {children}
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
        {error !== undefined && (
          <p id={`${id}-error`} className="text-sm text-late">
            {error}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

function useFieldProps() {
  const ids = useContext(FieldContext);
  if (ids === null) return {};
  return {
    id: ids.id,
    'aria-describedby': ids.describedBy,
    'aria-invalid': ids.invalid || undefined,
  };
}

const control =
  'w-full min-w-0 rounded-lg border border-line-strong bg-surface px-3 transition-colors placeholder:text-muted focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-late max-md:text-lg';

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      type="text"
      {...useFieldProps()}
      className={cx(control, 'h-9 max-md:h-11', className)}
      {...rest}
    />
  );
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      rows={3}
      {...useFieldProps()}
      className={cx(control, 'field-sizing-content min-h-19 py-2', className)}
      {...rest}
    />
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly text: string;
}

/** The system's own list: right on a phone, and with a keyboard. `className` is of its frame. */
export function Select<T extends string>({
  value,
  choices,
  onChange,
  className,
  ...rest
}: Omit<ComponentProps<'select'>, 'value' | 'onChange'> & {
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
}) {
  return (
    <span className={cx('relative block w-full min-w-0', className)}>
      <select
        {...useFieldProps()}
        value={value}
        onChange={(event) => {
          const chosen = choices.find((choice) => choice.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
        className={cx(control, 'h-9 appearance-none truncate pr-8 max-md:h-11')}
        {...rest}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
      <ChevronDown
        size={15}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-2.5 my-auto text-muted"
      />
    </span>
  );
}

/** One decision with its consequence, and the switch beside it. */
export function SwitchRow({
  label,
  hint,
  checked,
  disabled = false,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-6">
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="mt-0.5 text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
      <RadixSwitch.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="mt-0.5 flex h-6 w-10 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors data-[state=checked]:bg-accent disabled:opacity-45 max-md:h-7 max-md:w-12"
      >
        <RadixSwitch.Thumb className="size-5 rounded-full bg-surface shadow-low transition-transform data-[state=checked]:translate-x-4 max-md:size-6 max-md:data-[state=checked]:translate-x-5" />
      </RadixSwitch.Root>
    </div>
  );
}
