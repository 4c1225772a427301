import type { OutboxEntry, OutboxState } from './outbox-entry.ts';
import type { StoredEntry } from './outbox-store.ts';

/** The outbox as a list in the order of writing, whichever tab and page wrote it: pure. */
type List = readonly OutboxEntry[];

/** Where the next message stands. Not the clock alone: it may be set back. */
export function nextOrder(list: List, now_ms: number): number {
  return Math.max(now_ms, ...list.map((entry) => placeOf(entry) + 1));
}

/** Takes what other tabs wrote, or made of what this one knows. */
export function merged(list: List, stored: readonly StoredEntry[], lastSeq: number): List {
  const entries = new Map(list.map((entry) => [entry.clientMessageId, entry]));
  // What is heard of late comes after what has gone meanwhile, whenever it was written.
  const after = Math.max(0, ...list.filter(hasGone).map(placeOf));
  for (const one of stored) {
    const known = entries.get(one.clientMessageId);
    if (known !== undefined && !isNews(one, known)) continue;
    const tooLate = known === undefined && one.failed === null && one.order < after;
    const late = tooLate ? after : known?.after;
    const entry = asSeenHere(restored(one), known, lastSeq);
    entries.set(one.clientMessageId, late === undefined ? entry : { ...entry, after: late });
  }
  return [...entries.values()].sort(byOrder);
}

/**
 * Whether a stored state says more than what is known. A tab that stood still tells what it knew
 * then, and a full disk keeps what it took last: neither undoes what came after. Sent again, a
 * message has a higher place; at one place it may only fail.
 */
export function isNews(stored: StoredEntry, known: OutboxEntry): boolean {
  // What is on its way here is decided here.
  if (hasGone(known)) return false;
  if (stored.order !== known.order) return stored.order > known.order;
  return stored.failed !== null || known.state.kind === 'waiting';
}

/**
 * Takes what was kept before this page began: it goes before what was written `early`, before it
 * was read. `moved` are those that have another order now.
 */
export function withKept(
  list: List,
  stored: readonly StoredEntry[],
  early: ReadonlySet<string>,
): { readonly list: List; readonly moved: List } {
  const known = new Set(list.map(({ clientMessageId }) => clientMessageId));
  const kept = stored.filter(({ clientMessageId }) => !known.has(clientMessageId));
  let order = kept.at(-1)?.order ?? 0;
  const moved: OutboxEntry[] = [];
  const here = list.map((entry) => {
    if (!early.has(entry.clientMessageId)) return entry;
    order = Math.max(order + 1, entry.order);
    if (order === entry.order) return entry;
    const after = { ...entry, order };
    moved.push(after);
    return after;
  });
  return { list: [...kept.map(restored), ...here].sort(byOrder), moved };
}

/** As it is kept. Null: there is nothing to keep of what is acknowledged. */
export function toStored(
  entry: OutboxEntry,
  owner: string,
  conversationId: number | null,
): StoredEntry | null {
  const { clientMessageId, order, text, private: note, written_ms, state } = entry;
  if (state.kind === 'acknowledged') return null;
  const failed = state.kind === 'failed' ? { error: state.error, afterSeq: state.afterSeq } : null;
  const written = { clientMessageId, order, text, private: note, written_ms };
  return { ...written, ...enclosed(entry), owner, conversationId, failed };
}

function restored(stored: StoredEntry): OutboxEntry {
  const { clientMessageId, order, text, private: note, written_ms, failed } = stored;
  const state: OutboxState = failed === null ? { kind: 'waiting' } : { kind: 'failed', ...failed };
  return { clientMessageId, order, text, ...enclosed(stored), private: note, written_ms, state };
}

function enclosed({ enclosure }: Pick<OutboxEntry, 'enclosure'>): Pick<OutboxEntry, 'enclosure'> {
  return enclosure === undefined ? {} : { enclosure };
}

/** It failed elsewhere: it stays where it stands here. */
function asSeenHere(
  entry: OutboxEntry,
  known: OutboxEntry | undefined,
  lastSeq: number,
): OutboxEntry {
  const { state } = entry;
  if (state.kind !== 'failed' || known?.state.kind !== 'waiting') return entry;
  return { ...entry, state: { ...state, afterSeq: Math.max(state.afterSeq, lastSeq) } };
}

function hasGone({ state }: OutboxEntry): boolean {
  return state.kind === 'sending' || state.kind === 'acknowledged';
}

function placeOf({ order, after = 0 }: OutboxEntry): number {
  return Math.max(order, after);
}

/** The same in every tab, also of what two of them wrote in one millisecond. */
function byOrder(a: OutboxEntry, b: OutboxEntry): number {
  return (
    placeOf(a) - placeOf(b) ||
    // What was heard of late stands after what it came too late for.
    Number(isLate(a)) - Number(isLate(b)) ||
    a.order - b.order ||
    (a.clientMessageId < b.clientMessageId ? -1 : 1)
  );
}

function isLate({ order, after = 0 }: OutboxEntry): boolean {
  return after > order;
}
