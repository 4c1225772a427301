import type { ReactNode } from 'react';
import { formatDateTime, isoTime } from '../../i18n/time.ts';

export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="mt-0.5 wrap-anywhere">{children}</dd>
    </div>
  );
}

export function Moment({ time_s }: { time_s: number }) {
  return <time dateTime={isoTime(time_s * 1000)}>{formatDateTime(time_s * 1000)}</time>;
}

/** A part of what is known of the visitor, below its headline. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-5 border-t border-line pt-4 text-sm">
      <h3 className="mb-2 text-xs font-semibold text-soft">{title}</h3>
      {children}
    </section>
  );
}
