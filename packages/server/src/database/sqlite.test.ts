import BetterSqlite3 from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteDatabases } from '../testing/databases.ts';
import { DatabaseUnavailableError, run, type Sql } from './database.ts';
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

  it('another process that writes is waited for, without blocking the loop', async () => {
    const { database, file } = await open();
    const outside = new BetterSqlite3(file);
    onTestFinished(() => {
      outside.close();
    });
    outside.exec('begin immediate');
    const writing = database.write(put, { key: 'waited' });
    // Timers go on while it waits.
    for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    outside.exec('commit');
    await writing;
    expect(outside.prepare('select count(*) from settings').pluck().get()).toBe(1);
  });

  it.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
    '[SYNC-1] on a full disk nothing is acknowledged; with room again it works without a restart',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'parley-full-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
      const database = await openSqlite(join(folder, 'parley.sqlite'));
      onTestFinished(async () => {
        await database.close();
        execFileSync('umount', [folder]);
        await rm(folder, { recursive: true });
      });
      const ballast = join(folder, 'ballast');
      await fill(ballast);
      const acknowledged: string[] = [];
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

function* put(sql: Sql, { key, value = '' }: { key: string; value?: string }) {
  yield* run(sql.db.insertInto('settings').values({ key, value, updated_at: 1 }).compile());
}

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
