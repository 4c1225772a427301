import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Client } from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import {
  all,
  DatabaseUnavailableError,
  first,
  run,
  together,
  togetherLast,
  type Database,
  type Sql,
  type Unsaid,
} from './database.ts';
import { openPostgres } from './postgres.ts';
import { postgresDatabases } from '../testing/databases.ts';
import { waitForLooks } from '../testing/lookout.ts';
import { load } from '../testing/replay.ts';
import { answer, createWorld, newAgent, newSite, newVisitor, say } from '../testing/world.ts';

const silent = { warn: () => undefined, error: () => undefined };

const serverUrl = inject('postgresUrl');

/** What only a database over a network can do. */
describe.skipIf(serverUrl === null)('PostgreSQL', () => {
  async function open() {
    const databases = await postgresDatabases(serverUrl ?? '');
    const database = await databases.open();
    const outside = new Client({ connectionString: databases.url ?? '' });
    await outside.connect();
    onTestFinished(async () => {
      await database.close();
      await outside.end();
      await databases.discard();
    });
    return { databases, database, outside };
  }

  it('[SYNC-3] a transaction that is held open while others commit loses nothing to a reader', async () => {
    const { database, outside } = await open();
    const world = createWorld(database);
    const site = await newSite(world);
    const agent = await newAgent(world, [{ site }]);
    const visitor = await newVisitor(world, site);
    const { message } = await say(world, visitor, 'first');
    const id = message.conversation_id;
    const seen = new Set<number>();
    let cursor = 0;
    const poll = async (): Promise<void> => {
      const page = await world.conversations.messagesOfAgent(agent, id, { after: cursor });
      for (const entry of page?.messages ?? []) seen.add(entry.seq);
      cursor = page?.cursor ?? cursor;
    };
    await poll();

    // A: has taken an id and place 2 of the stream, and dawdles before its COMMIT.
    await outside.query('begin');
    await outside.query('select 1 from conversations where id = $1 for no key update', [id]);
    await outside.query(
      `insert into messages (site_id, conversation_id, v_seq, v_changed_seq, a_seq, a_changed_seq,
         sender_type, sender_id, request_hash, private, text, created_at)
       values ($1, $2, 2, 2, 2, 2, 'visitor', $3, '', 0, 'held', 1)`,
      [site.id, id, visitor.visitorId],
    );
    await outside.query('update conversations set v_head = 2, a_head = 2 where id = $1', [id]);
    // B: sent later. It may not overtake A, or the reader would pass A's place for good.
    let overtook = false;
    const second = say(world, visitor, 'second').finally(() => {
      overtook = true;
    });
    const elsewhere = await newVisitor(world, site);
    await say(world, elsewhere, 'others do not wait');
    await poll();
    expect(overtook).toBe(false);
    expect([...seen]).toEqual([1]);
    await outside.query('commit');
    expect((await second).message.seq).toBe(3);
    await poll();
    expect([...seen]).toEqual([1, 2, 3]);
  });

  it('terminated backends, idle and in use, end no process; the next statement works', async () => {
    const { database, outside } = await open();
    const terminate = () =>
      outside.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name like 'parley %' and datname = current_database()`,
      );
    await Promise.all(Array.from({ length: 5 }, () => database.ping()));
    const sleeping = database.write(sleep, {}).catch((error: unknown) => error);
    await waitForSleeper(outside);
    await terminate();
    expect(await sleeping).toBeInstanceOf(DatabaseUnavailableError);
    // Each attempt uses up at most one connection that died unnoticed.
    let attempts = 0;
    while (attempts < 10) {
      attempts += 1;
      const works = await database.write(increment, { by: 1 }).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(DatabaseUnavailableError);
          return false;
        },
      );
      if (works) break;
    }
    expect(attempts).toBeLessThan(10);
    await database.ping();
  });

  it('a message takes as few round trips as can be: two', async () => {
    const databases = await postgresDatabases(serverUrl ?? '');
    const way = await openSlowWay(databases.url ?? '');
    const database = await openPostgres(way.url, { isShared: false, logger: silent });
    onTestFinished(async () => {
      await database.close();
      await way.close();
      await databases.discard();
    });
    const world = createWorld(database);
    const site = await newSite(world);
    const agent = await newAgent(world, [{ site }]);
    const visitor = await newVisitor(world, site);
    const { message } = await say(world, visitor, 'first');
    const id = message.conversation_id;
    way.takeTrips();
    await say(world, visitor, 'second');
    expect(way.takeTrips()).toBe(2);
    await world.messages.sendByVisitor(visitor, {
      text: 'third',
      client_message_id: undefined,
      conversation_id: id,
      files: null,
    });
    expect(way.takeTrips()).toBe(2);
    await answer(world, agent, id, 'fourth');
    expect(way.takeTrips()).toBe(2);
    const { messages } = await load(world, agent, id);
    expect(messages.map(({ text }) => text)).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('where one statement of a step fails, nothing of the transaction is kept', async () => {
    const { database, outside } = await open();
    await expect(database.write(failInTheMiddle, {})).rejects.toThrow('settings_pkey');
    await expect(database.write(failInTheLast, {})).rejects.toThrow('settings_pkey');
    const { rows } = await outside.query('select key from settings');
    expect(rows).toEqual([]);
    await database.write(make, { keys: ['a'] });
  });

  it('[SYNC-8] what a process committed that did not live to tell of it is noticed by the others', async () => {
    const { databases, database, outside } = await open();
    const road = await openRoad(databases.url ?? '');
    const doomed = await openPostgres(road.url, { isShared: true, logger: silent });
    onTestFinished(() => doomed.close());
    const heard = hearUnsaid(database);
    await outside.query(heldCommits);
    const unsaid = doomed.write(make, { keys: ['unsaid'] }).catch((error: unknown) => error);
    await waitForLock(outside);
    await waitForLooks(outside, 1);
    // Dead; as far as PostgreSQL knows, its COMMIT goes on.
    await road.block();
    expect(await unsaid).toBeInstanceOf(DatabaseUnavailableError);
    await waitForLooks(outside, 1);
    expect(heard).toEqual([]);
    await outside.query('select pg_advisory_unlock(1)');
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['elsewhere']);
    expect(await database.write(listKeys, {})).toEqual({ rows: ['unsaid'] });
  });

  it('[SYNC-8] what a process committed that died is noticed by the one that was started in its place', async () => {
    const databases = await postgresDatabases(serverUrl ?? '');
    const url = databases.url ?? '';
    const road = await openRoad(url);
    const options = { isShared: false, logger: silent };
    const doomed = await openPostgres(road.url, options);
    const outside = new Client({ connectionString: url });
    await outside.connect();
    await outside.query(heldCommits);
    const unsaid = doomed.write(make, { keys: ['unsaid'] }).catch((error: unknown) => error);
    await waitForLock(outside);
    await road.block();
    expect(await unsaid).toBeInstanceOf(DatabaseUnavailableError);
    const successor = await openPostgres(url, options);
    onTestFinished(async () => {
      await Promise.all([successor.close(), doomed.close(), outside.end()]);
      await databases.discard();
    });
    const heard = hearUnsaid(successor);
    await waitForLooks(outside, 1);
    expect(heard).toEqual([]);
    await outside.query('select pg_advisory_unlock(1)');
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['elsewhere']);
    expect(await successor.write(listKeys, {})).toEqual({ rows: ['unsaid'] });
  });

  it('[SYNC-8] a process that lost its connection in a COMMIT hears when that is decided', async () => {
    const { database, outside } = await open();
    const heard = hearUnsaid(database);
    await outside.query(heldCommits);
    const unsaid = database.write(make, { keys: ['unsaid'] }).catch((error: unknown) => error);
    await waitForLock(outside);
    await outside.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where wait_event_type = 'Lock' and datname = current_database()`,
    );
    expect(await unsaid).toBeInstanceOf(DatabaseUnavailableError);
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['here']);
  });

  it('a deadlock is resolved by trying again', async () => {
    const { database, outside } = await open();
    await database.write(make, { keys: ['a', 'b'] });
    await outside.query('begin');
    await outside.query(`set local deadlock_timeout = '10s'`);
    await outside.query(`update settings set value = 'outside' where key = 'b'`);
    const crossing = database.write(updateBoth, { keys: ['a', 'b'] });
    await waitForLock(outside);
    // Now each waits for the other; PostgreSQL ends the one that looks first: ours.
    await outside.query(`update settings set value = 'outside' where key = 'a'`);
    await outside.query('commit');
    await crossing;
    const { rows } = await outside.query<{ value: string }>('select value from settings');
    expect(rows.map((row) => row.value)).toEqual(['ours', 'ours']);
  });

  it('a server that goes away is said to be unavailable, and is used again when it is back', async () => {
    const databases = await postgresDatabases(serverUrl ?? '');
    const road = await openRoad(databases.url ?? '');
    const database = await openPostgres(road.url, { isShared: false, logger: silent });
    onTestFinished(async () => {
      await database.close();
      await road.block();
      await databases.discard();
    });
    await Promise.all(Array.from({ length: 5 }, () => database.ping()));
    for (let outage = 0; outage < 2; outage += 1) {
      await road.block();
      const down = await Promise.allSettled([
        database.ping(),
        database.write(make, { keys: [`lost ${outage}`] }),
        database.snapshot(increment, { by: 0 }),
      ]);
      for (const outcome of down) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: expect.any(DatabaseUnavailableError) as unknown,
        });
      }
      await expect(openPostgres(road.url, { isShared: false, logger: silent })).rejects.toThrow();
      await road.clear();
      // No restart, no waiting: the next statement connects anew.
      await database.write(make, { keys: [`kept ${outage}`] });
      await database.ping();
    }
    const { rows } = await database.write(listKeys, {});
    expect(rows).toEqual(['kept 0', 'kept 1']);
  });
});

/**
 * A way to the server on which each answer takes a while, so that what does not wait for one is on it
 * before: it counts how often somebody did wait.
 */
async function openSlowWay(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let trips = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let answered = true;
    near.on('data', (bytes) => {
      if (answered) trips += 1;
      answered = false;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      setTimeout(() => {
        answered = true;
        near.write(bytes);
      }, 20);
    });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    takeTrips: () => {
      const taken = trips;
      trips = 0;
      return taken;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** From now on each COMMIT of a setting waits until `outside` unlocks 1. */
const heldCommits = `
  select pg_advisory_lock(1);
  create function wait_to_commit() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock(1); return null; end $$;
  create constraint trigger wait_to_commit after insert on settings
    deferrable initially deferred for each row execute function wait_to_commit()`;

function hearUnsaid(database: Database): Unsaid[] {
  const heard: Unsaid[] = [];
  database.onUnsaid((unsaid) => {
    heard.push(unsaid);
  });
  return heard;
}

/** A way to the server that can be blocked: what was on it is cut, what comes is refused. */
async function openRoad(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const listen = (at: number) =>
    new Promise<void>((resolve) => {
      server.listen(at, '127.0.0.1', resolve);
    });
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const url = new URL(target);
  url.port = String(address.port);
  return {
    url: url.href,
    block: async (): Promise<void> => {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    clear: () => listen(address.port),
  };
}

function* sleep(sql: Sql) {
  yield* run(
    sql.db.selectNoFrom((of) => of.fn<string>('pg_sleep', [of.lit(60)]).as('slept')).compile(),
  );
}

function* listKeys(sql: Sql) {
  const rows = yield* all(sql.db.selectFrom('settings').select('key').orderBy('key').compile());
  return { rows: rows.map((row) => row.key) };
}

function* increment(sql: Sql, { by }: { by: number }) {
  const row = yield* first(
    sql.db
      .selectFrom('settings')
      .select((of) => of.fn.countAll<number>().as('count'))
      .compile(),
  );
  return (row?.count ?? 0) + by;
}

function* make(sql: Sql, { keys }: { keys: string[] }) {
  for (const key of keys) {
    yield* run(sql.db.insertInto('settings').values({ key, value: '', updated_at: 1 }).compile());
  }
}

function* updateBoth(sql: Sql, { keys }: { keys: string[] }) {
  for (const key of keys) {
    yield* run(
      sql.db.updateTable('settings').set({ value: 'ours' }).where('key', '=', key).compile(),
    );
  }
}

const waitForSleeper = (outside: Client) => waitFor(outside, `wait_event = 'PgSleep'`);
const waitForLock = (outside: Client) => waitFor(outside, `wait_event_type = 'Lock'`);

/** Until another backend of this database is in the given state. */
async function waitFor(outside: Client, condition: string): Promise<void> {
  for (;;) {
    const { rowCount } = await outside.query(
      `select 1 from pg_stat_activity where datname = current_database() and ${condition}`,
    );
    if (rowCount !== 0) return;
  }
}

const setting = (sql: Sql, key: string) =>
  sql.db.insertInto('settings').values({ key, value: '', updated_at: 1 }).compile();

function* failInTheMiddle(sql: Sql) {
  yield* together(setting(sql, 'b'), setting(sql, 'b'), setting(sql, 'c'));
  yield* run(setting(sql, 'd'));
}

function* failInTheLast(sql: Sql) {
  yield* run(setting(sql, 'd'));
  yield* togetherLast(setting(sql, 'b'), setting(sql, 'b'));
}
