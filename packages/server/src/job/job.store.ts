import type { Insertable, Selectable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import type { JobTable } from '../database/tables/installation.ts';
import { originFrom } from '../request-id.ts';
import type { Job } from './job.ts';

export const insertJob = prepared(
  (
    sql,
    values: Pick<
      Insertable<JobTable>,
      'kind' | 'queue_key' | 'payload' | 'run_at' | 'created_at' | 'request_id'
    >,
  ) =>
    sql.db.insertInto('jobs').values({
      kind: values.kind,
      queue_key: values.queue_key,
      payload: values.payload,
      attempts: 0,
      run_at: values.run_at,
      locked_until: null,
      last_error: null,
      request_id: values.request_id,
      created_at: values.created_at,
    }),
);

/** The oldest of each key, where it is due and nobody holds it: it blocks the younger ones. */
export const selectDue = prepared((sql, values: { kind: string; now_ms: number; limit: number }) =>
  sql.db
    .selectFrom('jobs')
    .selectAll()
    .where('kind', '=', values.kind)
    .where('run_at', '<=', values.now_ms)
    .where((where) =>
      where.or([where('locked_until', 'is', null), where('locked_until', '<=', values.now_ms)]),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('jobs as older')
            .select('older.id')
            .whereRef('older.queue_key', '=', 'jobs.queue_key')
            .whereRef('older.id', '<', 'jobs.id'),
        ),
      ),
    )
    // What was put off comes after what has waited since, or it would be tried first each time.
    .orderBy('run_at')
    .orderBy('id')
    .limit(values.limit),
);

/** One where more than so many wait under the key. */
export const selectBeyond = prepared((sql, values: { queue_key: string; depth: number }) =>
  sql.db
    .selectFrom('jobs')
    .select('id')
    .where('queue_key', '=', values.queue_key)
    .orderBy('id')
    .offset(values.depth)
    .limit(1),
);

/** By kind, of the longest due up to `limit` jobs: a queue of a million must not be counted for a figure. */
export const selectQueues = prepared((sql, values: { now_ms: number; limit: number }) =>
  sql.db
    .selectFrom((from) =>
      from
        .selectFrom('jobs')
        .select(['kind', 'run_at'])
        .where('run_at', '<=', values.now_ms)
        .limit(values.limit)
        .as('due'),
    )
    .select((select) => [
      'kind',
      select.fn.countAll<number>().as('due'),
      select.fn.min('run_at').as('since'),
    ])
    .groupBy('kind'),
);

/** When the next one is due that is not yet. It may turn out to be blocked. */
export const selectNextDue = prepared((sql, values: { kind: string; now_ms: number }) =>
  sql.db
    .selectFrom('jobs')
    .select('run_at')
    .where('kind', '=', values.kind)
    .where('run_at', '>', values.now_ms)
    .orderBy('run_at')
    .limit(1),
);

/** When the next lease ends by itself. */
export const selectNextUnlocked = prepared((sql, values: { kind: string; now_ms: number }) =>
  sql.db
    .selectFrom('jobs')
    .select('locked_until')
    .where('kind', '=', values.kind)
    .where('locked_until', '>', values.now_ms)
    .orderBy('locked_until')
    .limit(1),
);

/** Of all kinds: how many, how many that are due, and the oldest of these. */
export const countJobs = prepared((sql, values: { now_ms: number }) =>
  sql.db
    .selectFrom('jobs')
    .select((of) => [
      of.fn.countAll<number>().as('all'),
      of.fn.countAll<number>().filterWhere('run_at', '<=', values.now_ms).as('due'),
      of.fn.min('run_at').filterWhere('run_at', '<=', values.now_ms).as('oldest'),
    ]),
);

/** Only where nobody else took it since it was read: the row itself decides. */
export const leaseJob = prepared(
  (sql, values: { id: number; now_ms: number; locked_until: number }) =>
    sql.db
      .updateTable('jobs')
      .set({ locked_until: values.locked_until })
      .where('id', '=', values.id)
      // Another worker may have tried it in the meantime, and put it off.
      .where('run_at', '<=', values.now_ms)
      .where((where) =>
        where.or([where('locked_until', 'is', null), where('locked_until', '<=', values.now_ms)]),
      ),
);

export const extendLease = prepared(
  (sql, values: { id: number; held_until: number; locked_until: number }) =>
    sql.db
      .updateTable('jobs')
      .set({ locked_until: values.locked_until })
      .where('id', '=', values.id)
      .where('locked_until', '=', values.held_until),
);

/** Whoever works at one of them finds it gone, and leaves it at that. */
export function deleteQueues(sql: Sql, queueKeys: readonly string[]) {
  return sql.db.deleteFrom('jobs').where('queue_key', 'in', queueKeys).compile();
}

export const selectPayloads = prepared((sql, values: { kind: string }) =>
  sql.db.selectFrom('jobs').select(['id', 'payload']).where('kind', '=', values.kind),
);

export function deleteJobs(sql: Sql, ids: readonly number[]) {
  return sql.db.deleteFrom('jobs').where('id', 'in', ids).compile();
}

/** Only by the worker that still holds it. */
export const deleteJob = prepared((sql, values: { id: number; held_until: number }) =>
  sql.db
    .deleteFrom('jobs')
    .where('id', '=', values.id)
    .where('locked_until', '=', values.held_until),
);

export const postponeJob = prepared(
  (
    sql,
    values: {
      id: number;
      held_until: number;
      attempts: number;
      run_at: number;
      last_error: string;
    },
  ) =>
    sql.db
      .updateTable('jobs')
      .set({
        attempts: values.attempts,
        run_at: values.run_at,
        locked_until: null,
        last_error: values.last_error,
      })
      .where('id', '=', values.id)
      .where('locked_until', '=', values.held_until),
);

export function jobFromRow(row: Selectable<JobTable>): Job {
  return {
    id: row.id,
    kind: row.kind,
    queueKey: row.queue_key,
    payload: row.payload,
    attempts: row.attempts,
    createdAt_ms: row.created_at,
    dueAt_ms: row.run_at,
    origin: originFrom(row.request_id),
  };
}
