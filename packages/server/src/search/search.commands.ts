import { all, first, run, type Sql } from '../database/database.ts';
import { commitLag_ms, indexWords, removeWords } from '../database/search-index.ts';
import {
  savePosition,
  selectPosition,
  selectSettled,
  selectUnindexed,
  type UnindexedRow,
} from './search.store.ts';
import { wordsOf } from './words.ts';

export interface IndexedBatch {
  /** The newest message that was looked at; the next batch begins after it. */
  readonly upTo: number;
  /** Whether there is more. */
  readonly more: boolean;
}

/**
 * Indexes some messages that were committed. A transaction. Where it begins is remembered by who asks;
 * null: at the place up to which surely all are indexed.
 */
export function* indexMessages(
  sql: Sql,
  { after, limit }: { after: number | null; limit: number },
) {
  const begin = after ?? (yield* positionOf(sql));
  const rows = yield* all(selectUnindexed(sql, { after: begin, upTo: null, limit }));
  yield* indexRows(sql, rows);
  return { upTo: rows.at(-1)?.id ?? begin, more: rows.length === limit } satisfies IndexedBatch;
}

/**
 * Writes down up to where surely all are indexed. A transaction. On PostgreSQL an id is given out before
 * its row is committed: what came late lies between that place, some minutes behind, and the newest
 * that was looked at. It is indexed first; whether there is more is answered.
 */
export function* settleIndex(
  sql: Sql,
  { upTo, limit, now_ms }: { upTo: number; limit: number; now_ms: number },
) {
  const position = yield* positionOf(sql);
  if (upTo <= position) return false;
  const lag_ms = commitLag_ms(sql);
  if (lag_ms > 0) {
    const late = yield* all(selectUnindexed(sql, { after: position, upTo, limit }));
    yield* indexRows(sql, late);
    if (late.length === limit) return true;
  }
  const until = { after: position, upTo, before_ms: now_ms - lag_ms };
  const settled = lag_ms === 0 ? upTo : (yield* first(selectSettled(sql, until)))?.id;
  if (typeof settled === 'number') yield* run(savePosition(sql, { position: settled, now_ms }));
  return false;
}

function* positionOf(sql: Sql) {
  return Number((yield* first(selectPosition(sql)))?.value ?? 0);
}

function* indexRows(sql: Sql, rows: readonly UnindexedRow[]) {
  for (const { id, site_id, text } of rows) {
    yield* run(indexWords(sql, 'message', { id, siteId: site_id, words: folded(text) }));
  }
  const visitors = new Map(rows.map((row) => [row.visitor_id, row]));
  for (const [id, { site_id, name, email }] of visitors) {
    yield* indexVisitor(sql, { id, site_id, name, email });
  }
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
