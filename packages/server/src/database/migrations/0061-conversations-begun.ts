import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Reports look for what began within some days. A message writes nothing to it. */
export const conversationsBegun: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('conversations_begun')
      .on('conversations')
      .columns(['site_id', 'created_at', 'id'])
      .execute();
  },
};
