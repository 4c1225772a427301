import type { Readable } from 'node:stream';
import type { ByteRange } from './range.ts';

/** Where the content of files lies, by keys that the server made up. */
export interface FileStorage {
  /** Takes over a local file. It survives a crash once this resolved. */
  put(key: string, path: string): Promise<void>;
  /** Null where there is none. Whoever asks reads it to its end, or destroys it. */
  read(key: string, range: ByteRange | null): Promise<Readable | null>;
  /** Harmless where there is none. */
  remove(key: string): Promise<void>;
}
