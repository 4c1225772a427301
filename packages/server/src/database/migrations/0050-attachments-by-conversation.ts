import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Whoever reads or erases a conversation looks for its files: without it, among all that there are. */
export const attachmentsByConversation: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('attachments_conversation')
      .on('attachments')
      .column('conversation_id')
      .execute();
  },
};
