import type { Insertable } from 'kysely';
import { prepared } from '../database/sql.ts';
import type { JobTable } from '../database/tables.ts';

export const insertJob = prepared(
  (sql, values: Pick<Insertable<JobTable>, 'kind' | 'queue_key' | 'payload' | 'created_at'>) =>
    sql.db.insertInto('jobs').values({
      kind: values.kind,
      queue_key: values.queue_key,
      payload: values.payload,
      attempts: 0,
      run_at: values.created_at,
      locked_until: null,
      last_error: null,
      created_at: values.created_at,
    }),
);
