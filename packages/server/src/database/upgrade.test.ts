import BetterSqlite3 from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { hashPassword } from '../agent/password.ts';
import { postgresDatabases, sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { call, caller, signIn } from '../testing/http-client.ts';
import { SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { hashToken } from '../token.ts';
import { MIGRATION_NAMES, migrate } from './migrations/migrations.ts';

const [OLDEST = ''] = MIGRATION_NAMES;
const VISITOR_TOKEN = 'a-token-that-a-browser-has-kept-since';
const AGENT = { email: 'ada@shop.example', password: 'a password of long ago' };
const PASSWORD_HASH = hashPassword(AGENT.password);
const AT_MS = 1_750_000_000_000;

/** What an installation of the first version held: what it names is as people had left it. */
async function fill(db: Kysely<unknown>): Promise<void> {
  const hash = await PASSWORD_HASH;
  const statements = [
    sql`insert into sites (token, name, locale, allowed_origins, appearance, prechat, typing_preview,
      reopen_window_ms, identity_secret, created_at)
      values (${SITE_TOKEN}, 'Old shop', 'de', '[]', '{"color":"#0f766e"}', 'optional', 1, 86400000, 's', ${AT_MS})`,
    sql`insert into agents (name, email, email_key, password_hash, disabled, created_at)
      values ('Ada', ${AGENT.email}, ${AGENT.email}, ${hash}, 0, ${AT_MS})`,
    sql`insert into memberships (site_id, agent_id, role, created_at) values (1, 1, 'owner', ${AT_MS})`,
    sql`insert into visitors (site_id, name, email, email_key, email_verified, created_at, last_seen_at)
      values (1, 'Grace', 'grace@mail.example', 'grace@mail.example', 0, ${AT_MS}, ${AT_MS})`,
    sql`insert into visitor_tokens (token_hash, site_id, visitor_id, created_at)
      values (${hashToken(VISITOR_TOKEN)}, 1, 1, ${AT_MS})`,
    ...[
      ['resolved', 1],
      ['open', null],
    ].map(
      ([status, resolved]) =>
        sql`insert into conversations (site_id, visitor_id, status, category, assignee_id, labels, v_head,
          a_head, v_visitor_read, a_visitor_read, v_agent_read, a_agent_read, a_last_message, created_at,
          last_activity_at, waiting_since, resolved_at)
          values (1, 1, ${status}, 'human-chats', 1, '["vip"]', 2, 3, 1, 1, 1, 1, 3, ${AT_MS}, ${AT_MS}, null,
            ${resolved})`,
    ),
    ...[1, 2].flatMap((conversation) =>
      [
        { v: 1, a: 1, from: 'visitor', private: 0, text: 'Is this still here?' },
        { v: null, a: 2, from: 'agent', private: 1, text: 'a note' },
        { v: 2, a: 3, from: 'agent', private: 0, text: 'It is.' },
      ].map(
        (message) =>
          sql`insert into messages (site_id, conversation_id, v_seq, v_changed_seq, a_seq, a_changed_seq,
            sender_type, sender_id, sender_name, client_message_id, request_hash, private, text, created_at)
            values (1, ${conversation}, ${message.v}, ${message.v}, ${message.a}, ${message.a}, ${message.from}, 1,
              'Name', ${`${conversation}-${message.a}`}, 'h', ${message.private}, ${message.text}, ${AT_MS})`,
      ),
    ),
    sql`insert into attachments (site_id, conversation_id, message_id, position, name, type, size_bytes, kind,
      meta, storage_key, created_at)
      values (1, 2, 4, 0, 'plan.pdf', 'application/pdf', 10, 'file', '{}', 'none', ${AT_MS})`,
    sql`insert into settings (key, value, updated_at) values ('app_key', 'the key of long ago', ${AT_MS})`,
  ];
  for (const statement of statements) await statement.execute(db);
}

/** Without a wait for the disk at each statement. */
function unsafely(file: string): BetterSqlite3.Database {
  const database = new BetterSqlite3(file);
  database.pragma('synchronous = OFF');
  return database;
}

/** The database as a version had left it whose last migration was this one. */
async function leftAt(databases: TestDatabases, level: string): Promise<void> {
  const db = new Kysely<unknown>({
    dialect:
      databases.url === null
        ? new SqliteDialect({ database: unsafely(databases.file) })
        : new PostgresDialect({ pool: new Pool({ connectionString: databases.url, max: 1 }) }),
  });
  try {
    await migrate(db, OLDEST);
    await fill(db);
    await migrate(db, level);
  } finally {
    await db.destroy();
  }
}

/** The server of today starts on it, and everybody finds what they had. */
async function worksOn(databases: TestDatabases): Promise<void> {
  const server = await startServer(databases, {
    env: { PARLEY_ADMIN_EMAIL: AGENT.email, PARLEY_ADMIN_PASSWORD: AGENT.password },
  });
  onTestFinished(() => server.stop());
  const visitor = caller(server.url, { authorization: `Bearer ${VISITOR_TOKEN}` });
  const page = await visitor.call('GET', '/api/chatbot/conversation/2');
  expect(page.json).toMatchObject({
    messages: [
      { seq: 1, text: 'Is this still here?', attachments: [{ name: 'plan.pdf' }] },
      { seq: 2, text: 'It is.' },
    ],
  });
  const sent = await visitor.call('POST', '/api/chatbot/message', { text: 'Good.' });
  expect(sent.json).toMatchObject({ message: { conversation_id: 2, seq: 3 } });
  const agent = await signIn(server.url, AGENT);
  const inbox = await agent.call('GET', '/admin/chatbot');
  expect(inbox.json).toMatchObject({ conversations: [{ id: 2, labels: ['vip'] }, { id: 1 }] });
  const config = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
  expect(config.json).toMatchObject({
    site: { name: 'Old shop', appearance: { color: '#0f766e' } },
  });
}

describe('a database of an earlier version', () => {
  test.each(MIGRATION_NAMES)('SQLite, left at %s', async (level) => {
    const databases = await sqliteDatabases();
    onTestFinished(() => databases.discard());
    await leftAt(databases, level);
    if (level === OLDEST) return worksOn(databases);
    const database = await databases.open();
    const messages = await database.query(
      database.sql.db.selectFrom('messages').select(['text', 'a_seq']).orderBy('id').compile(),
    );
    await database.close();
    expect(messages.map(({ text }) => text)).toEqual(
      [1, 2].flatMap(() => ['Is this still here?', 'a note', 'It is.']),
    );
  });

  test('of a newer version: the start says so', async () => {
    const databases = await sqliteDatabases();
    onTestFinished(() => databases.discard());
    const db = new Kysely<unknown>({
      dialect: new SqliteDialect({ database: unsafely(databases.file) }),
    });
    await migrate(db, OLDEST);
    const at = new Date(AT_MS).toISOString();
    await sql`insert into kysely_migration values ('9999-later', ${at})`.execute(db);
    await db.destroy();
    await expect(databases.open()).rejects.toThrow('is of a newer Parley (9999-later)');
  });

  const url = inject('postgresUrl');
  test.skipIf(url === null)('PostgreSQL, of the first version', async () => {
    const databases = await postgresDatabases(url ?? '');
    onTestFinished(() => databases.discard());
    await leftAt(databases, OLDEST);
    await worksOn(databases);
  });
});
