import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable,
  type CompiledQuery,
  type SelectQueryBuilder,
} from 'kysely';
import type { Sql } from './database.ts';
import type { Tables } from './tables.ts';

/**
 * Writes `+?` for a parameter, which means the same. At a bare `?` the planner notes that another plan
 * might suit a value that is 0 or 1, and SQLite then parses and plans the statement anew at each run:
 * what joins two tables took ten times as long.
 */
class PlannedOnceCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}

/** Compiles for SQLite; nothing is connected. */
export function sqliteSql(): Sql {
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new PlannedOnceCompiler(),
    },
  });
  return {
    db,
    dialect: 'sqlite',
    origin: null,
  };
}

/** Compiles for PostgreSQL; nothing is connected. */
export function postgresSql(): Sql {
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return { db, dialect: 'postgres', origin: null };
}

class Placeholder {
  readonly name: PropertyKey;
  constructor(name: PropertyKey) {
    this.name = name;
  }
}

/** The same, for a transaction of this origin. */
export function sqlFor(sql: Sql, origin: string | null): Sql {
  return origin === null ? sql : { ...sql, origin };
}

/**
 * A query that is built and compiled once for each database (building takes ten times as long as
 * running it on SQLite). `build` sees placeholders in place of the values: it may pass them on to
 * the query and nothing else, and the query has the same form for all values.
 */
export function prepared<P extends object, R>(
  build: (sql: Sql, values: P) => Compilable<R>,
): (sql: Sql, values: P) => CompiledQuery<R> {
  const templates = new WeakMap<Sql['db'], Template<R>>();
  const placeholders = new Proxy({} as P, { get: (_, name) => new Placeholder(name) });
  return (sql, values) => {
    let template = templates.get(sql.db);
    if (template === undefined) {
      const query = build(sql, placeholders).compile();
      const names = query.parameters.map((of) => (of instanceof Placeholder ? of.name : null));
      template = { query, names };
      templates.set(sql.db, template);
    }
    const { query, names } = template;
    const parameters = names.map((name, at) =>
      name === null ? query.parameters[at] : values[name as keyof P],
    );
    return { sql: query.sql, parameters, query: query.query, queryId: query.queryId };
  };
}

interface Template<R> {
  readonly query: CompiledQuery<R>;
  /** Of the values that stand in place of its parameters; null: it is a constant. */
  readonly names: readonly (PropertyKey | null)[];
}

/** Holds the rows until the transaction ends. SQLite has one writer at a time anyway. */
export function lock<DB, TB extends keyof DB, O>(
  sql: Sql,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  // Not FOR UPDATE: that would also wait for rows that only refer to these.
  return sql.dialect === 'postgres' ? query.forNoKeyUpdate() : query;
}

/** As {@link lock}, and nothing that refers to these rows is added before the transaction ends. */
export function lockForRemoval<DB, TB extends keyof DB, O>(
  sql: Sql,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return sql.dialect === 'postgres' ? query.forUpdate() : query;
}
