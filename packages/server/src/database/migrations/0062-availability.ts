import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Who said to be away, and whose turn it is to take a conversation of a site. Who is connected is kept
 * in memory alone.
 */
export const availability: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('agents')
      .addColumn('away', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable('memberships')
      .addColumn('turn', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
