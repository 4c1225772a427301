// What happens to the disk below SQLite.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Scene } from './fault.ts';
import type { LiveServer } from '../harness/server.ts';
import { sqliteFile } from './store.ts';
import { injectIntoSyncs, straceMissing } from './strace.ts';

/** On SQLite there is one. */
function serverOf({ stage }: Scene): LiveServer {
  const [node] = stage.nodes;
  if (node === undefined) throw new Error('a stage without a node');
  return node.server;
}

export const diskFull: Fault = {
  name: 'disk full',
  grounds: ['SQLite'],
  missing: () => (mountSmall(false) === null ? 'no tmpfs can be mounted (not root?)' : null),
  async prepare() {
    const dataDir = mountSmall(true);
    if (dataDir === null) throw new Error('no tmpfs can be mounted');
    return {
      stage: { dataDir },
      async close() {
        spawnSync('umount', [dataDir]);
        await rmdir(dataDir);
      },
    };
  },
  async strike(scene) {
    const { dataDir } = serverOf(scene);
    const ballast = join(dataDir, 'ballast');
    await fill(ballast);
    await delay(scene.random.between(1000, 3000));
    await rm(ballast);
    await delay(scene.random.between(1000, 4000));
  },
};

/** A file system of its own that is small; `keep`: or only the attempt. */
function mountSmall(keep: boolean): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'parley-small-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]);
  if (status === 0 && keep) return folder;
  if (status === 0) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return status === 0 ? folder : null;
}

/** Until nothing fits any more. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const size_bytes of [1 << 20, 4096, 1]) {
      const chunk = Buffer.alloc(size_bytes);
      try {
        for (;;) await file.appendFile(chunk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    await file.close();
  }
}

export const syncFails: Fault = {
  name: 'fdatasync fails',
  grounds: ['SQLite'],
  missing: straceMissing,
  async strike(scene) {
    const strace = await injectIntoSyncs(serverOf(scene).pid, 'error=EIO');
    await delay(scene.random.between(300, 2000));
    await strace.stop();
    await delay(scene.random.between(1000, 4000));
  },
};

export const killedBeforeAnswer: Fault = {
  name: 'kill -9 between commit and answer',
  grounds: ['SQLite'],
  missing: straceMissing,
  async strike({ stage, random }) {
    const [node] = stage.nodes;
    if (node === undefined) return;
    // Nearly all of the time passes between the commit on the disk and the answer.
    const strace = await injectIntoSyncs(node.server.pid, 'delay_exit=60000');
    await delay(random.between(300, 1200));
    await node.kill('SIGKILL');
    await strace.stop();
    await node.startAgain();
    await delay(random.between(1000, 4000));
  },
};

export const foreignWriter: Fault = {
  name: 'another program writes for 3 s',
  grounds: ['SQLite'],
  async strike(scene) {
    const database = new DatabaseSync(sqliteFile(serverOf(scene).dataDir), { timeout: 10_000 });
    try {
      database.exec('BEGIN IMMEDIATE');
      await delay(scene.random.between(500, 3000));
      database.exec('COMMIT');
    } finally {
      database.close();
    }
    await delay(scene.random.between(500, 3000));
  },
};
