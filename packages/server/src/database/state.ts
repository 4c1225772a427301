import { existsSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { Client } from 'pg';
import { MIGRATION_NAMES } from './migrations/migrations.ts';
import { connectionOptions } from './postgres.ts';

/** How a database stands to this version of Parley; looked at, and nothing changed. */
export interface DatabaseState {
  /** Migrations that a start would run; all of them where there are no tables yet. */
  readonly pending: readonly string[];
  /** Migrations of a newer version, with whose database this one cannot work. */
  readonly unknown: readonly string[];
  /** Its clock in Unix milliseconds; null: it runs in this machine. */
  readonly now_ms: number | null;
}

/** Kysely's own. */
const TABLE = 'kysely_migration';

/** Rejects with what the driver says where it cannot be reached or read. */
export function databaseState(where: {
  readonly url: string | undefined;
  readonly file: string;
}): Promise<DatabaseState> {
  return where.url === undefined ? sqliteState(where.file) : postgresState(where.url);
}

// oxlint-disable-next-line require-await -- a thrown error becomes a rejection
async function sqliteState(file: string): Promise<DatabaseState> {
  if (!existsSync(file)) return stateOf([], null);
  const connection = new BetterSqlite3(file, { readonly: true, timeout: 5_000 });
  try {
    const tables = connection.prepare('select 1 from sqlite_master where name = ?').all(TABLE);
    const run =
      tables.length === 0 ? [] : connection.prepare(`select name from ${TABLE}`).pluck().all();
    return stateOf(run.map(String), null);
  } finally {
    connection.close();
  }
}

async function postgresState(url: string): Promise<DatabaseState> {
  const client = new Client(connectionOptions(url));
  await client.connect();
  try {
    const {
      rows: [now],
    } = await client.query<{ ms: number; has: boolean }>(
      `select extract(epoch from clock_timestamp())::float8 * 1000 as ms,
        to_regclass('${TABLE}') is not null as has`,
    );
    const { rows } = now?.has
      ? await client.query<{ name: string }>(`select name from ${TABLE}`)
      : { rows: [] };
    return stateOf(
      rows.map(({ name }) => name),
      now?.ms ?? null,
    );
  } finally {
    await client.end();
  }
}

function stateOf(run: readonly string[], now_ms: number | null): DatabaseState {
  return {
    pending: MIGRATION_NAMES.filter((name) => !run.includes(name)),
    unknown: run.filter((name) => !MIGRATION_NAMES.includes(name)),
    now_ms,
  };
}
