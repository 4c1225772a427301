import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { primaryId } from './column.ts';

/**
 * By what agents put conversations in order: labels and teams of a site, priority, until when one
 * sleeps; who is named in a note and has not seen it; and the views that an agent keeps.
 */
export const labelsAndTeams: Migration = {
  async up(db: Kysely<unknown>) {
    await createLabels(db);
    await createTeams(db);
    await createMentions(db);
    await createSavedViews(db);
    const add = () => db.schema.alterTable('conversations');
    await add()
      .addColumn('priority', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await add().addColumn('snoozed_until', 'bigint').execute();
    await add()
      .addColumn('team_id', 'bigint', (column) =>
        column.references('teams.id').onDelete('set null'),
      )
      .execute();
  },
};

async function createLabels(db: Kysely<unknown>): Promise<void> {
  await primaryId(db, db.schema.createTable('labels'))
    .addColumn('site_id', 'bigint', (column) =>
      column.notNull().references('sites.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('color', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('labels_name', ['site_id', 'name'])
    .execute();
}

async function createTeams(db: Kysely<unknown>): Promise<void> {
  await primaryId(db, db.schema.createTable('teams'))
    .addColumn('site_id', 'bigint', (column) =>
      column.notNull().references('sites.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('teams_name', ['site_id', 'name'])
    .execute();
  await db.schema
    .createTable('team_members')
    .addColumn('team_id', 'bigint', (column) =>
      column.notNull().references('teams.id').onDelete('cascade'),
    )
    .addColumn('agent_id', 'bigint', (column) =>
      column.notNull().references('agents.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('team_members_key', ['team_id', 'agent_id'])
    .execute();
  await db.schema.createIndex('team_members_agent').on('team_members').column('agent_id').execute();
}

/** One row for each agent who was named and has not seen it: reading takes it away. */
async function createMentions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mentions')
    .addColumn('agent_id', 'bigint', (column) =>
      column.notNull().references('agents.id').onDelete('cascade'),
    )
    .addColumn('conversation_id', 'bigint', (column) =>
      column.notNull().references('conversations.id').onDelete('cascade'),
    )
    .addColumn('message_id', 'bigint', (column) =>
      column.notNull().references('messages.id').onDelete('cascade'),
    )
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('mentions_key', ['agent_id', 'conversation_id', 'message_id'])
    .execute();
  await db.schema.createIndex('mentions_message').on('mentions').column('message_id').execute();
  await db.schema
    .createIndex('mentions_conversation')
    .on('mentions')
    .column('conversation_id')
    .execute();
}

async function createSavedViews(db: Kysely<unknown>): Promise<void> {
  await primaryId(db, db.schema.createTable('saved_views'))
    .addColumn('agent_id', 'bigint', (column) =>
      column.notNull().references('agents.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('query', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('saved_views_agent').on('saved_views').column('agent_id').execute();
}
