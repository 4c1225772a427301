// The one thread that writes to the SQLite file. Whatever it waits for, the disk or another process,
// requests and sockets go on meanwhile.
import '../traces.ts';
import { parentPort, workerData } from 'node:worker_threads';
import type { Transaction, Transactions } from './database.ts';
import { sqliteSql } from './sql.ts';
import { writeBatch, type Request } from './sqlite-batch.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { packed, type WriterAnswer, type WriterBatch, type WriterStart } from './writer-message.ts';

/**
 * So many pages (of 4 KB) the log may have before they go into the file. A page that is written again
 * meanwhile goes once; and so many the first block of the log's index can name, in which readers look.
 */
const CHECKPOINT_PAGES = 4_000;

const { file, transactionsUrl } = workerData as WriterStart;
const { TRANSACTIONS } = (await import(transactionsUrl)) as { TRANSACTIONS: Transactions };
const transactions = new Map(Object.entries(TRANSACTIONS.all));
const sql = sqliteSql();
const connection = new SqliteConnection(file, { timeout: 0 });
connection.raw.pragma('synchronous = FULL');
connection.raw.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
const port = parentPort;
if (port === null) throw new Error('This is started as a thread');

port.on('message', (batch: WriterBatch) => {
  if (batch === null) {
    connection.raw.close();
    port.close();
    return;
  }
  const requests = batch.map(([name, input, origin]): Request => ({
    transaction: named(name),
    input,
    origin,
  }));
  const outcomes = writeBatch(connection, sql, requests).map(packed);
  const at_ms = performance.timeOrigin + performance.now();
  port.postMessage({ at_ms, outcomes } satisfies WriterAnswer);
});

function named(name: string): Transaction<unknown, unknown> {
  const transaction = transactions.get(name);
  if (transaction === undefined) throw new Error(`There is no transaction ${name}`);
  return transaction as Transaction<unknown, unknown>;
}
