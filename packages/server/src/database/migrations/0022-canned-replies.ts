import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { primaryId } from './column.ts';

/** Texts that agents write often, of a site or of one of its agents. */
export const cannedReplies: Migration = {
  async up(db: Kysely<unknown>) {
    await primaryId(db, db.schema.createTable('canned_replies'))
      .addColumn('site_id', 'bigint', (column) =>
        column.notNull().references('sites.id').onDelete('cascade'),
      )
      .addColumn('agent_id', 'bigint', (column) =>
        column.references('agents.id').onDelete('cascade'),
      )
      .addColumn('shortcut', 'text', (column) => column.notNull())
      .addColumn('shortcut_key', 'text', (column) => column.notNull())
      .addColumn('text', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    // 0 stands for nobody in particular: nulls would all be different.
    await sql`create unique index canned_reply_shortcut on canned_replies
      (site_id, coalesce(agent_id, 0), shortcut_key)`.execute(db);
  },
};
