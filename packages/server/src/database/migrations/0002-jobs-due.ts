import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Each remote provider has its own kind of jobs; and what is due is found without reading all. */
export const jobsDue: Migration = {
  async up(db: Kysely<unknown>) {
    for (const remote of ['pusher', 'reverb-external']) {
      await sql`update jobs set kind = ${`broadcast:${remote}`}
        where kind = 'broadcast' and queue_key like ${`${remote}:%`}`.execute(db);
    }
    const index = db.schema.createIndex('jobs_due').on('jobs');
    await index.columns(['kind', 'run_at', 'id']).execute();
  },
};
