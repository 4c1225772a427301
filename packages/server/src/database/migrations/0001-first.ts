import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { primaryId } from './column.ts';

/** Frozen: what was released is changed by the next migration only. */
export const first: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
  await createSites(db);
  await createAgents(db);
  await createVisitors(db);
  await createConversations(db);
  await createMessages(db);
  await createInfrastructure(db);
}

async function createSites(db: Kysely<unknown>): Promise<void> {
  await primaryId(db, db.schema.createTable('sites'))
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('locale', 'text', (column) => column.notNull())
    .addColumn('allowed_origins', 'text', (column) => column.notNull())
    .addColumn('appearance', 'text', (column) => column.notNull())
    .addColumn('prechat', 'text', (column) => column.notNull())
    .addColumn('typing_preview', 'integer', (column) => column.notNull())
    .addColumn('reopen_window_ms', 'bigint', (column) => column.notNull())
    .addColumn('identity_secret', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
}

async function createAgents(db: Kysely<unknown>): Promise<void> {
  await primaryId(db, db.schema.createTable('agents'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('email_key', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('memberships')
    .addColumn('site_id', 'bigint', (column) =>
      column.notNull().references('sites.id').onDelete('cascade'),
    )
    .addColumn('agent_id', 'bigint', (column) =>
      column.notNull().references('agents.id').onDelete('cascade'),
    )
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('memberships_key', ['agent_id', 'site_id'])
    .execute();
  await db.schema.createIndex('memberships_site').on('memberships').column('site_id').execute();
  await db.schema
    .createTable('sessions')
    .addColumn('token_hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('agent_id', 'bigint', (column) =>
      column.notNull().references('agents.id').onDelete('cascade'),
    )
    .addColumn('csrf_token', 'text', (column) => column.notNull())
    .addColumn('user_agent', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sessions_agent').on('sessions').column('agent_id').execute();
  await db.schema.createIndex('sessions_expiry').on('sessions').column('expires_at').execute();
}

async function createVisitors(db: Kysely<unknown>): Promise<void> {
  await primaryId(db, db.schema.createTable('visitors'))
    .addColumn('site_id', 'bigint', (column) =>
      column.notNull().references('sites.id').onDelete('cascade'),
    )
    .addColumn('name', 'text')
    .addColumn('email', 'text')
    .addColumn('email_key', 'text')
    .addColumn('identity', 'text')
    .addColumn('email_verified', 'integer', (column) => column.notNull())
    .addColumn('locale', 'text')
    .addColumn('page', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .execute();
  // Two visitors without an identity do not collide: nulls are distinct in both databases.
  await db.schema
    .createIndex('visitors_identity')
    .on('visitors')
    .columns(['site_id', 'identity'])
    .unique()
    .execute();
  await db.schema
    .createIndex('visitors_email')
    .on('visitors')
    .columns(['site_id', 'email_key'])
    .execute();
  await db.schema
    .createTable('visitor_tokens')
    .addColumn('token_hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('site_id', 'bigint', (column) =>
      column.notNull().references('sites.id').onDelete('cascade'),
    )
    .addColumn('visitor_id', 'bigint', (column) =>
      column.notNull().references('visitors.id').onDelete('cascade'),
    )
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('visitor_tokens_visitor')
    .on('visitor_tokens')
    .column('visitor_id')
    .execute();
}

async function createConversations(db: Kysely<unknown>): Promise<void> {
  const count = [
    'v_head',
    'a_head',
    'v_visitor_read',
    'a_visitor_read',
    'v_agent_read',
    'a_agent_read',
    'a_last_message',
  ];
  let table = primaryId(db, db.schema.createTable('conversations'))
    .addColumn('site_id', 'bigint', (column) =>
      column.notNull().references('sites.id').onDelete('cascade'),
    )
    .addColumn('visitor_id', 'bigint', (column) =>
      column.notNull().references('visitors.id').onDelete('cascade'),
    )
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('assignee_id', 'bigint', (column) =>
      column.references('agents.id').onDelete('set null'),
    )
    .addColumn('labels', 'text', (column) => column.notNull());
  for (const name of count) table = table.addColumn(name, 'bigint', (column) => column.notNull());
  await table
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_activity_at', 'bigint', (column) => column.notNull())
    .addColumn('waiting_since', 'bigint')
    .addColumn('resolved_at', 'bigint')
    .execute();
  // SYNC-13: at most one that is not resolved, however many requests open it at once.
  await db.schema
    .createIndex('conversations_unresolved')
    .on('conversations')
    .column('visitor_id')
    .unique()
    .where(sql.ref('status'), '!=', sql.lit('resolved'))
    .execute();
  await db.schema
    .createIndex('conversations_visitor')
    .on('conversations')
    .columns(['visitor_id', 'resolved_at'])
    .execute();
  await db.schema
    .createIndex('conversations_inbox')
    .on('conversations')
    .columns(['site_id', 'last_activity_at', 'id'])
    .execute();
}

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await primaryId(db, db.schema.createTable('messages'))
    .addColumn('site_id', 'bigint', (column) =>
      column.notNull().references('sites.id').onDelete('cascade'),
    )
    .addColumn('conversation_id', 'bigint', (column) =>
      column.notNull().references('conversations.id').onDelete('cascade'),
    )
    .addColumn('v_seq', 'bigint')
    .addColumn('v_changed_seq', 'bigint')
    .addColumn('a_seq', 'bigint', (column) => column.notNull())
    .addColumn('a_changed_seq', 'bigint', (column) => column.notNull())
    .addColumn('sender_type', 'text', (column) => column.notNull())
    .addColumn('sender_id', 'bigint', (column) => column.notNull())
    .addColumn('sender_name', 'text')
    .addColumn('client_message_id', 'text')
    .addColumn('request_hash', 'text', (column) => column.notNull())
    .addColumn('private', 'integer', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('edited_at', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .execute();
  // SYNC-2: one message for one client_message_id of one sender, in the whole site.
  const unique = {
    messages_idempotency: ['site_id', 'sender_type', 'sender_id', 'client_message_id'],
    messages_v_seq: ['conversation_id', 'v_seq'],
    messages_v_changed: ['conversation_id', 'v_changed_seq'],
    messages_a_seq: ['conversation_id', 'a_seq'],
    messages_a_changed: ['conversation_id', 'a_changed_seq'],
  };
  for (const [name, columns] of Object.entries(unique)) {
    await db.schema.createIndex(name).on('messages').columns(columns).unique().execute();
  }
  // SYNC-12: unread counts are computed at each message, from this index alone.
  await db.schema
    .createIndex('messages_unread')
    .on('messages')
    .columns(['conversation_id', 'sender_type', 'private', 'deleted_at', 'a_seq'])
    .execute();
  await primaryId(db, db.schema.createTable('attachments'))
    .addColumn('site_id', 'bigint', (column) =>
      column.notNull().references('sites.id').onDelete('cascade'),
    )
    .addColumn('conversation_id', 'bigint', (column) =>
      column.notNull().references('conversations.id').onDelete('cascade'),
    )
    .addColumn('message_id', 'bigint', (column) =>
      column.notNull().references('messages.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('size_bytes', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('meta', 'text', (column) => column.notNull())
    .addColumn('storage_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('attachments_message')
    .on('attachments')
    .column('message_id')
    .execute();
}

async function createInfrastructure(db: Kysely<unknown>): Promise<void> {
  await primaryId(db, db.schema.createTable('jobs'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('queue_key', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('run_at', 'bigint', (column) => column.notNull())
    .addColumn('locked_until', 'bigint')
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('jobs_queue').on('jobs').columns(['queue_key', 'id']).execute();
  await db.schema
    .createTable('settings')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
}
