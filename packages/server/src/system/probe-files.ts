import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FileStorage } from '../attachment/storage.ts';

/** Keeps a file, reads a part of it and removes it: all that a server does there. */
export async function probeFiles(storage: FileStorage): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-doctor-'));
  const key = randomUUID();
  try {
    const path = join(folder, key);
    await writeFile(path, 'parley doctor');
    await storage.put(key, path);
    const part = await storage.read(key, { start: 7, end: 12 });
    const said = part === null ? 'nothing' : await text(part);
    if (said !== 'doctor') throw new Error(`it gives "${said}" for a part of a file`);
    await storage.remove(key);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
