import type { LogItem } from './groups.ts';

/** A part of the log that is drawn, or left out while it is far away, as a whole. */
export interface Block {
  /** The same for as long as its first message is. */
  readonly key: string;
  readonly items: readonly LogItem[];
}

/** About so many places of the stream go into one block. */
const BLOCK_PLACES = 64;

/**
 * Parts of about the same size. Their bounds are places of the stream, so that neither older history
 * nor new messages move them, and what is under way belongs to the last.
 */
export function blocksOf(items: readonly LogItem[]): readonly Block[] {
  const blocks: { key: string; items: LogItem[] }[] = [];
  let open = -1;
  for (const [index, item] of items.entries()) {
    // The line of a day stands with what follows it.
    const group = item.kind === 'group' ? item : items[index + 1];
    const seq = group?.kind === 'group' ? (group.messages[0]?.seq ?? null) : null;
    const place = seq === null ? Math.max(open, 0) : Math.floor(seq / BLOCK_PLACES);
    const last = blocks.at(-1);
    if (last === undefined || place > open) {
      blocks.push({ key: `block ${place}`, items: [item] });
      open = place;
    } else last.items.push(item);
  }
  return blocks;
}

/** Whether two lists of items show the same. */
export function sameItems(a: readonly LogItem[], b: readonly LogItem[]): boolean {
  return (
    a.length === b.length &&
    a.every((item, index) => {
      const other = b[index];
      if (item.kind === 'day' || other?.kind !== 'group') return item.key === other?.key;
      return (
        item.key === other.key &&
        item.messages.length === other.messages.length &&
        item.messages.every((message, at) => message === other.messages[at])
      );
    })
  );
}

/** How high it is about, in CSS pixels, before it was ever drawn. */
export function guessedHeight_px(items: readonly LogItem[]): number {
  return items.reduce(
    (sum, item) => sum + (item.kind === 'day' ? 42 : 46 + item.messages.length * 52),
    0,
  );
}
