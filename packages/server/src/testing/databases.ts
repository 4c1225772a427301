import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Database, DatabaseLogger } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import { TRANSACTIONS } from './transactions.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** An address with the right to create databases, or null where PostgreSQL did not start. */
    postgresUrl: string | null;
  }
}

/** An empty place for one test file; `open` may be called several times: several nodes. */
export interface TestDatabases {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** For connections that go around the product; null on SQLite. */
  readonly url: string | null;
  readonly file: string;
  open(): Promise<Database>;
  /** After everything that was opened is closed. */
  discard(): Promise<void>;
}

export type MakeDatabases = () => Promise<TestDatabases>;

const silent: DatabaseLogger = { warn: () => undefined, error: () => undefined };
const common = { transactions: TRANSACTIONS, isShared: true, logger: silent };

export async function sqliteDatabases(): Promise<TestDatabases> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-store-'));
  const file = join(folder, 'parley.sqlite');
  return {
    name: 'SQLite',
    url: null,
    file,
    open: () => openDatabase({ ...common, url: undefined, file }),
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function postgresDatabases(serverUrl: string): Promise<TestDatabases> {
  const name = `parley_${randomUUID().replaceAll('-', '')}`;
  await administer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    name: 'PostgreSQL',
    url: url.href,
    file: '',
    open: () => openDatabase({ ...common, url: url.href, file: '' }),
    discard: () => administer(serverUrl, `drop database ${name} with (force)`),
  };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
