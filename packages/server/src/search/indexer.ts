import type { Context } from '../context.ts';
import type { DatabaseLogger } from '../database/database.ts';
import { indexMessages } from './search.commands.ts';

export interface Indexer {
  /** There may be messages to index. */
  poke(): void;
  /** Resolves when the batch in hand is done. */
  stop(): Promise<void>;
}

/** Messages of one transaction: it shares the thread that writes with those who send. */
const BATCH = 200;
/** So that people who write meanwhile come first. */
const PAUSE_MS = 50;
/** What comes within it is one batch. */
const DELAY_MS = 250;
const FAILED_MS = 5_000;
/** How often it looks for what came late, while there is anything new at all. */
const AGAIN_MS = 60_000;

/**
 * Fills the search index soon after messages are committed: sending one costs nothing more. Idle, it
 * asks the database nothing.
 */
export function startIndexer(
  { database, clock }: Pick<Context, 'database' | 'clock'>,
  logger: DatabaseLogger,
): Indexer {
  let after: number | null = null;
  let sweptAt_ms = 0;
  let timer: NodeJS.Timeout | null = null;
  let working: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  async function work(): Promise<number | null> {
    const now_ms = clock.now_ms();
    if (now_ms - sweptAt_ms >= AGAIN_MS) {
      after = null;
      sweptAt_ms = now_ms;
    }
    try {
      const batch = await database.write(indexMessages, { after, limit: BATCH, now_ms });
      after = batch.upTo;
      return batch.more ? PAUSE_MS : null;
    } catch (error) {
      logger.warn({ err: error }, 'Messages could not be indexed; they will be');
      return FAILED_MS;
    }
  }

  function schedule(delay_ms: number): void {
    if (stopped || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      again = false;
      working = work().then((pause_ms) => {
        working = null;
        if (pause_ms !== null) schedule(pause_ms);
        else if (again) schedule(DELAY_MS);
      });
    }, delay_ms);
    timer.unref();
  }

  const indexer: Indexer = {
    poke() {
      again = true;
      if (working === null) schedule(DELAY_MS);
    },
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await working;
    },
  };
  // What was committed before this start.
  indexer.poke();
  return indexer;
}
