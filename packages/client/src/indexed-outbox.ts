import type { OutboxStore, StoredEntry } from './outbox-store.ts';

const DATABASE = 'parley';
const STORE = 'outbox';
const NOTE = 'parley.outbox.';

/** One that has not answered for so long is not waited for any more. */
const HANGS_ms = 1_000;

interface Connection {
  readonly database: Promise<IDBDatabase>;
  /** Calls that have no answer yet. */
  waiting: number;
  /** When it answered last, or the first of those that wait was made. */
  heard_ms: number;
}

const hangs = ({ waiting, heard_ms }: Connection): boolean =>
  waiting > 0 && performance.now() - heard_ms >= HANGS_ms;

/**
 * The outbox in IndexedDB. A transaction takes a moment, in which the page may be left: until it is
 * done the entry is noted in `localStorage`, which is written at once; where IndexedDB does not
 * work, the note stays and serves.
 */
export function indexedOutbox(): OutboxStore {
  let current: Connection | null = null;

  async function use<T>(
    mode: IDBTransactionMode,
    act: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    const connection = (current ??= connect());
    if (connection.waiting === 0) connection.heard_ms = performance.now();
    connection.waiting += 1;
    try {
      return await transact(await connection.database, mode, act);
    } catch (error) {
      // The browser may have closed it; the next call opens it anew.
      leave(connection);
      throw error;
    } finally {
      connection.waiting -= 1;
      connection.heard_ms = performance.now();
    }
  }

  function connect(): Connection {
    const connection: Connection = {
      database: open(() => leave(connection)),
      waiting: 0,
      heard_ms: 0,
    };
    return connection;
  }

  /** What is under way on it ends first; one that is not closed is never freed. */
  function leave(connection: Connection): void {
    if (current === connection) current = null;
    connection.database.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  return {
    async load() {
      const noted = readNotes();
      // It may hang for good; whoever asks again is served by another connection, if by any.
      if (current !== null && hangs(current)) leave(current);
      try {
        return [
          ...(await use('readonly', (store) => store.getAll() as IDBRequest<unknown[]>)),
          ...noted,
        ];
      } catch (error) {
        if (noted.length === 0) throw error;
        return noted;
      }
    },
    async put(entry) {
      const note = JSON.stringify(entry);
      // A note holds no files; without them it would be another message.
      const noted =
        entry.enclosure === undefined &&
        tryStorage((storage) => storage.setItem(NOTE + entry.clientMessageId, note));
      try {
        await use('readwrite', (store) => store.put(entry));
      } catch (error) {
        if (!noted) throw error;
        return;
      }
      tryStorage((storage) => {
        const key = NOTE + entry.clientMessageId;
        // A later state of it may be on its way already.
        if (storage.getItem(key) === note) storage.removeItem(key);
      });
    },
    async remove(clientMessageId) {
      tryStorage((storage) => storage.removeItem(NOTE + clientMessageId));
      await use('readwrite', (store) => store.delete(clientMessageId));
    },
  };
}

/** @param onGone a newer version in another tab, which must not wait for this one, or no database any more */
async function open(onGone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => {
      const key: keyof StoredEntry = 'clientMessageId';
      request.result.createObjectStore(STORE, { keyPath: key });
    });
    request.addEventListener('success', () => {
      for (const end of ['versionchange', 'close']) request.result.addEventListener(end, onGone);
      resolve(request.result);
    });
    request.addEventListener('error', () => reject(request.error ?? new Error('no IndexedDB')));
  });
}

async function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.addEventListener('complete', () => resolve(request.result));
    transaction.addEventListener('abort', () => {
      reject(transaction.error ?? new Error('not stored'));
    });
    // Not waiting for more: it is done sooner, also where the page is being left.
    transaction.commit?.();
  });
}

function readNotes(): unknown[] {
  let keys: string[] = [];
  tryStorage((storage) => {
    keys = Object.keys(storage).filter((key) => key.startsWith(NOTE));
  });
  const notes: unknown[] = [];
  for (const key of keys) {
    tryStorage((storage) => notes.push(JSON.parse(storage.getItem(key) ?? 'null')));
  }
  return notes;
}

/** False where it is refused, full or not there; reading the property alone may throw. */
function tryStorage(use: (storage: Storage) => void): boolean {
  try {
    use(localStorage);
    return true;
  } catch {
    return false;
  }
}
