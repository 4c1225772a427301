import type { InboxEntry } from '@parley/protocol';

/** Who waits stands first, the longest wait on top; then the rest, as the server sorted it. */
export type Group = 'waiting' | 'other';

export type InboxRow =
  | { readonly kind: 'head'; readonly key: string; readonly group: Group; readonly count: number }
  | {
      readonly kind: 'entry';
      readonly key: string;
      readonly group: Group;
      readonly entry: InboxEntry;
    };

/** Since when the visitor waits (Unix seconds), or null where nobody has to answer now. */
export function waitingSince(entry: InboxEntry): number | null {
  const active = entry.status === 'open' || entry.status === 'pending';
  return active ? entry.waiting_since : null;
}

export function arrange(entries: readonly InboxEntry[]): readonly InboxRow[] {
  const waiting = entries
    .filter((entry) => waitingSince(entry) !== null)
    .sort((a, b) => (waitingSince(a) ?? 0) - (waitingSince(b) ?? 0) || a.id - b.id);
  const other = entries.filter((entry) => waitingSince(entry) === null);
  // Where nobody waits, a headline over everything would say nothing.
  if (waiting.length === 0) return entryRows('other', other);
  return [...rowsOf('waiting', waiting), ...rowsOf('other', other)];
}

/** As the server sorted them, without headlines. */
export function plain(entries: readonly InboxEntry[]): readonly InboxRow[] {
  return entryRows('other', entries);
}

function rowsOf(group: Group, entries: readonly InboxEntry[]): readonly InboxRow[] {
  if (entries.length === 0) return [];
  return [
    { kind: 'head', key: `head-${group}`, group, count: entries.length },
    ...entryRows(group, entries),
  ];
}

function entryRows(group: Group, entries: readonly InboxEntry[]): readonly InboxRow[] {
  return entries.map((entry) => ({ kind: 'entry', key: String(entry.id), group, entry }));
}

export interface HeldRows {
  readonly rows: readonly InboxRow[];
  /** Conversations that wait to be let in. */
  readonly added: number;
}

/**
 * The rows in the order in which they stand on screen, with what is in them now. Nothing moves,
 * nothing is put between, nothing goes: so nothing jumps under the cursor. For the moment in which a
 * person is about to click.
 */
export function hold(shown: readonly InboxRow[], next: readonly InboxRow[]): HeldRows {
  const fresh = new Map(next.map((row) => [row.key, row]));
  const rows = shown.map((row): InboxRow => {
    if (row.kind === 'head') return row;
    const now = fresh.get(row.key);
    return now?.kind === 'entry' ? { ...row, entry: now.entry } : row;
  });
  const known = new Set(shown.map((row) => row.key));
  const added = next.filter((row) => row.kind === 'entry' && !known.has(row.key)).length;
  return { rows, added };
}

/** The conversation that waits longest, if one does. */
export function longestWaiting(rows: readonly InboxRow[]): InboxEntry | null {
  const first = rows.find((row) => row.kind === 'entry' && row.group === 'waiting');
  return first?.kind === 'entry' ? first.entry : null;
}
