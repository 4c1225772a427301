import BetterSqlite3 from 'better-sqlite3';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DatabaseUnavailableError,
  refuseUnstorable,
  type Statement,
  type StatementResult,
  type Steps,
} from './database.ts';

/** Statements that are kept compiled; searches differ in form, so there is no natural end. */
const STATEMENTS_MAX = 500;

/**
 * Inserts one row and asks for its id. For RETURNING SQLite copies every page that the statement
 * touches, in case it fails in the middle; the id it tells without.
 */
const INSERT_OF_ONE = /^(insert into "\w+" \([^()]*\) values \([^()]*\)) returning "id"$/;

interface Prepared {
  readonly compiled: BetterSqlite3.Statement;
  /** In place of rows it has the id of the row that was inserted. */
  readonly givesId: boolean;
}

/**
 * What a connection keeps of the file, in place of 16 MB. The system keeps all of it that there is room
 * for, and gives it to both connections.
 */
const CACHE_KB = 4_000;

/** One connection with its compiled statements. */
export class SqliteConnection {
  readonly raw: BetterSqlite3.Database;
  /** How many statements were run that may write. */
  writes = 0;
  readonly #statements = new Map<string, Prepared>();

  /** @param file its path, or the whole of it: then it lives in memory */
  constructor(file: string | Buffer, options: BetterSqlite3.Options) {
    this.raw = new BetterSqlite3(file, options);
    this.raw.pragma('foreign_keys = ON');
    this.raw.pragma(`cache_size = -${CACHE_KB}`);
  }

  execute({ sql, parameters }: Statement): StatementResult {
    refuseUnstorable(parameters);
    const { compiled, givesId } = this.#prepared(sql);
    // Also what fails may have begun to write.
    if (!compiled.readonly) this.writes += 1;
    if (compiled.reader) {
      const rows = compiled.all(...parameters);
      return { rows, changes: rows.length };
    }
    const { changes, lastInsertRowid } = compiled.run(...parameters);
    return { rows: givesId ? [{ id: lastInsertRowid }] : [], changes };
  }

  /** A whole transaction's statements, in one go. */
  run<R>(steps: Steps<R>): R {
    let step = steps.next();
    while (step.done !== true) {
      step = steps.next(step.value.statements.map((statement) => this.execute(statement)));
    }
    return step.value;
  }

  /** BEGIN, COMMIT and the like. */
  control(sql: string): void {
    this.#prepared(sql).compiled.run();
  }

  #prepared(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const [, insert] = INSERT_OF_ONE.exec(sql) ?? [];
    const compiled = { compiled: this.raw.prepare(insert ?? sql), givesId: insert !== undefined };
    if (this.#statements.size >= STATEMENTS_MAX) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(sql, compiled);
    return compiled;
  }
}

/** SQLite's primary result codes that mean: not this request's fault. */
const UNAVAILABLE =
  /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CORRUPT|CANTOPEN|NOTADB|NOMEM|PROTOCOL)/;

/** What a caller is told: an error of SQLite that has to do with the disk or another process. */
export function mapped(error: unknown): unknown {
  return error instanceof BetterSqlite3.SqliteError && UNAVAILABLE.test(error.code)
    ? new DatabaseUnavailableError(error)
    : error;
}

const BUSY_RETRY_MS = 5;
const CELL = new Int32Array(new SharedArrayBuffer(4));

/** Tries again while another process or connection writes. Blocks: for the thread that writes. */
export function whenFreeSync(attempt: () => void, patience_ms: number): void {
  const deadline_ms = performance.now() + patience_ms;
  while (!succeeds(attempt, deadline_ms)) Atomics.wait(CELL, 0, 0, BUSY_RETRY_MS);
}

/** The same for the start, when others in this process may be starting as well. */
export async function whenFree(attempt: () => void, patience_ms: number): Promise<void> {
  const deadline_ms = performance.now() + patience_ms;
  while (!succeeds(attempt, deadline_ms)) await delay(BUSY_RETRY_MS);
}

/** False where another holds the file; after the deadline that is an error. */
function succeeds(attempt: () => void, deadline_ms: number): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    const isBusy =
      error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY');
    if (!isBusy || performance.now() > deadline_ms) throw error;
    return false;
  }
}
