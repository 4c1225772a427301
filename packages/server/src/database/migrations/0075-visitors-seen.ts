import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who was not seen for long is looked for, where a site keeps visitors for some time only. */
export const visitorsSeen: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('visitors_seen')
      .on('visitors')
      .columns(['site_id', 'last_seen_at'])
      .execute();
  },
};
