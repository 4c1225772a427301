import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shelfOf } from './storage.ts';
import type { FileStorage } from './storage.ts';

/** Files in a folder of this machine; what is put must lie on the same file system. */
export function createDiskStorage(folder: string): FileStorage {
  const pathOf = (key: string): string => join(folder, shelfOf(key), key);
  return {
    async put(key, path) {
      const target = pathOf(key);
      const shelf = dirname(target);
      await mkdir(shelf, { recursive: true, mode: 0o700 });
      await sync(path);
      await rename(path, target);
      // The names of a file and of its folder are on disk only once their folders are.
      await sync(shelf);
      await sync(folder);
    },
    async read(key, range) {
      const handle = await open(pathOf(key), 'r').catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw error;
      });
      return handle?.createReadStream(range ?? {}) ?? null;
    },
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
