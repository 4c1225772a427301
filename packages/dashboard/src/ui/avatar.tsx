import { UserRound } from 'lucide-react';
import { cx } from './cx.ts';
import { hueOf, initials } from './identity.ts';

const sizes = {
  tiny: 'size-4.5 text-[0.5rem]',
  account: 'size-7 text-[0.625rem]',
  medium: 'size-9 text-xs',
  large: 'size-14 text-lg',
};

/** A person as a coloured disc; decoration, since the name always stands beside it. */
export function Avatar({
  name,
  seed,
  size = 'medium',
  className,
}: {
  name: string | null;
  /** What the colour is made of: stays the same when the name changes. */
  seed: string;
  size?: keyof typeof sizes;
  className?: string;
}) {
  const letters = name === null ? '' : initials(name);
  return (
    <span
      aria-hidden
      style={{ '--hue': hueOf(seed) }}
      // Drawn, not written: the letters are no text to be read, found or copied.
      data-letters={letters}
      className={cx(
        'tint before:content-[attr(data-letters)] flex shrink-0 items-center justify-center rounded-full font-semibold tracking-wide select-none',
        sizes[size],
        className,
      )}
    >
      {letters === '' && <UserRound className="size-1/2" strokeWidth={2} />}
    </span>
  );
}
