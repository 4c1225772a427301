import { Link, type LinkProps } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { cx } from './cx.ts';

/** The arrow at the head of a page, to where one came from. */
export function BackLink({
  label,
  className,
  ...target
}: Pick<LinkProps, 'to' | 'search'> & { label: string; className?: string | false }) {
  return (
    <Link
      {...target}
      // The page above is not the current one, though its address begins this one's.
      activeOptions={{ exact: true }}
      aria-label={label}
      className={cx(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-ink max-md:size-11',
        className,
      )}
    >
      <ArrowLeft size={18} aria-hidden />
    </Link>
  );
}
