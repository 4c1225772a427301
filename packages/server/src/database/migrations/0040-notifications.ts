import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { primaryId } from './column.ts';

/** How agents who are away are told of who waits: browsers that ring, what rings, and mails. */
export const notifications: Migration = {
  async up(db: Kysely<unknown>) {
    await primaryId(db, db.schema.createTable('push_subscriptions'))
      .addColumn('agent_id', 'bigint', (column) =>
        column.notNull().references('agents.id').onDelete('cascade'),
      )
      .addColumn('endpoint', 'text', (column) => column.notNull().unique())
      .addColumn('p256dh', 'text', (column) => column.notNull())
      .addColumn('auth', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('push_subscriptions_agent')
      .on('push_subscriptions')
      .column('agent_id')
      .execute();
    await db.schema
      .createTable('agent_notifications')
      .addColumn('agent_id', 'bigint', (column) =>
        column.primaryKey().references('agents.id').onDelete('cascade'),
      )
      .addColumn('settings', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('waits_mailed')
      .addColumn('agent_id', 'bigint', (column) =>
        column.notNull().references('agents.id').onDelete('cascade'),
      )
      .addColumn('conversation_id', 'bigint', (column) =>
        column.notNull().references('conversations.id').onDelete('cascade'),
      )
      .addColumn('waiting_since', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('waits_mailed_key', ['agent_id', 'conversation_id'])
      .execute();
  },
};
