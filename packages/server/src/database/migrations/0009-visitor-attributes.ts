import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a site says of its visitor beside name and address. */
export const visitorAttributes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('visitors').addColumn('attributes', 'text').execute();
  },
};
