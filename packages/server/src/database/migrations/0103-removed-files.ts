import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Of files whose time is over the name stays, so that their message can say so. */
export const removedFiles: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('attachments').addColumn('removed_at', 'bigint').execute();
    // The oldest that are there still; only sites that remove files read it.
    await db.schema
      .createIndex('attachments_kept')
      .on('attachments')
      .columns(['site_id', 'created_at', 'id'])
      .where(sql.ref('removed_at'), 'is', null)
      .execute();
  },
};
