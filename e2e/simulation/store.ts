import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgentCommands } from '../../packages/server/src/agent/agent.commands.ts';
import type { Context } from '../../packages/server/src/context.ts';
import {
  DatabaseUnavailableError,
  type Database,
  type Transaction,
  type Unsaid,
} from '../../packages/server/src/database/database.ts';
import { Lookout, type Backend } from '../../packages/server/src/database/postgres-lookout.ts';
import { openSqlite } from '../../packages/server/src/database/sqlite.ts';
import { SqliteConnection } from '../../packages/server/src/database/sqlite-connection.ts';
import { sqliteSql } from '../../packages/server/src/database/sql.ts';
import { createSiteCommands } from '../../packages/server/src/site/site.commands.ts';
import { TRANSACTIONS } from '../../packages/server/src/transactions.ts';
import { hashToken } from '../../packages/server/src/token.ts';
import { AGENTS, emailOf, sessionOf, SITES } from './identities.ts';
import type { Random } from '../../packages/client/src/testing/random.ts';
import type { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';

const SQL = sqliteSql();
const REOPEN_WINDOW_MS = 10_000;
const DAY_MS = 24 * 60 * 60_000;

/** A database file as it is before anybody visits, made by the server's own commands. */
export async function firstStore(now_ms: number): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-simulation-'));
  const file = join(folder, 'parley.sqlite');
  const database = await openSqlite(file, TRANSACTIONS);
  const random = { token: () => 'a-secret-of-the-first-start' };
  const context = { database, clock: { now_ms: () => now_ms }, random };
  await fill(context);
  await database.close();
  const connection = new SqliteConnection(file, {});
  // Short enough that it passes within a story: then the visitor's next message begins another one.
  connection.execute({
    sql: 'UPDATE sites SET reopen_window_ms = ?',
    parameters: [REOPEN_WINDOW_MS],
  });
  // A file in memory cannot have the log of changes that stands beside one on a disk.
  connection.raw.pragma('journal_mode = DELETE');
  const bytes = connection.raw.serialize();
  connection.raw.close();
  await rm(folder, { recursive: true });
  return bytes;
}

async function fill(context: Pick<Context, 'database' | 'clock' | 'random'>): Promise<void> {
  const sites = createSiteCommands(context);
  const agents = createAgentCommands(context);
  await sites.ensureSetting('app_key', () => 'key-of-the-simulation');
  const made = [];
  for (const token of SITES) made.push(await sites.createSite({ name: token, token }));
  for (const { name, sites: memberOf } of AGENTS) {
    const account = await agents.createAgent({
      name,
      email: emailOf(name),
      password: 'a long password',
    });
    for (const index of memberOf) {
      await agents.addMembership({
        siteId: made[index]?.id ?? 0,
        agentId: account.id,
        role: 'agent',
      });
    }
    await agents.createSession({
      account,
      tokenHash: hashToken(sessionOf(name)),
      csrfToken: `csrf-of-${name}`,
      expiresAt_ms: context.clock.now_ms() + 14 * DAY_MS,
      userAgent: '',
      address: '',
    });
  }
}

/** What the store does wrong on purpose, so that a test sees that it is found. */
export type StoreDefect = 'acknowledges before the commit' | 'skips a seq' | null;

interface Waiting {
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Row = Readonly<Record<string, unknown>>;

const SEQUENCES = 'sqlite_sequence';

/** What is on the disk. It outlives the nodes that use it. */
export class SimulatedDisk {
  readonly connection: SqliteConnection;
  /**
   * `full`: nothing can be committed. `gone`: nothing can be read either. `cuts`: connections are lost
   * in the middle of a COMMIT, which may be done or not; for a store that several nodes use.
   */
  state: 'sound' | 'full' | 'gone' | 'cuts' = 'sound';
  /** Who is connected, where that can be seen. */
  readonly backends = new Map<number, Backend>();
  /** Commits of which the node that asked for them was not told. */
  unsaid = 0;
  #pids = 0;
  readonly #first: readonly { readonly table: string; readonly rows: readonly Row[] }[];

  /** @param bytes of the file as it is at the beginning of each story */
  constructor(bytes: Buffer) {
    this.connection = new SqliteConnection(bytes, {});
    // Words go with the rows that they are of.
    const tables = this.rows(
      `SELECT name FROM sqlite_schema WHERE type = 'table'
        AND name NOT LIKE 'kysely%' AND name NOT LIKE '%words%'`,
    ) as readonly { name: string }[];
    // What `AUTOINCREMENT` gives next changes with the other tables, and so comes last.
    this.#first = tables
      .map(({ name }) => ({ table: name, rows: this.rows(`SELECT * FROM ${name}`) as Row[] }))
      .sort((a, b) => Number(a.table === SEQUENCES) - Number(b.table === SEQUENCES));
  }

  connect(node = `node ${this.#pids + 1}`): Backend {
    this.#pids += 1;
    const backend = { pid: this.#pids, node };
    this.backends.set(backend.pid, backend);
    return backend;
  }

  /** As it was at the beginning; quicker than another file, for statements stay compiled. */
  restore(): void {
    this.undo();
    this.state = 'sound';
    this.backends.clear();
    this.unsaid = 0;
    this.#pids = 0;
    this.connection.control('BEGIN');
    // Until the commit; to switch them off would have every statement compiled again.
    this.connection.raw.pragma('defer_foreign_keys = ON');
    for (const { table } of this.#first) this.connection.control(`DELETE FROM ${table}`);
    for (const { table, rows } of this.#first) {
      for (const row of rows) this.#insert(table, row);
    }
    this.connection.control('COMMIT');
  }

  #insert(table: string, row: Row): void {
    const names = Object.keys(row);
    const places = names.map(() => '?').join();
    const sql = `INSERT INTO ${table} (${names.join()}) VALUES (${places})`;
    this.connection.execute({ sql, parameters: Object.values(row) });
  }

  /** Where a message really stands, in the conversation that is shown, if one is; null: nowhere. */
  placeOf(
    key: string,
    audience: 'visitor' | 'agent',
    shown: number | null,
  ): number | 'elsewhere' | null {
    const column = audience === 'visitor' ? 'v_seq' : 'a_seq';
    const find = `SELECT ${column} AS seq, conversation_id AS id FROM messages WHERE client_message_id = ?`;
    const [row] = this.rows(find, [key]) as readonly { seq: number | null; id: number }[];
    if (row !== undefined && shown !== null && row.id !== shown) return 'elsewhere';
    return row?.seq ?? null;
  }

  /** What stands in the database, past the server. */
  rows(sql: string, parameters: readonly unknown[] = []): readonly unknown[] {
    return this.connection.execute({ sql, parameters }).rows;
  }

  begin(): void {
    if (!this.connection.raw.inTransaction) this.connection.control('BEGIN IMMEDIATE');
  }

  commit(): void {
    if (this.connection.raw.open && this.connection.raw.inTransaction) {
      this.connection.control('COMMIT');
    }
  }

  /** What a dying process leaves: nothing that it had not committed. */
  undo(): void {
    if (this.connection.raw.inTransaction) this.connection.control('ROLLBACK');
  }

  /** For a defect: the newest conversation gives a place to nobody. */
  skip(): void {
    const heads = 'v_head = v_head + 1, a_head = a_head + 1';
    this.connection.control(
      `UPDATE conversations SET ${heads} WHERE id = (SELECT max(id) FROM conversations)`,
    );
  }
}

const NO_LOGGER = { warn: () => undefined, error: () => undefined };

export interface DatabaseOptions {
  readonly disk: SimulatedDisk;
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly defect: StoreDefect;
  /** Called between the commit and the answer. */
  readonly onCommit: () => void;
  /** Whether other nodes use the disk too. */
  readonly isShared: boolean;
}

/**
 * The database of one life of a node: the server's transactions on real SQLite, in groups, with time
 * between the request, the commit and the answer, in which the node may die. A dead node is never
 * answered, and what it had not committed is gone.
 */
export class SimulatedDatabase implements Database {
  readonly sql = SQL;
  readonly #options: DatabaseOptions;
  readonly #disk: SimulatedDisk;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #lookout: Lookout;
  #backend: Backend;
  #waiting: Waiting[] = [];
  #isDead = false;
  #answered_ms = 0;

  constructor(options: DatabaseOptions) {
    const { disk, clock, random, isShared } = options;
    this.#options = options;
    this.#disk = disk;
    this.#clock = clock;
    this.#random = random;
    this.#backend = disk.connect();
    const { node } = this.#backend;
    const backends = (): Promise<Backend[]> => this.#read(() => [...disk.backends.values()]);
    this.#lookout = new Lookout({ node, isShared, backends, logger: NO_LOGGER });
  }

  /** As `kill -9`. */
  die(): void {
    this.#isDead = true;
    this.#waiting = [];
    this.#disk.undo();
    this.#disk.backends.delete(this.#backend.pid);
    this.#lookout.close();
  }

  async write<I, R>(transaction: Transaction<I, R>, input: I): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const run = (): R => this.#disk.connection.run(transaction(this.sql, input));
      this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
      if (this.#waiting.length > 1) return;
      this.#clock.after(this.#random.between(0, 3), () => this.#commit());
    });
  }

  snapshot<I, R>(transaction: Transaction<I, R>, input: I): Promise<R> {
    return this.#read(() => this.#disk.connection.run(transaction(this.sql, input)));
  }

  readonly query: Database['query'] = (query) =>
    this.#read(() => this.#disk.connection.execute(query).rows as never);

  onUnsaid(listener: (unsaid: Unsaid) => void): void {
    this.#lookout.listen(listener);
  }

  ping(): Promise<void> {
    return this.#read(() => undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #read<R>(read: () => R): Promise<R> {
    if (this.#isDead) return new Promise(() => undefined);
    if (this.#disk.state === 'gone') return Promise.reject(unavailable());
    return new Promise((resolve) => resolve(read()));
  }

  #commit(): void {
    if (this.#isDead) return;
    const group = this.#waiting;
    this.#waiting = [];
    if (this.#disk.state === 'cuts') {
      this.#cut(group);
      return;
    }
    if (this.#disk.state !== 'sound') {
      for (const { reject } of group) reject(unavailable());
      return;
    }
    const { defect, onCommit } = this.#options;
    const isEarly = defect === 'acknowledges before the commit';
    this.#disk.begin();
    const answers = group.map((waiting) => this.#one(waiting));
    if (defect === 'skips a seq' && this.#random.chance(0.1)) this.#disk.skip();
    const answer = (): void => {
      if (this.#isDead) return;
      for (const each of answers) each();
    };
    if (isEarly) {
      answer();
      this.#clock.after(2_000, () => this.#disk.commit());
    } else {
      this.#disk.commit();
      onCommit();
      // In the order of the commits.
      const soon_ms = this.#clock.now_ms() + this.#random.between(0, 3);
      this.#answered_ms = Math.max(this.#answered_ms, soon_ms);
      this.#clock.after(this.#answered_ms - this.#clock.now_ms(), answer);
    }
  }

  /** The connection is lost during the COMMIT: what became of it nobody here is told. */
  #cut(group: readonly Waiting[]): void {
    if (this.#random.chance(0.5)) {
      this.#disk.begin();
      for (const waiting of group) this.#one(waiting);
      this.#disk.commit();
      this.#disk.unsaid += 1;
    }
    const { pid, node } = this.#backend;
    this.#disk.backends.delete(pid);
    this.#backend = this.#disk.connect(node);
    this.#lookout.doubt(pid);
    for (const { reject } of group) reject(unavailable());
  }

  /** Gives the answer that is due after the commit. */
  #one({ run, resolve, reject }: Waiting): () => void {
    const { connection } = this.#disk;
    connection.control('SAVEPOINT request');
    try {
      const result = run();
      connection.control('RELEASE request');
      return () => resolve(result);
    } catch (error) {
      connection.control('ROLLBACK TO request');
      connection.control('RELEASE request');
      return () => reject(error);
    }
  }
}

function unavailable(): Error {
  return new DatabaseUnavailableError(new Error('the disk of the simulation'));
}
