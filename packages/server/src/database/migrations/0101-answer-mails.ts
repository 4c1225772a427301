import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Answers that a visitor who left was mailed, and who wants no such mails. */
export const answerMails: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('answers_mailed')
      .addColumn('conversation_id', 'bigint', (column) =>
        column.primaryKey().notNull().references('conversations.id').onDelete('cascade'),
      )
      .addColumn('up_to', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('mail_refusals')
      .addColumn('site_id', 'bigint', (column) =>
        column.notNull().references('sites.id').onDelete('cascade'),
      )
      .addColumn('address_key', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('mail_refusals_key', ['site_id', 'address_key'])
      .execute();
  },
};
