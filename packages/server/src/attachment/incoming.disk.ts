import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** A form that is not done by then was left behind by a process that died. */
const LEFT_BEHIND_MS = 60 * 60_000;

/** Where the files of a form are while they come in: one folder for each form. */
export class IncomingFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(): Promise<string> {
    const path = join(this.#folder, randomUUID());
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** How many bytes the file system has left. */
  async free_bytes(): Promise<number> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  /** Removes what nobody will ever ask for. */
  async sweep(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const { mtimeMs } = await stat(path);
      // By the clock of the machine, which set the time of the folder.
      if (Date.now() - mtimeMs > LEFT_BEHIND_MS) await rm(path, { recursive: true, force: true });
    }
  }
}
