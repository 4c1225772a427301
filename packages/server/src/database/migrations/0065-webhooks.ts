import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { primaryId } from './column.ts';

/** Who is told of changes over HTTP, and what is on its way to them or was. */
export const webhooks: Migration = {
  async up(db: Kysely<unknown>) {
    await primaryId(db, db.schema.createTable('webhooks'))
      .addColumn('site_id', 'bigint', (column) => column.references('sites.id').onDelete('cascade'))
      .addColumn('agent_id', 'bigint', (column) =>
        column.notNull().references('agents.id').onDelete('cascade'),
      )
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('events', 'text', (column) => column.notNull())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('old_secret', 'text')
      .addColumn('old_secret_until', 'bigint')
      .addColumn('failing_since', 'bigint')
      .addColumn('off', 'text')
      .addColumn('off_at', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('webhooks_site').on('webhooks').column('site_id').execute();
    await db.schema.createIndex('webhooks_agent').on('webhooks').column('agent_id').execute();
    await primaryId(db, db.schema.createTable('webhook_deliveries'))
      .addColumn('webhook_id', 'bigint', (column) =>
        column.notNull().references('webhooks.id').onDelete('cascade'),
      )
      .addColumn('site_id', 'bigint')
      .addColumn('visitor_id', 'bigint')
      .addColumn('event', 'text', (column) => column.notNull())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('retries', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('next_at', 'bigint')
      .addColumn('tried_at', 'bigint')
      .addColumn('status', 'integer')
      .addColumn('took_ms', 'integer')
      .addColumn('error', 'text')
      .addColumn('answer', 'text')
      .execute();
    await db.schema
      .createIndex('webhook_deliveries_webhook')
      .on('webhook_deliveries')
      .columns(['webhook_id', 'id'])
      .execute();
    await db.schema
      .createIndex('webhook_deliveries_visitor')
      .on('webhook_deliveries')
      .column('visitor_id')
      .execute();
  },
};
