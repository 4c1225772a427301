import { run, type Sql } from '../database/database.ts';
import type { NewJob } from './job.ts';
import { insertJob } from './job.store.ts';

/** Part of the transaction that makes the jobs necessary: both are committed, or neither. */
export function* enqueue(sql: Sql, jobs: readonly NewJob[], now_ms: number) {
  for (const job of jobs) {
    yield* run(
      insertJob(sql, {
        kind: job.kind,
        queue_key: job.queueKey,
        payload: JSON.stringify(job.payload),
        created_at: now_ms,
      }),
    );
  }
}
