import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { primaryId } from './column.ts';

/** What agents see of a visitor beside the conversation: browser, clock, pages, notes; and blocking. */
export const visitorDetails: Migration = {
  async up(db: Kysely<unknown>) {
    const add = () => db.schema.alterTable('visitors');
    await add().addColumn('user_agent', 'text').execute();
    await add().addColumn('time_zone', 'text').execute();
    await add().addColumn('blocked_at', 'bigint').execute();
    await primaryId(db, db.schema.createTable('visitor_pages'))
      .addColumn('visitor_id', 'bigint', (column) =>
        column.notNull().references('visitors.id').onDelete('cascade'),
      )
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('title', 'text')
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('visitor_pages_visitor')
      .on('visitor_pages')
      .columns(['visitor_id', 'id'])
      .execute();
    await primaryId(db, db.schema.createTable('visitor_notes'))
      .addColumn('visitor_id', 'bigint', (column) =>
        column.notNull().references('visitors.id').onDelete('cascade'),
      )
      .addColumn('agent_id', 'bigint', (column) =>
        column.references('agents.id').onDelete('set null'),
      )
      .addColumn('agent_name', 'text', (column) => column.notNull())
      .addColumn('text', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('visitor_notes_visitor')
      .on('visitor_notes')
      .columns(['visitor_id', 'id'])
      .execute();
  },
};
