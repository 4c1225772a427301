import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { primaryId } from './column.ts';

/** Who managed what. Neither site nor agent is a foreign key: it outlives both. */
export const audit: Migration = {
  async up(db: Kysely<unknown>) {
    await primaryId(db, db.schema.createTable('audit'))
      .addColumn('site_id', 'bigint')
      .addColumn('agent_id', 'bigint')
      .addColumn('agent_name', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('target', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('audit_of_site').on('audit').columns(['site_id', 'id']).execute();
  },
};
