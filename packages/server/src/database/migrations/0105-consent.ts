import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What visitors agree to before they chat, each text as it was, and who agreed to which when. */
export const consent: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('sites')
      .addColumn('consent_version', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    const add = () => db.schema.alterTable('visitors');
    await add().addColumn('consent_version', 'integer').execute();
    await add().addColumn('consented_at', 'bigint').execute();
    await db.schema
      .createTable('consent_texts')
      .addColumn('site_id', 'bigint', (column) =>
        column.notNull().references('sites.id').onDelete('cascade'),
      )
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('consent_texts_key', ['site_id', 'version'])
      .execute();
  },
};
