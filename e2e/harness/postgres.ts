import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** An empty database of its own; `discard` after nobody uses it any more. */
export interface OwnDatabase {
  readonly url: string;
  readonly name: string;
  discard(): Promise<void>;
}

/** @param serverUrl with the right to create databases */
export async function createDatabase(serverUrl: string): Promise<OwnDatabase> {
  const name = `parley_${randomUUID().replaceAll('-', '')}`;
  const administer = (statement: string): Promise<void> =>
    withClient(serverUrl, async (client) => {
      await client.query(statement);
    });
  await administer(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    discard: () => administer(`drop database if exists ${name} with (force)`),
  };
}

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // Its end is a fault that is made here; whoever waits for an answer hears of it by that.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
