import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { Bar, Blank } from './blank.tsx';
import { Button } from './button.tsx';
import { cx } from './cx.ts';

/** What belongs together, under its own head. */
export function Section({
  title,
  text,
  actions,
  children,
}: {
  title: string;
  text?: string;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <section className="border-t border-line py-7 first:border-t-0 first:pt-0">
      <div className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 grow basis-60">
          <h2 className="text-lg font-semibold">{title}</h2>
          {text !== undefined && <p className="mt-0.5 max-w-prose text-muted">{text}</p>}
        </div>
        {actions}
      </div>
      <div className="flex flex-col gap-5">{children}</div>
    </section>
  );
}

/** Rows of one kind in a frame. */
export function Card({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div className={cx('overflow-hidden rounded-xl border border-line bg-raised', className)}>
      {children}
    </div>
  );
}

/** Says in words what went wrong where it was asked for. */
export function Problem({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="flex gap-2 rounded-lg bg-late-soft px-3 py-2.5 text-sm text-late">
      <CircleAlert size={16} aria-hidden className="mt-px shrink-0" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}

/** What is asked of the server: grey until it is there, and a way on where it cannot be had. */
export function Loaded<T>({
  query,
  rows = 4,
  children,
}: {
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) {
    return (
      <Blank
        icon={<CircleAlert size={22} />}
        title={t('settings.loadFailed')}
        text={messageOf(query.error)}
      >
        <Button onClick={() => void query.refetch()}>{t('settings.tryAgain')}</Button>
      </Blank>
    );
  }
  return (
    <div aria-busy className="flex flex-col gap-6">
      <span className="sr-only">{t('settings.loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex flex-col gap-2">
          <Bar className="h-4 w-40" />
          <Bar className="h-9 w-full" />
        </div>
      ))}
    </div>
  );
}
