import type { Sql, Steps, Transaction } from './database.ts';
import { sqlFor } from './sql.ts';
import { mapped, whenFreeSync, type SqliteConnection } from './sqlite-connection.ts';

/** One transaction to run. */
export interface Request {
  readonly transaction: Transaction<unknown, unknown>;
  readonly input: unknown;
  /** Whom it is for; null: nobody. */
  readonly origin: string | null;
}

/** What became of it. */
export type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: unknown };

/** How long a batch waits for another process that writes. */
const BUSY_MAX_MS = 5_000;

/**
 * Group commit: the transactions that wait are written one after another in one SQLite transaction.
 * "Sent" means on disk, and waiting for the disk dominates: once for all in place of once for each.
 * Synchronous, so nothing else lands between BEGIN and COMMIT.
 *
 * A savepoint for each would copy every page that it touches, for the sake of the few that fail after
 * they wrote. So the batch is tried without; where one fails so late, all is undone and done again,
 * each under a savepoint of its own.
 */
export function writeBatch(
  connection: SqliteConnection,
  sql: Sql,
  requests: readonly Request[],
): Outcome[] {
  try {
    return (
      commitAll(connection, requests, (request) =>
        tryOne(connection, () => connection.run(stepsOf(request, sql))),
      ) ??
      commitAll(connection, requests, (request) =>
        keepOne(connection, () => connection.run(stepsOf(request, sql))),
      ) ??
      []
    );
  } catch (error) {
    return requests.map(() => ({ ok: false, error: mapped(error) }));
  }
}

function stepsOf({ transaction, input, origin }: Request, sql: Sql): Steps<unknown> {
  return transaction(sqlFor(sql, origin), input);
}

/** Null where one of them wrote and failed: nothing is written. Throws where the whole batch failed. */
function commitAll(
  connection: SqliteConnection,
  requests: readonly Request[],
  write: (request: Request) => Outcome | null,
): Outcome[] | null {
  const outcomes: Outcome[] = [];
  try {
    whenFreeSync(() => {
      begin(connection);
    }, BUSY_MAX_MS);
    for (const request of requests) {
      const outcome = write(request);
      if (outcome === null) {
        connection.control('ROLLBACK');
        return null;
      }
      outcomes.push(outcome);
    }
    connection.control('COMMIT');
    return outcomes;
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

function begin(connection: SqliteConnection): void {
  // Left over where even the ROLLBACK of a failed batch failed.
  if (connection.raw.inTransaction) connection.control('ROLLBACK');
  connection.control('BEGIN IMMEDIATE');
}

/** Should it fail, the next batch tries again before it begins. */
function rollBack(connection: SqliteConnection): void {
  if (!connection.raw.inTransaction) return;
  try {
    connection.control('ROLLBACK');
  } catch (error) {
    if (mapped(error) === error) throw error;
  }
}

/** Null where it failed after it wrote. */
function tryOne(connection: SqliteConnection, run: () => unknown): Outcome | null {
  const before = connection.writes;
  try {
    return { ok: true, result: run() };
  } catch (error) {
    // A full disk or an I/O error ends the surrounding transaction by itself.
    if (!connection.raw.inTransaction) throw error;
    return connection.writes === before ? { ok: false, error: mapped(error) } : null;
  }
}

function keepOne(connection: SqliteConnection, run: () => unknown): Outcome {
  connection.control('SAVEPOINT request');
  try {
    const result = run();
    connection.control('RELEASE request');
    return { ok: true, result };
  } catch (error) {
    if (!connection.raw.inTransaction) throw error;
    connection.control('ROLLBACK TO request');
    connection.control('RELEASE request');
    return { ok: false, error: mapped(error) };
  }
}
