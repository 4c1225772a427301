import type { Label, LabelColor } from '@parley/protocol';
import { cx } from '../ui/cx.ts';

/** Spelled out, so that the styles are found. */
const colors: Record<LabelColor, string> = {
  gray: 'bg-label-gray',
  red: 'bg-label-red',
  orange: 'bg-label-orange',
  amber: 'bg-label-amber',
  green: 'bg-label-green',
  teal: 'bg-label-teal',
  blue: 'bg-label-blue',
  violet: 'bg-label-violet',
  pink: 'bg-label-pink',
};

export function LabelDot({ color }: { color: LabelColor }) {
  return <span aria-hidden className={cx('size-2 shrink-0 rounded-full', colors[color])} />;
}

/** The labels of a conversation, each with its colour; what does not fit is cut. */
export function LabelMarks({
  names,
  labels,
}: {
  names: readonly string[];
  labels: readonly Label[];
}) {
  return names.map((name) => (
    <span key={name} className="flex min-w-0 items-center gap-1 text-xs text-muted">
      <LabelDot color={labels.find((label) => label.name === name)?.color ?? 'gray'} />
      <span className="truncate">{name}</span>
    </span>
  ));
}
