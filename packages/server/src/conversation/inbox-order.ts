import type { ExpressionBuilder } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** Of an inbox that is sorted by who waits: those who do, and the others after them. */
type Part = 'waiting' | 'other' | 'all';

/** The place of a row; the next page begins after it. Times in Unix milliseconds. */
export interface InboxPlace {
  readonly part: Part;
  readonly at_ms: number;
  readonly id: number;
}

export interface InboxPlaced {
  readonly part: Part;
  readonly id: number;
  readonly last_activity_at: number;
  readonly waiting_since: number | null;
}

const LETTERS: Readonly<Record<Part, string>> = { waiting: 'w.', other: 'o.', all: '' };

export function cursorOf(row: InboxPlaced): string {
  return `${LETTERS[row.part]}${timeOf(row)}.${row.id}`;
}

/** Null: the first page. */
export function parseCursor(cursor: string | undefined): InboxPlace | null {
  const [, letter = '', at = '', id = ''] =
    /^(w\.|o\.)?(\d{1,15})\.(\d{1,15})$/.exec(cursor ?? '') ?? [];
  if (id === '') return null;
  const part = letter === 'w.' ? 'waiting' : letter === 'o.' ? 'other' : 'all';
  return { part, at_ms: Number(at), id: Number(id) };
}

/** The longest wait first, else the latest activity; rows of one part. */
export function inOrder(a: InboxPlaced, b: InboxPlaced): number {
  const difference = timeOf(a) - timeOf(b) || a.id - b.id;
  return a.part === 'waiting' ? difference : -difference;
}

type Aliased = Tables & { c: Tables['conversations'] };

/** A condition: that a row stands after the place. */
export function isAfter({ part, at_ms, id }: InboxPlace) {
  return (is: ExpressionBuilder<Aliased, 'c'>) => {
    const column = part === 'waiting' ? 'c.waiting_since' : 'c.last_activity_at';
    const further = part === 'waiting' ? '>' : '<';
    return is.or([
      is(column, further, at_ms),
      is.and([is(column, '=', at_ms), is('c.id', further, id)]),
    ]);
  };
}

function timeOf({ part, waiting_since, last_activity_at }: InboxPlaced): number {
  return part === 'waiting' ? (waiting_since ?? 0) : last_activity_at;
}
