import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Files of the storage that no message holds: of uploads that are under way, and of messages that were
 * deleted. A file is named here before it is written and until it is removed, so none is forgotten.
 */
export const looseFiles: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('loose_files')
      .addColumn('storage_key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('remove_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('loose_files_due').on('loose_files').column('remove_at').execute();
  },
};
