import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the visitor thought of it: a score from 1 to 5, and words. */
export const ratings: Migration = {
  async up(db: Kysely<unknown>) {
    const columns = { rating: 'integer', rating_comment: 'text', rated_at: 'bigint' } as const;
    for (const [name, type] of Object.entries(columns)) {
      await db.schema.alterTable('conversations').addColumn(name, type).execute();
    }
  },
};
