// The database behind the product's back: what really stands in it.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { withClient } from '../harness/postgres.ts';
import type { Stored } from './history.ts';

export interface StoreAccess {
  read(): Promise<Stored>;
  /** Several statements, one after the other. */
  execute(statements: string): Promise<void>;
}

// PostgreSQL gives a bigint as text, SQLite a boolean as a number.
const integer = z.coerce.number().int();
const MessageRow = z.object({
  id: integer,
  conversation_id: integer,
  client_message_id: z.string().nullable(),
  text: z.string(),
  private: integer,
  v_seq: integer.nullable(),
  a_seq: integer,
});
const ConversationRow = z.object({ id: integer, v_head: integer, a_head: integer });

const messagesQuery = `SELECT id, conversation_id, client_message_id, text, private, v_seq, a_seq
  FROM messages ORDER BY id`;
const conversationsQuery = 'SELECT id, v_head, a_head FROM conversations ORDER BY id';

/** @throws ZodError where the tables are not what they were */
function storedFrom(messages: unknown, conversations: unknown): Stored {
  return {
    messages: z
      .array(MessageRow)
      .parse(messages)
      .map((row) => ({
        id: row.id,
        conversationId: row.conversation_id,
        key: row.client_message_id,
        text: row.text,
        private: row.private !== 0,
        visitorSeq: row.v_seq,
        agentSeq: row.a_seq,
      })),
    conversations: z
      .array(ConversationRow)
      .parse(conversations)
      .map((row) => ({ id: row.id, visitorHead: row.v_head, agentHead: row.a_head })),
  };
}

export const sqliteFile = (dataDir: string): string => join(dataDir, 'parley.sqlite');

export function sqliteAccess(dataDir: string): StoreAccess {
  const use = <T>(work: (database: DatabaseSync) => T): Promise<T> => {
    const database = new DatabaseSync(sqliteFile(dataDir), { timeout: 5000 });
    try {
      return Promise.resolve(work(database));
    } finally {
      database.close();
    }
  };
  return {
    read: () =>
      use((database) => {
        database.exec('BEGIN');
        return storedFrom(
          database.prepare(messagesQuery).all(),
          database.prepare(conversationsQuery).all(),
        );
      }),
    execute: (statements) => use((database) => database.exec(statements)),
  };
}

export function postgresAccess(url: string): StoreAccess {
  return {
    read: () =>
      withClient(url, async (client) => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        const messages = await client.query(messagesQuery);
        const conversations = await client.query(conversationsQuery);
        return storedFrom(messages.rows, conversations.rows);
      }),
    execute: (statements) =>
      withClient(url, async (client) => {
        await client.query(statements);
      }),
  };
}
