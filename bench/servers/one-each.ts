// The whole server of ours, but with a transaction and a COMMIT for each message: what it would cost
// not to commit together what waits together.
import { compose } from '../../packages/server/src/compose.ts';
import { configFrom } from '../../packages/server/src/config/config.ts';
import type { Database } from '../../packages/server/src/database/database.ts';
import { openDatabase } from '../../packages/server/src/database/open.ts';
import { createLogger } from '../../packages/server/src/http/log.ts';
import { haveMemorySettings } from '../../packages/server/src/memory-settings.ts';

// As ours begins, or what V8 does otherwise would be counted too.
haveMemorySettings();
const config = configFrom(process.env);
const logger = createLogger('warn');
await compose({
  config,
  logger,
  version: 'bench',
  openDatabase: async (options) => oneEach(await openDatabase(options)),
});

/** Each write begins when the one before it is on disk. */
function oneEach(database: Database): Database {
  let last: Promise<unknown> = Promise.resolve();
  return {
    sql: database.sql,
    write(transaction, input) {
      const written = last.then(() => database.write(transaction, input));
      last = written.catch(() => undefined);
      return written;
    },
    snapshot: (transaction, input) => database.snapshot(transaction, input),
    query: (query) => database.query(query),
    onUnsaid: (listener) => database.onUnsaid(listener),
    ping: () => database.ping(),
    close: () => database.close(),
  };
}
