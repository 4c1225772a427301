import { first, run, type Sql, type Steps, type Transactions } from '../database/database.ts';
import { enqueue } from '../job/job.commands.ts';
import type { NewJob } from '../job/job.ts';
import { TRANSACTIONS as PRODUCT } from '../transactions.ts';

export function* store(sql: Sql, { key, fail }: { key: string; fail: number }) {
  const insert = sql.db.insertInto('settings').values({ key, value: 'x', updated_at: 1 }).compile();
  yield* run(insert);
  if (fail === 1) throw new Error('refused by the command');
  // No such site: the database refuses.
  if (fail === 2)
    yield* run(
      sql.db
        .insertInto('memberships')
        .values({ site_id: -1, agent_id: -1, role: 'x', created_at: 1 })
        .compile(),
    );
}

export function* storeValue(sql: Sql, { key, value }: { key: string; value: string }) {
  yield* run(sql.db.insertInto('settings').values({ key, value, updated_at: 1 }).compile());
  const row = yield* first(
    sql.db.selectFrom('settings').select('value').where('key', '=', key).compile(),
  );
  return row?.value;
}

export function* storeNumber(sql: Sql, { key, number }: { key: string; number: number }) {
  yield* run(
    sql.db.insertInto('settings').values({ key, value: '', updated_at: number }).compile(),
  );
  const row = yield* first(
    sql.db.selectFrom('settings').select('updated_at').where('key', '=', key).compile(),
  );
  return row?.updated_at;
}

export function* put(sql: Sql, { key, value = '' }: { key: string; value?: string }) {
  yield* run(sql.db.insertInto('settings').values({ key, value, updated_at: 1 }).compile());
}

export function* insertJobs(sql: Sql, { jobs, now_ms }: { jobs: NewJob[]; now_ms: number }) {
  yield* enqueue(sql, jobs, now_ms);
}

/** Ends in the middle; in the thread that writes, the thread alone. */
export function* endThread(sql: Sql): Steps<never> {
  yield* put(sql, { key: 'half' });
  process.exit(1);
}

/** Those of the product, and what tests write beside them. */
export const TRANSACTIONS: Transactions = {
  url: import.meta.url,
  all: { ...PRODUCT.all, endThread, insertJobs, put, store, storeNumber, storeValue },
};
