import type { ReactNode } from 'react';

/** What stands where there is nothing to show: what that means, and what to do next. */
export function Blank({
  icon,
  title,
  text,
  level: Title = 'h2',
  children,
}: {
  icon?: ReactNode;
  title?: string;
  text?: string;
  /** `h1` where nothing else heads the page. */
  level?: 'h1' | 'h2';
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
      {title !== undefined && <Title className="text-lg font-semibold text-balance">{title}</Title>}
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
