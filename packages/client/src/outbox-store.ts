import { isEnclosure, type Enclosure } from './enclosure.ts';
import { boolean, integer, nullable, number, object, optional, string } from './guard.ts';
import type { Failure } from './view.ts';

/** A message as it is kept until the server has acknowledged it (SYNC-9). */
export interface StoredEntry {
  readonly clientMessageId: string;
  /** Whose message it is: it is sent and shown for nobody else. */
  readonly owner: string;
  /** Null: the visitor's, who has one conversation at a time. */
  readonly conversationId: number | null;
  /** Its place among the others of its owner; grows. */
  readonly order: number;
  readonly text: string;
  readonly enclosure?: Enclosure;
  /** A note of an agent. */
  readonly private: boolean;
  /** Unix milliseconds. */
  readonly written_ms: number;
  /** Null: it is still to be sent. */
  readonly failed: { readonly error: Failure; readonly afterSeq: number } | null;
}

/**
 * Where messages outlive the page. Any call may reject or never end (private mode, full disk, a
 * browser's defect); `OutboxKeeper` bounds that.
 */
export interface OutboxStore {
  /** Everything that is kept, of all owners. Read from outside: of any form. */
  load(): Promise<readonly unknown[]>;
  /** Resolves when it outlives this page; in place of an earlier one with its id. */
  put(entry: StoredEntry): Promise<void>;
  remove(clientMessageId: string): Promise<void>;
}

/** The storage is open to extensions, old versions and curious people. */
export const isStoredEntry = object<StoredEntry>({
  clientMessageId: string,
  owner: string,
  conversationId: nullable(integer),
  order: number,
  text: string,
  enclosure: optional(isEnclosure),
  private: boolean,
  written_ms: number,
  failed: nullable(
    object<{ error: Failure; afterSeq: number }>({
      error: object<Failure>({ code: string, message: string }),
      afterSeq: integer,
    }),
  ),
});

/** For Node, where nothing outlives the process. */
export function memoryOutbox(): OutboxStore {
  const entries = new Map<string, StoredEntry>();
  return {
    load: () => Promise.resolve([...entries.values()]),
    put(entry) {
      entries.set(entry.clientMessageId, entry);
      return Promise.resolve();
    },
    remove(clientMessageId) {
      entries.delete(clientMessageId);
      return Promise.resolve();
    },
  };
}
