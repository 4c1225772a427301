import type { ReactNode } from 'react';

/** What stands where there is nothing to show: what that means, and what to do next. */
export function Blank({
  icon,
  title,
  text,
  children,
}: {
  icon?: ReactNode;
  title?: string;
  text?: string;
  children?: ReactNode;
}) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 overflow-y-auto p-8 text-center">
      {icon !== undefined && (
        <span
          aria-hidden
          className="mb-3 flex size-12 items-center justify-center rounded-2xl bg-sunken text-muted"
        >
          {icon}
        </span>
      )}
      {title !== undefined && <h2 className="text-lg font-semibold text-balance">{title}</h2>}
      {text !== undefined && <p className="max-w-sm text-balance text-muted">{text}</p>}
      {children !== undefined && (
        <div className="mt-4 flex flex-col items-center gap-3">{children}</div>
      )}
    </div>
  );
}

/** A grey bar in place of a text that is being loaded. */
export function Bar({ className }: { className: string }) {
  return <span className={`block animate-breathe rounded-md bg-sunken ${className}`} />;
}
