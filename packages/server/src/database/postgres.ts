import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect, type CompiledQuery } from 'kysely';
import {
  DatabaseError,
  Pool,
  types,
  type PoolClient,
  type PoolConfig,
  type QueryResultRow,
} from 'pg';
import { currentOrigin } from '../request-id.ts';
import {
  DatabaseUnavailableError,
  refuseUnstorable,
  type Database,
  type DatabaseLogger,
  type Sql,
  type Statement,
  type StatementResult,
  type Step,
  type Steps,
  type Transaction,
  type Unsaid,
} from './database.ts';
import { migrate } from './migrations/migrations.ts';
import { Lookout, type Backend } from './postgres-lookout.ts';
import { postgresSql, sqlFor } from './sql.ts';

/** How connections of ours begin to be called; each process adds a name of its own. */
const APPLICATION = 'parley';
/** Without right to see those of others, they are not listed, and none are missed. */
const ours = `select pid, application_name as node from pg_stat_activity
  where datname = current_database() and application_name like '${APPLICATION} %'`;

/** Never listed: what is in doubt with it is decided at the next look. */
const NO_PID = 0;

const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** The server gives a statement up after this; the client a little later, should the server hang. */
const STATEMENT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 15_000;
const ATTEMPTS_MAX = 5;

/** Serialization failure, deadlock. */
const RETRIED = new Set(['40001', '40P01']);
/** Two transactions made the same row: the second attempt finds the first one's. */
const UNIQUE_VIOLATION = '23505';
/**
 * Classes of errors that are not this request's fault: connection, resources (disk full), operator
 * intervention (shutdown, cancelled), system, and a server that is read-only after a failover.
 */
const UNAVAILABLE = /^(08|53|57|58|XX)|^25006$|^55P03$/;

export interface PostgresOptions {
  /** Whether other processes work on this database too. */
  readonly isShared: boolean;
  readonly logger: DatabaseLogger;
}

/** Connects and migrates, one node at a time. */
export async function openPostgres(url: string, options: PostgresOptions): Promise<Database> {
  await migrateDatabase(url);
  return new PostgresDatabase(url, postgresSql(), options);
}

class PostgresDatabase implements Database {
  readonly sql: Sql;
  readonly #pool: Pool;
  readonly #lookout: Lookout;

  constructor(url: string, sql: Sql, { isShared, logger }: PostgresOptions) {
    this.sql = sql;
    const node = `${APPLICATION} ${randomUUID().slice(0, 8)}`;
    const backends = async (): Promise<Backend[]> => (await this.#pool.query<Backend>(ours)).rows;
    this.#lookout = new Lookout({ node, isShared, backends, logger });
    this.#pool = new Pool({
      ...connectionOptions(url),
      application_name: node,
      max: CONNECTIONS_MAX,
      // The statements of one step go out together.
      pipeline: true,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    // A backend that was terminated while idle: the pool has dropped it and connects anew.
    this.#pool.on('error', (error) =>
      logger.warn({ err: error }, 'lost a connection to PostgreSQL'),
    );
    this.#pool.on('connect', (client) => {
      // While in use, the statement in hand rejects too; unheard, the event would end the process.
      client.on('error', (error) => logger.warn({ err: error }, 'lost a connection to PostgreSQL'));
    });
  }

  async write<I, R>(transaction: Transaction<I, R>, input: I): Promise<R> {
    let violations = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#transact('BEGIN', transaction, input);
      } catch (error) {
        const code = sqlState(error);
        if (code === UNIQUE_VIOLATION) violations += 1;
        const again =
          code !== null && (RETRIED.has(code) || (code === UNIQUE_VIOLATION && violations === 1));
        if (!again || attempt === ATTEMPTS_MAX) throw mapped(error);
      }
    }
  }

  async snapshot<I, R>(transaction: Transaction<I, R>, input: I): Promise<R> {
    try {
      return await this.#transact(
        'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
        transaction,
        input,
      );
    } catch (error) {
      throw mapped(error);
    }
  }

  async query<R>(query: CompiledQuery<R>): Promise<R[]> {
    try {
      const client = await this.#connect();
      let failure: unknown;
      try {
        const result = await execute(client, query);
        return result.rows as R[];
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        client.release(isBroken(failure));
      }
    } catch (error) {
      throw mapped(error);
    }
  }

  async ping(): Promise<void> {
    await this.query(this.sql.db.selectFrom('settings').select('key').limit(1).compile());
  }

  onUnsaid(listener: (unsaid: Unsaid) => void): void {
    this.#lookout.listen(listener);
  }

  async close(): Promise<void> {
    this.#lookout.close();
    await this.#pool.end();
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      // Whatever the server says to it: there is no connection.
      throw new DatabaseUnavailableError(error);
    }
  }

  async #transact<I, R>(begin: string, transaction: Transaction<I, R>, input: I): Promise<R> {
    const client = await this.#connect();
    const session = new Session(client, begin);
    let broken = true;
    try {
      const result = await session.run(transaction(sqlFor(this.sql, currentOrigin()), input));
      broken = false;
      return result;
    } catch (error) {
      if (!isBroken(error)) {
        await session.rollBack();
        broken = false;
      }
      throw error;
    } finally {
      // It may be committed all the same; where it only read, asking costs little and is rare.
      if (broken) this.#lookout.doubt(pidOf(client));
      client.release(broken);
    }
  }
}

const COMMIT: Statement = { sql: 'COMMIT', parameters: [] };

/** One transaction on one connection: BEGIN goes with its first step, COMMIT with its last. */
class Session {
  readonly #client: PoolClient;
  readonly #begin: string;
  #state: 'before' | 'open' | 'over' = 'before';

  constructor(client: PoolClient, begin: string) {
    this.#client = client;
    this.#begin = begin;
  }

  async run<R>(steps: Steps<R>): Promise<R> {
    let step = steps.next();
    while (step.done !== true) step = steps.next(await this.#take(step.value));
    if (this.#state === 'open') await executeAll(this.#client, [COMMIT]);
    return step.value;
  }

  async rollBack(): Promise<void> {
    if (this.#state === 'open') await execute(this.#client, { sql: 'ROLLBACK', parameters: [] });
  }

  async #take({ statements, isLast = false }: Step): Promise<readonly StatementResult[]> {
    for (const { parameters } of statements) refuseUnstorable(parameters);
    if (this.#state === 'over') throw new Error('A step came after the last one');
    const before = this.#state === 'before' ? [{ sql: this.#begin, parameters: [] }] : [];
    const batch = [...before, ...statements, ...(isLast ? [COMMIT] : [])];
    // A COMMIT after a statement that failed undoes: there is nothing left to roll back then.
    this.#state = isLast ? 'over' : 'open';
    const results = await executeAll(this.#client, batch);
    return results.slice(before.length, before.length + statements.length);
  }
}

/** One round trip. Rejects with the first error, after all were answered. */
async function executeAll(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<StatementResult[]> {
  const outcomes = await Promise.allSettled(
    statements.map((statement) => execute(client, statement)),
  );
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason as unknown;
    return outcome.value;
  });
}

/** Of its backend. */
function pidOf(client: PoolClient): number {
  // pg keeps it, and its types do not tell.
  const pid: unknown = Reflect.get(client, 'processID');
  return typeof pid === 'number' ? pid : NO_PID;
}

/** An error of the database, told apart from what a transaction throws itself. */
class StatementError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'StatementError';
  }
}

async function execute(client: PoolClient, statement: Statement): Promise<StatementResult> {
  refuseUnstorable(statement.parameters);
  try {
    const result = await client.query<QueryResultRow>(statement.sql, [...statement.parameters]);
    return { rows: result.rows, changes: result.rowCount ?? 0 };
  } catch (error) {
    throw new StatementError(error);
  }
}

/** Null for what is no answer of the server: a lost connection, a timeout, a defect of ours. */
function sqlState(error: unknown): string | null {
  return error instanceof StatementError && error.cause instanceof DatabaseError
    ? (error.cause.code ?? null)
    : null;
}

/** Whether the connection is in an unknown state: the server said nothing, or that it ends. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof StatementError)) return false;
  const code = sqlState(error);
  return code === null || /^(08|57P|XX|25P03)/.test(code);
}

function mapped(error: unknown): unknown {
  if (!(error instanceof StatementError)) return error;
  const code = sqlState(error);
  return code === null || UNAVAILABLE.test(code)
    ? new DatabaseUnavailableError(error.cause)
    : (error.cause ?? error);
}

export function connectionOptions(url: string): PoolConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: APPLICATION,
    types: {
      getTypeParser: (type, format) =>
        // Ids, places and times stay far below 2^53.
        type === types.builtins.INT8 ? Number : (types.getTypeParser(type, format) as never),
    },
  };
}

/** Without time limits: the first of several nodes may take its time. Returns the server's version. */
async function migrateDatabase(url: string): Promise<void> {
  const pool = new Pool({ ...connectionOptions(url), max: 1 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}
