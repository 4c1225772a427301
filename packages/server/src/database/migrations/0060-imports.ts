import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What was brought over from another product, so that a second run adds nothing twice. What it leads to
 * may be gone, and then stays gone.
 */
export const imports: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('imports')
      .addColumn('site_id', 'bigint', (column) =>
        column.notNull().references('sites.id').onDelete('cascade'),
      )
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('target_id', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('imports_key', ['site_id', 'key'])
      .execute();
  },
};
