import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The request that made a job, for whoever reads the log. */
export const jobRequests: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('jobs').addColumn('request_id', 'text').execute();
  },
};
