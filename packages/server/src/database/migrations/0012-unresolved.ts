import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Who waits is among the few that are not resolved. By the status alone, which a message hardly ever
 * changes: sending writes nothing to it.
 */
export const unresolved: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('conversations_active')
      .on('conversations')
      .columns(['site_id', 'status'])
      .where(sql.ref('status'), '!=', sql.lit('resolved'))
      .execute();
  },
};
