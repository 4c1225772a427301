import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { isPostgres } from './column.ts';

/**
 * Both streams show messages in the same order, so the index of the agents' one serves visitors too. One of
 * their own was a page more to be written for each message, three times: into the log, by the log's
 * checksums, and into the file. On PostgreSQL it stays, for there it also keeps places from being given
 * out twice.
 */
export const oneIndexForBothStreams: Migration = {
  async up(db: Kysely<unknown>) {
    if (isPostgres(db)) return;
    await db.schema.dropIndex('messages_v_seq').execute();
    await db.schema.dropIndex('messages_a_seq').execute();
    await sql`create index messages_a_seq on messages
      (conversation_id, a_seq, sender_type, private, deleted_at, v_seq)`.execute(db);
  },
};
