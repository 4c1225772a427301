import type { OutboxStore, StoredEntry } from './outbox-store.ts';

const DATABASE = 'parley';
const STORE = 'outbox';
const NOTE = 'parley.outbox.';

/**
 * The outbox in IndexedDB. A transaction takes a moment, in which the page may be left: until it is
 * done the entry is noted in `localStorage`, which is written at once; where IndexedDB does not
 * work, the note stays and serves.
 */
export function indexedOutbox(): OutboxStore {
  let opened: Promise<IDBDatabase> | null = null;
  /** Calls that have no answer yet. */
  let waiting = 0;

  async function use<T>(
    mode: IDBTransactionMode,
    act: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    opened ??= open();
    waiting += 1;
    try {
      return await transact(await opened, mode, act);
    } catch (error) {
      // The browser may have closed it; the next call opens it anew.
      opened = null;
      throw error;
    } finally {
      waiting -= 1;
    }
  }

  return {
    async load() {
      const noted = readNotes();
      // It may hang for good; whoever asks again is served by another connection, if by any.
      if (waiting > 0) opened = null;
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

async function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => {
      const key: keyof StoredEntry = 'clientMessageId';
      request.result.createObjectStore(STORE, { keyPath: key });
    });
    request.addEventListener('success', () => {
      // A newer version in another tab must not wait for this one.
      request.result.addEventListener('versionchange', () => request.result.close());
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
