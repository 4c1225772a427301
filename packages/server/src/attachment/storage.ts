import type { Readable } from 'node:stream';
import type { ByteRange } from './range.ts';

/** Where the content of files lies, by keys that the server made up. */
export interface FileStorage {
  /** Takes a local file, which may be gone from its place then. It survives a crash once this resolved. */
  put(key: string, path: string): Promise<void>;
  /** Null where there is none. Whoever asks reads it to its end, or destroys it. */
  read(key: string, range: ByteRange | null): Promise<Readable | null>;
  /** Harmless where there is none. */
  remove(key: string): Promise<void>;
}

const KEY = /^[0-9a-f]{2}[0-9a-f-]{34}$/;

/**
 * The folder that a key lies in, in every storage: so the tree of one can be copied to another.
 * @throws Error for what is no key
 */
export function shelfOf(key: string): string {
  if (!KEY.test(key)) throw new Error('This is no key of a file');
  return key.slice(0, 2);
}
