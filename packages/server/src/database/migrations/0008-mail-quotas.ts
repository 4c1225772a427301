import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How many mails went to an address, or from a site, within the running day: for all nodes together. */
export const mailQuotas: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('mail_quotas')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('count', 'integer', (column) => column.notNull())
      .addColumn('began_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
