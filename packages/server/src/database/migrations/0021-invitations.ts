import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { primaryId } from './column.ts';

/** How somebody becomes an agent, and the second factor of those who want one. */
export const invitations: Migration = {
  async up(db: Kysely<unknown>) {
    await primaryId(db, db.schema.createTable('invitations'))
      .addColumn('site_id', 'bigint', (column) =>
        column.notNull().references('sites.id').onDelete('cascade'),
      )
      .addColumn('email', 'text', (column) => column.notNull())
      .addColumn('email_key', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('token_hash', 'text', (column) => column.notNull().unique())
      .addColumn('invited_by', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('invitation_of_address', ['site_id', 'email_key'])
      .execute();
    await db.schema.alterTable('agents').addColumn('totp_secret', 'text').execute();
    await db.schema.alterTable('agents').addColumn('totp_pending', 'text').execute();
    await db.schema.alterTable('agents').addColumn('totp_step', 'bigint').execute();
    await db.schema
      .createTable('recovery_codes')
      .addColumn('agent_id', 'bigint', (column) =>
        column.notNull().references('agents.id').onDelete('cascade'),
      )
      .addColumn('code_hash', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('recovery_codes_key', ['agent_id', 'code_hash'])
      .execute();
  },
};
