import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { isPostgres } from './column.ts';

/**
 * What is searched: words of messages, and of their visitors' names and addresses. The words are made
 * by `search/words.ts`, the same for both databases; the indexes are filled after the commit, so that
 * sending costs nothing more. They keep no text: what is found is read, and checked, in its own row.
 */
export const search: Migration = {
  up: (db: Kysely<unknown>) => (isPostgres(db) ? onPostgres(db) : onSqlite(db)),
};

async function onSqlite(db: Kysely<unknown>): Promise<void> {
  for (const kind of ['message', 'visitor']) {
    // Words come folded and parted by spaces: all that is beyond ASCII belongs to them.
    await sql`create virtual table ${sql.ref(`${kind}_words`)} using fts5(
      site, words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '2 3 4'
    )`.execute(db);
    await sql`create trigger ${sql.ref(`${kind}_words_erased`)} after delete on ${sql.ref(`${kind}s`)}
      begin delete from ${sql.ref(`${kind}_words`)} where rowid = old.id; end`.execute(db);
  }
}

async function onPostgres(db: Kysely<unknown>): Promise<void> {
  for (const kind of ['message', 'visitor']) {
    const table = `${kind}_words`;
    await sql`create table ${sql.ref(table)} (
      id bigint primary key references ${sql.ref(`${kind}s`)} (id) on delete cascade,
      site_id bigint not null,
      words tsvector not null
    )`.execute(db);
    await sql`create index ${sql.ref(`${table}_found`)} on ${sql.ref(table)} using gin (words)`.execute(
      db,
    );
  }
}
