import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { isPostgres } from './column.ts';

/**
 * What is sent costs a page in each index: one serves both the agents' stream and the counts of what
 * is unread, which are made at each message from the index alone (SYNC-12).
 */
export const fewerIndexes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.dropIndex('messages_unread').execute();
    await db.schema.dropIndex('messages_a_seq').execute();
    // SQLite has no INCLUDE, and one writer at a time: places cannot be given out twice there.
    await (
      isPostgres(db)
        ? sql`create unique index messages_a_seq on messages (conversation_id, a_seq)
          include (sender_type, private, deleted_at)`
        : sql`create index messages_a_seq on messages
          (conversation_id, a_seq, sender_type, private, deleted_at)`
    ).execute(db);
  },
};
