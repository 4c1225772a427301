import type { CompiledQuery, Kysely } from 'kysely';
import { ErrorForPeople } from '../error-for-people.ts';
import type { Tables } from './tables.ts';

export type Statement = Pick<CompiledQuery, 'sql' | 'parameters'>;

/**
 * What a transaction asks of its driver: statements, run one after another, none of which needs the
 * result of another. On PostgreSQL they take one round trip.
 */
export interface Step {
  readonly statements: readonly Statement[];
  /** The last step, after which nothing can fail any more: its round trip brings the COMMIT as well. */
  readonly isLast?: boolean;
}

export interface StatementResult {
  readonly rows: readonly unknown[];
  /** How many rows were inserted, updated or deleted. */
  readonly changes: number;
}

/**
 * A query builder that only compiles. The few differences between the databases are here and
 * nowhere else outside this folder.
 */
export interface Sql {
  readonly db: Kysely<Tables>;
  readonly dialect: 'sqlite' | 'postgres';
  /** What a transaction is for, as its jobs keep it (`request-id.ts`); null: nobody asked. */
  readonly origin: string | null;
}

/**
 * A transaction is a generator of steps: the same code runs in one synchronous stretch on
 * SQLite, in a batch with all that waited (one COMMIT for all), and with awaits on PostgreSQL.
 * A top-level function of plain input, so that it may run in another thread; it may run again
 * (serialization failures), so it has no effect but its statements.
 */
export type Transaction<I, R> = (sql: Sql, input: I) => Steps<R>;

/** Steps of a transaction, or a part of them, that lead to an R. */
export type Steps<R> = Generator<Step, R, readonly StatementResult[]>;

/**
 * The transactions that write, by name, and the module (`import.meta.url`) whose export `TRANSACTIONS`
 * this is: the thread that writes loads it and runs them there.
 */
export interface Transactions {
  readonly url: string;
  readonly all: Readonly<Record<string, Transaction<never, unknown>>>;
}

export interface Database {
  readonly sql: Sql;
  /**
   * Resolves after COMMIT. What the transaction throws, it rejects with, and nothing is written.
   * The transaction is one of {@link Transactions}; its input and its result are plain data.
   */
  write<I, R>(transaction: Transaction<I, R>, input: I): Promise<R>;
  /** Reads several statements from one consistent, committed state. */
  snapshot<I, R>(transaction: Transaction<I, R>, input: I): Promise<R>;
  /** Reads one statement. */
  query<R>(query: CompiledQuery<R>): Promise<R[]>;
  /**
   * Calls back, once for several in about a second, when something may have been committed of which
   * the process that asked for it knows nothing. By then every reader sees it. For one listener.
   */
  onUnsaid(listener: (unsaid: Unsaid) => void): void;
  /** Rejects with {@link DatabaseUnavailableError} where nothing can be read. */
  ping(): Promise<void>;
  /** Finishes what was begun. */
  close(): Promise<void>;
}

/** The same database, some of whose calls are made in another way: counted, traced. */
export function databaseWith(
  database: Database,
  others: Partial<Pick<Database, 'write' | 'snapshot' | 'query'>>,
): Database {
  return {
    sql: database.sql,
    write: (transaction, input) => database.write(transaction, input),
    snapshot: (transaction, input) => database.snapshot(transaction, input),
    query: (query) => database.query(query),
    onUnsaid: (listener) => {
      database.onUnsaid(listener);
    },
    ping: () => database.ping(),
    close: () => database.close(),
    ...others,
  };
}

/**
 * Who did not hear of a commit: `here`, this process, which lost a connection before the answer; or
 * another one that is gone (`elsewhere`), which every process is told by itself.
 */
export type Unsaid = 'here' | 'elsewhere';

/** The database is gone, full or overloaded. Nothing was acknowledged; it may work again later. */
export class DatabaseUnavailableError extends ErrorForPeople {
  constructor(cause: unknown) {
    super(
      `The database is not available: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
    this.name = 'DatabaseUnavailableError';
  }
}

/** The text cannot be stored as it is; both databases refuse it alike, and nothing is written. */
export class UnstorableTextError extends Error {
  constructor() {
    super('Text must not contain NUL or lone surrogates');
    this.name = 'UnstorableTextError';
  }
}

/** PostgreSQL refuses NUL, SQLite would cut or change: neither gets to see it. */
export function refuseUnstorable(parameters: readonly unknown[]): void {
  for (const parameter of parameters) {
    if (typeof parameter !== 'string') continue;
    if (parameter.includes('\u0000') || !parameter.isWellFormed()) throw new UnstorableTextError();
  }
}

/**
 * Called when transactions that went together are over, before whoever asked for them hears of it.
 *
 * @param at_ms Unix milliseconds with fractions
 */
export type OnGroup = (transactions: number, at_ms: number) => void;

export interface DatabaseLogger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

type Rows<Q> = Q extends CompiledQuery<infer R> ? R[] : never;

/** `yield* together(a, b, …)`: the rows of each. */
export function* together<const Q extends readonly CompiledQuery[]>(
  ...queries: Q
): Steps<{ [K in keyof Q]: Rows<Q[K]> }> {
  const results = yield { statements: queries };
  return queries.map((_, index) => rowsOf(results[index])) as { [K in keyof Q]: Rows<Q[K]> };
}

/** As {@link together}, and the transaction ends with it. */
export function* togetherLast<const Q extends readonly CompiledQuery[]>(
  ...queries: Q
): Steps<{ [K in keyof Q]: Rows<Q[K]> }> {
  const results = yield { statements: queries, isLast: true };
  return queries.map((_, index) => rowsOf(results[index])) as { [K in keyof Q]: Rows<Q[K]> };
}

/** `yield* all(query)`: its rows. */
export function* all<R>(query: CompiledQuery<R>): Steps<R[]> {
  const [result] = yield { statements: [query] };
  return rowsOf(result) as R[];
}

/** `yield* first(query)`: its first row. */
export function* first<R>(query: CompiledQuery<R>): Steps<R | undefined> {
  const [result] = yield { statements: [query] };
  return rowsOf(result)[0] as R | undefined;
}

/**
 * `yield* firstAfterHolding(sql, () => [a, b], query)`: the first row of the query, which is run when those
 * statements hold their rows: whoever waited for them sees what was done meanwhile. SQLite has one writer
 * at a time, and nothing to hold.
 */
export function* firstAfterHolding<R>(
  { dialect }: Sql,
  holding: () => readonly CompiledQuery[],
  query: CompiledQuery<R>,
): Steps<R | undefined> {
  const statements = dialect === 'postgres' ? [...holding(), query] : [query];
  return rowsOf((yield { statements }).at(-1))[0] as R | undefined;
}

/** `yield* run(query)`: how many rows it changed. */
export function* run(query: CompiledQuery): Steps<number> {
  return yield* runOne(null, query);
}

/** A transaction of one statement; how many rows it changed. */
export function* runOne(_sql: Sql | null, statement: Statement): Steps<number> {
  const [result] = yield { statements: [statement] };
  return result?.changes ?? 0;
}

/** A statement as plain data, without what it was compiled from. */
export function plain({ sql, parameters }: CompiledQuery): Statement {
  return { sql, parameters };
}

function rowsOf(result: StatementResult | undefined): readonly unknown[] {
  if (result === undefined) throw new Error('A statement was not run');
  return result.rows;
}
