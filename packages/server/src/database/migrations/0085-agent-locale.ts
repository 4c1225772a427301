import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The language in which an agent wants to be addressed. */
export const agentLocale: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('agents').addColumn('locale', 'text').execute();
  },
};
