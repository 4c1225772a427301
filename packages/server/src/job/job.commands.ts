import { chunked } from '../database/chunked.ts';
import { all, run, together, type Sql } from '../database/database.ts';
import type { Job, NewJob } from './job.ts';
import {
  deleteJob,
  deleteJobs,
  deleteQueues,
  extendLease,
  insertJob,
  jobFromRow,
  leaseJob,
  postponeJob,
  selectDue,
  selectPayloads,
} from './job.store.ts';

/** Part of the transaction that makes the jobs necessary: both are committed, or neither. */
export function* enqueue(sql: Sql, jobs: readonly NewJob[], now_ms: number) {
  if (jobs.length === 0) return;
  const inserts = jobs.map((job) =>
    insertJob(sql, {
      kind: job.kind,
      queue_key: job.queueKey,
      payload: JSON.stringify(job.payload),
      run_at: job.runAt_ms ?? now_ms,
      created_at: now_ms,
      request_id: sql.origin,
    }),
  );
  yield* together(...inserts);
}

/** Within a transaction: what waits in these queues is not done any more. */
export function* withdrawQueues(sql: Sql, queueKeys: readonly string[]) {
  for (const keys of chunked(queueKeys)) yield* run(deleteQueues(sql, keys));
}

/**
 * Within a transaction: the jobs of a kind whose payload (JSON) is one of those are not done any more.
 * Reads all that wait: for kinds of which there are few.
 */
export function* withdrawJobs(sql: Sql, kind: string, isOne: (payload: string) => boolean) {
  const waiting = yield* all(selectPayloads(sql, { kind }));
  const ids = waiting.filter(({ payload }) => isOne(payload)).map(({ id }) => id);
  for (const some of chunked(ids)) yield* run(deleteJobs(sql, some));
}

export interface Wanted {
  readonly kind: string;
  readonly limit: number;
}

/** Takes what is due, for this worker alone, until `locked_until`. A transaction. */
export function* takeDue(
  sql: Sql,
  {
    now_ms,
    locked_until,
    wanted,
  }: { now_ms: number; locked_until: number; wanted: readonly Wanted[] },
) {
  const taken: Job[] = [];
  for (const { kind, limit } of wanted) {
    for (const row of yield* all(selectDue(sql, { kind, now_ms, limit }))) {
      const leased = yield* run(leaseJob(sql, { id: row.id, now_ms, locked_until }));
      // Another node was faster.
      if (leased > 0) taken.push(jobFromRow(row));
    }
  }
  return taken;
}

/** A transaction. Does nothing where the lease has passed to another worker. */
export function* finish(sql: Sql, job: { id: number; held_until: number }) {
  yield* run(deleteJob(sql, job));
}

/** A transaction. */
export function* postpone(sql: Sql, failure: Parameters<typeof postponeJob>[1]) {
  yield* run(postponeJob(sql, failure));
}

/** A transaction; false where the lease has passed to another worker. */
export function* extend(sql: Sql, lease: { id: number; held_until: number; locked_until: number }) {
  return (yield* run(extendLease(sql, lease))) > 0;
}
