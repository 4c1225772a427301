import { Link } from '@tanstack/react-router';
import { ArrowLeft, CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { useTitle } from '../../inbox/use-attention.ts';
import { Bar, Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';

/** A page of the settings: its head, and what it is about. */
export function SettingsPage({
  title,
  text,
  actions,
  wide = false,
  back = '/settings',
  children,
}: {
  title: string;
  text?: string;
  actions?: ReactNode;
  /** For tables and charts. */
  wide?: boolean;
  /** Where a phone goes back to. */
  back?: '/settings' | '/settings/sites' | '/settings/webhooks';
  children: ReactNode;
}) {
  useTitle(title);
  return (
    <div
      className={cx(
        'mx-auto w-full px-8 pt-8 pb-16 max-md:px-4 max-md:pt-3',
        wide ? 'max-w-6xl' : 'max-w-3xl',
      )}
    >
      <header className="mb-8 flex flex-wrap items-start gap-x-6 gap-y-3 max-md:mb-6">
        <div className="min-w-0 grow basis-60">
          <div className="flex items-center gap-1">
            <Link
              to={back}
              aria-label={t('settings.back')}
              className={cx(
                '-ml-2 inline-flex size-10 items-center justify-center rounded-lg text-muted hover:bg-hover',
                back === '/settings' && 'md:hidden',
              )}
            >
              <ArrowLeft size={18} aria-hidden />
            </Link>
            <h1 className="truncate text-xl font-semibold tracking-tight">{title}</h1>
          </div>
          {text !== undefined && <p className="mt-1 max-w-prose text-muted">{text}</p>}
        </div>
        {actions !== undefined && (
          <div className="flex flex-wrap items-center gap-2">{actions}</div>
        )}
      </header>
      <div>{children}</div>
    </div>
  );
}

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
