import BetterSqlite3 from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteDatabases } from '../testing/databases.ts';
import { endThread, put, TRANSACTIONS } from '../testing/transactions.ts';
import { DatabaseUnavailableError } from './database.ts';
import { openSqlite } from './sqlite.ts';

describe('SQLite', () => {
  async function open() {
    const databases = await sqliteDatabases();
    const database = await databases.open();
    onTestFinished(async () => {
      await database.close();
      await databases.discard();
    });
    return { database, file: databases.file };
  }

  it('[SYNC-1] writes that wait together are committed together, and each is on disk when acknowledged', async () => {
    const { database, file } = await open();
    const outside = new BetterSqlite3(file);
    onTestFinished(() => {
      outside.close();
    });
    const version = () => outside.pragma('data_version', { simple: true }) as number;
    const before = version();
    const seen = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        await database.write(put, { key: `${n}` });
        return outside.prepare('select count(*) from settings where key = ?').pluck().get(`${n}`);
      }),
    );
    expect(seen).toEqual(Array.from({ length: 20 }, () => 1));
    // Each commit of another connection raises it; one commit for all twenty.
    expect(version() - before).toBe(1);
    expect(outside.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('what is closed lies in its one file, whoever copies that', async () => {
    const databases = await sqliteDatabases();
    onTestFinished(() => databases.discard());
    const database = await databases.open();
    await database.write(put, { key: 'copied' });
    expect(existsSync(`${databases.file}-wal`)).toBe(true);
    await database.close();
    expect(existsSync(`${databases.file}-wal`)).toBe(false);
  });

  it('another process that writes is waited for, without blocking the loop', async () => {
    const { database, file } = await open();
    const outside = new BetterSqlite3(file);
    onTestFinished(() => {
      outside.close();
    });
    const count = database.sql.db.selectFrom('settings').select('key').compile();
    outside.exec('begin immediate');
    const writing = database.write(put, { key: 'waited' });
    // Timers go on while it waits, and so do reads; were the loop blocked, nobody could commit.
    for (let n = 0; n < 20; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await database.query(count)).toEqual([]);
    }
    outside.exec('commit');
    await writing;
    expect(await database.query(count)).toEqual([{ key: 'waited' }]);
  });

  it('[SYNC-1] should the thread that writes be lost, nothing is acknowledged, and another takes over', async () => {
    const { database } = await open();
    await database.write(put, { key: 'before' });
    const lost = await Promise.allSettled([
      database.write(put, { key: 'lost' }),
      database.write(endThread, {}),
      database.write(put, { key: 'lost too' }),
    ]);
    for (const outcome of lost) {
      expect(outcome).toMatchObject({ reason: expect.any(DatabaseUnavailableError) as unknown });
    }
    await database.write(put, { key: 'after' });
    const rows = await database.query(
      database.sql.db.selectFrom('settings').select('key').orderBy('key').compile(),
    );
    expect(rows).toEqual([{ key: 'after' }, { key: 'before' }]);
  });

  it('what the thread does not know, and what cannot be sent to it, is refused', async () => {
    const { database } = await open();
    function* unknown() {}
    await expect(database.write(unknown, {})).rejects.toThrow('not registered');
    const input = { key: 'x', value: (() => '') as unknown as string };
    await expect(database.write(put, input)).rejects.toThrow('could not be cloned');
    await database.write(put, { key: 'still' });
  });

  it.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
    '[SYNC-1] on a full disk nothing is acknowledged; with room again it works without a restart',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'parley-full-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
      const database = await openSqlite(join(folder, 'parley.sqlite'), TRANSACTIONS);
      onTestFinished(async () => {
        await database.close();
        execFileSync('umount', [folder]);
        await rm(folder, { recursive: true });
      });
      const acknowledged = ['before'];
      await database.write(put, { key: 'before' });
      const ballast = join(folder, 'ballast');
      await fill(ballast);
      const refusals: unknown[] = [];
      const attempt = async (key: string): Promise<void> => {
        try {
          await database.write(put, { key, value: 'x'.repeat(20_000) });
          acknowledged.push(key);
        } catch (error) {
          refusals.push(error);
        }
      };
      for (let round = 0; round < 10; round += 1) {
        await Promise.all([attempt(`${round} a`), attempt(`${round} b`)]);
      }
      expect(refusals.length).toBeGreaterThan(0);
      for (const refusal of refusals) expect(refusal).toBeInstanceOf(DatabaseUnavailableError);
      await rm(ballast);
      await attempt('after');
      expect(acknowledged).toContain('after');
      const rows = await database.query(
        database.sql.db.selectFrom('settings').select('key').compile(),
      );
      expect(new Set(rows.map((row) => row.key))).toEqual(new Set(acknowledged));
    },
  );
});

/** Until nothing more fits. */
async function fill(file: string): Promise<void> {
  for (let kilobytes = 1024; kilobytes >= 4; kilobytes = Math.floor(kilobytes / 2)) {
    for (;;) {
      try {
        await writeFile(file, Buffer.alloc(kilobytes * 1024), { flag: 'a' });
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
        break;
      }
    }
  }
}
