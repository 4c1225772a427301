import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A browser rings for as long as its agent is signed in there. Null: since before this was known. */
export const pushSessions: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('push_subscriptions')
      .addColumn('session_hash', 'text', (column) =>
        column.references('sessions.token_hash').onDelete('cascade'),
      )
      .execute();
    await db.schema
      .createIndex('push_subscriptions_session')
      .on('push_subscriptions')
      .column('session_hash')
      .execute();
  },
};
