import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { store, storeNumber, storeValue } from '../testing/transactions.ts';
import { withWorld } from '../testing/with-world.ts';
import { all, UnstorableTextError, type Sql } from './database.ts';

/** What every database promises to the stores on it. */
export function databaseContract(make: MakeDatabases): void {
  describe('database', () => {
    const at = withWorld(make);
    const keys = async (prefix: string): Promise<string[]> => {
      const { database } = at.world();
      const rows = await database.query(
        database.sql.db.selectFrom('settings').select('key').orderBy('key').compile(),
      );
      return rows.map((row) => row.key).filter((key) => key.startsWith(prefix));
    };

    it('[SYNC-1] of writes at the same time each is kept or refused by itself', async () => {
      const { database } = at.world();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, n) =>
          database.write(store, { key: `batch ${String(n).padStart(2, '0')}`, fail: n % 3 }),
        ),
      );
      const kept = outcomes.flatMap((outcome, n) => (outcome.status === 'fulfilled' ? [n] : []));
      expect(kept).toEqual(Array.from({ length: 40 }, (_, n) => n).filter((n) => n % 3 === 0));
      expect(await keys('batch')).toEqual(kept.map((n) => `batch ${String(n).padStart(2, '0')}`));
      const reasons = new Set(
        outcomes.flatMap((outcome) =>
          outcome.status === 'rejected' ? [(outcome.reason as Error).message] : [],
        ),
      );
      // Half of the refusals are our own, the others the database's.
      expect(reasons).toContain('refused by the command');
      expect(reasons.size).toBe(2);
    });

    it('[SYNC-1] a read after an acknowledged write sees it, also on another node', async () => {
      const { database } = at.world();
      const other = (await at.another()).database;
      for (let n = 0; n < 20; n += 1) {
        await database.write(store, { key: `ack ${n}`, fail: 0 });
        const find = (sql: Sql) =>
          sql.db.selectFrom('settings').selectAll().where('key', '=', `ack ${n}`).compile();
        expect(await database.query(find(database.sql))).toHaveLength(1);
        expect(await other.query(find(other.sql))).toHaveLength(1);
      }
    });

    it('[SYNC-3] a snapshot reads one state, whatever is written meanwhile', async () => {
      const { database } = at.world();
      const other = (await at.another()).database;
      await database.write(store, { key: 'snapshot 0', fail: 0 });
      const writing = Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          other.write(store, { key: `snapshot ${n + 1}`, fail: 0 }),
        ),
      );
      const counts = await Promise.all(
        Array.from({ length: 30 }, () => database.snapshot(countTwice, { prefix: 'snapshot%' })),
      );
      await writing;
      for (const [before, after] of counts) expect(after).toBe(before);
      expect(await database.snapshot(countTwice, { prefix: 'snapshot%' })).toEqual([31, 31]);
    });

    it('[SPEC-9] what is kept comes back as it was; NUL and lone surrogates are refused alike', async () => {
      const { database } = at.world();
      const pieces = ['a', 'é', '😀', '\u0001', "'", '\\', '\u{10FFFF}', '\0', '\uD800', '\uDFFF'];
      const value = fc
        .array(fc.constantFrom(...pieces), { maxLength: 6 })
        .map((all) => all.join(''));
      await fc.assert(
        fc.asyncProperty(value, fc.uuid(), async (text, key) => {
          const storable = !text.includes('\0') && text.isWellFormed();
          const kept = database.write(storeValue, { key, value: text });
          if (storable) expect(await kept).toBe(text);
          else await expect(kept).rejects.toBeInstanceOf(UnstorableTextError);
        }),
        { numRuns: 60 },
      );
    });

    it('[SPEC-9] integers are exact up to 2^53 - 1', async () => {
      const { database } = at.world();
      for (const number of [0, -1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
        const row = await database.write(storeNumber, { key: `number ${number}`, number });
        expect(row).toBe(number);
      }
    });

    it('a migrated database is opened by several nodes at once and keeps its rows', async () => {
      await at.world().database.write(store, { key: 'kept', fail: 0 });
      const nodes = await Promise.all([at.another(), at.another(), at.another()]);
      for (const node of nodes) await node.database.ping();
      expect(await keys('kept')).toEqual(['kept']);
    });
  });

  it('an empty database is migrated once by nodes that start at the same time', async () => {
    const databases = await make();
    const nodes = await Promise.all([databases.open(), databases.open(), databases.open()]);
    for (const node of nodes) {
      await node.ping();
      await node.close();
    }
    await databases.discard();
  });
}

function* countTwice(sql: Sql, { prefix }: { prefix: string }) {
  const query = sql.db.selectFrom('settings').select('key').where('key', 'like', prefix).compile();
  const before = yield* all(query);
  const after = yield* all(query);
  return [before.length, after.length];
}
