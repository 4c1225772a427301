import { sql as raw, type CompiledQuery, type RawBuilder } from 'kysely';
import type { Sql } from './database.ts';

/** What the index knows of a message or a visitor. */
export interface Indexed {
  readonly id: number;
  readonly siteId: number;
  /** As they stand in the text, folded: of letters and digits alone. */
  readonly words: readonly string[];
}

/** Words that stand next to each other; of the last one perhaps only the beginning. */
export interface SearchTerm {
  readonly words: readonly string[];
  readonly isPrefix: boolean;
}

type Of = 'message' | 'visitor';

/** So many rows PostgreSQL looks through in their order, before it asks the index of words. */
const NEWEST = 20_000;

/** PostgreSQL keeps no more places of one word, and none behind the 16,383rd. */
const PLACES_MAX = 255;
const PLACE_MAX = 16_383;

/**
 * How long after its making a row may still be committed, in milliseconds: ids are given out before.
 * SQLite has one writer, so what has the higher id is committed later.
 */
export function commitLag_ms({ dialect }: Sql): number {
  return dialect === 'postgres' ? 5 * 60_000 : 0;
}

/** Puts words in place of those that were known before. */
export function indexWords(sql: Sql, of: Of, { id, siteId, words }: Indexed): CompiledQuery {
  const table = raw.ref(`${of}_words`);
  if (sql.dialect === 'postgres') {
    return raw`insert into ${table} (id, site_id, words)
      values (${id}, ${siteId}, ${vectorOf(words)}::tsvector)
      on conflict (id) do update set words = excluded.words`.compile(sql.db);
  }
  return raw`insert or replace into ${table} (rowid, site, words)
    values (${id}, ${`s${siteId}`}, ${words.join(' ')})`.compile(sql.db);
}

export function removeWords(sql: Sql, of: Of, id: number): CompiledQuery {
  const key = raw.ref(sql.dialect === 'postgres' ? 'id' : 'rowid');
  return raw`delete from ${raw.ref(`${of}_words`)} where ${key} = ${id}`.compile(sql.db);
}

/** A condition: that the row of this id is not in the index. */
export function isNotIndexed(sql: Sql, of: Of, column: string): RawBuilder<boolean> {
  const table = sql.dialect === 'postgres' ? `${of}_words` : `${of}_words_docsize`;
  return raw`not exists (select 1 from ${raw.ref(table)} as known
    where known.id = ${raw.ref(column)})`;
}

/** Ids of rows that have all terms, the highest first. What was deleted since may be among them. */
export function findWords(
  sql: Sql,
  of: Of,
  find: {
    readonly siteIds: readonly number[];
    readonly terms: readonly SearchTerm[];
    readonly before: number | null;
    readonly limit: number;
  },
): CompiledQuery<{ id: number }> {
  const { siteIds, terms, before, limit } = find;
  const table = raw.ref(`${of}_words`);
  if (sql.dialect === 'postgres') {
    const fits = raw`words @@ ${tsqueryOf(terms)}::tsquery and site_id in (${raw.join(siteIds)})`;
    // The planner cannot know how common a beginning of a word is. What is common stands among the
    // newest rows often enough; what does not is rare, and all of it is found by its words.
    return raw<{ id: number }>`with bound as materialized (
        select coalesce(${before}::bigint, (select max(id) + 1 from ${table})) as upto
      ), newest as materialized (
        select id from ${table}
        where id < (select upto from bound) and id >= (select upto - ${NEWEST} from bound) and ${fits}
        order by id desc limit ${limit}
      ), others as materialized (
        select id from ${table}
        where (select count(*) from newest) < ${limit}
          and id < (select upto - ${NEWEST} from bound) and ${fits}
      )
      select id from newest union all select id from others
      order by id desc limit ${limit}`.compile(sql.db);
  }
  return raw<{ id: number }>`select rowid as id from ${table}
    where ${table} match ${matchOf(siteIds, terms)}
    ${before === null ? raw`` : raw`and rowid < ${before}`}
    order by rowid desc limit ${limit}`.compile(sql.db);
}

/** FTS5: the words hold nothing that would have to be quoted otherwise. */
function matchOf(siteIds: readonly number[], terms: readonly SearchTerm[]): string {
  const sites = siteIds.map((id) => `"s${id}"`).join(' OR ');
  const found = terms
    .map(({ words, isPrefix }) => `"${words.join(' ')}"${isPrefix ? ' *' : ''}`)
    .join(' AND ');
  return `(site : (${sites})) AND (words : (${found}))`;
}

/** Without the database's parser, which knows other words, and other ones in each locale. */
function vectorOf(words: readonly string[]): string {
  const places = new Map<string, number[]>();
  words.forEach((word, index) => {
    const of = places.get(word) ?? [];
    places.set(word, of);
    if (of.length < PLACES_MAX) of.push(Math.min(index + 1, PLACE_MAX));
  });
  return [...places].map(([word, of]) => `'${word}':${[...new Set(of)].join(',')}`).join(' ');
}

function tsqueryOf(terms: readonly SearchTerm[]): string {
  return terms
    .map(({ words, isPrefix }) => {
      const quoted = words.map((word) => `'${word}'`).join(' <-> ');
      return `(${quoted}${isPrefix ? ':*' : ''})`;
    })
    .join(' & ');
}
