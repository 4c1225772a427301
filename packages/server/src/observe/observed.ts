// What is counted, around the parts that do it: none of them knows.
import type { FileStorage } from '../attachment/storage.ts';
import { AppError } from '../app-error.ts';
import { databaseWith, type Database } from '../database/database.ts';
import { MailError, type Mailer } from '../mail/mailer.ts';
import type { Figures } from './figures.ts';

export function observedDatabase(database: Database, figures: Figures): Database {
  const { sql } = database;
  return databaseWith(database, {
    async write(transaction, input) {
      const begun = performance.now();
      const took = (outcome: 'done' | 'refused' | 'failed'): void => {
        figures.wrote(transaction.name, outcome, performance.now() - begun);
      };
      try {
        const result = await database.write(transaction, input);
        took('done');
        if (sql.dialect === 'postgres') figures.committedOne();
        return result;
      } catch (error) {
        took(error instanceof AppError ? 'refused' : 'failed');
        throw error;
      }
    },
  });
}

export function observedStorage(storage: FileStorage, figures: Figures): FileStorage {
  const timed = async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    try {
      const result = await work();
      figures.stored(operation, 'done', performance.now() - begun);
      return result;
    } catch (error) {
      figures.stored(operation, 'failed', performance.now() - begun);
      throw error;
    }
  };
  return {
    put: (key, path) => timed('put', () => storage.put(key, path)),
    // Until its first bytes can be read: the rest takes as long as its reader.
    read: (key, range) => timed('read', () => storage.read(key, range)),
    remove: (key) => timed('remove', () => storage.remove(key)),
  };
}

export function observedMailer(mailer: Mailer, figures: Figures): Mailer {
  return {
    async send(mail) {
      try {
        await mailer.send(mail);
        figures.mailed('sent');
      } catch (error) {
        figures.mailed(error instanceof MailError ? error.kind : 'failed');
        throw error;
      }
    },
  };
}
