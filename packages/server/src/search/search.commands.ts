import { all, first, run, type Sql } from '../database/database.ts';
import { indexWords, removeWords } from '../database/search-index.ts';
import { savePosition, selectPosition, selectSettled, selectUnindexed } from './search.store.ts';
import { wordsOf } from './words.ts';

export interface IndexedBatch {
  /** The newest message of the batch; the next one begins after it. */
  readonly upTo: number;
  /** Whether there is more. */
  readonly more: boolean;
}

/**
 * Indexes some messages that were committed. A transaction. Where it begins is remembered by who asks;
 * null: at the place up to which surely all are indexed, which is written down when nothing is left.
 * On PostgreSQL that place stays some minutes behind: an id is given out before its row is committed,
 * and what comes late is found by beginning there again.
 */
export function* indexMessages(
  sql: Sql,
  input: { after: number | null; limit: number; now_ms: number },
) {
  const { limit, now_ms } = input;
  const saved = yield* first(selectPosition(sql));
  const position = Number(saved?.value ?? 0);
  const after = Math.max(input.after ?? 0, position);
  const rows = yield* all(selectUnindexed(sql, { after, limit }));
  const visitors = new Map(rows.map((row) => [row.visitor_id, row]));
  for (const { id, site_id, text } of rows) {
    yield* run(indexWords(sql, 'message', { id, siteId: site_id, words: folded(text) }));
  }
  for (const [id, visitor] of visitors) yield* indexVisitor(sql, { ...visitor, id });
  const upTo = Math.max(after, rows.at(-1)?.id ?? 0);
  const more = rows.length === limit;
  if (!more) {
    const settled = yield* first(selectSettled(sql, { after: position, now_ms }));
    const id = settled?.id ?? null;
    if (id !== null && id > position) {
      yield* run(savePosition(sql, { position: id, now_ms }));
    }
  }
  return { upTo, more } satisfies IndexedBatch;
}

/** Within the transaction that changes a message: what was said before is not found from now on. */
export function* reindexMessage(
  sql: Sql,
  { id, siteId, text }: { id: number; siteId: number; text: string },
) {
  if (text === '') yield* run(removeWords(sql, 'message', id));
  else yield* run(indexWords(sql, 'message', { id, siteId, words: folded(text) }));
}

/** Within a transaction: by what the visitor is found. */
export function* indexVisitor(
  sql: Sql,
  {
    id,
    site_id,
    name,
    email,
  }: { id: number; site_id: number; name: string | null; email: string | null },
) {
  const words = folded(`${name ?? ''} ${email ?? ''}`);
  if (words.length === 0) yield* run(removeWords(sql, 'visitor', id));
  else yield* run(indexWords(sql, 'visitor', { id, siteId: site_id, words }));
}

function folded(text: string): string[] {
  return wordsOf(text).map((word) => word.text);
}
