import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '../context.ts';
import type { DatabaseLogger } from '../database/database.ts';
import { indexMessages, settleIndex } from './search.commands.ts';

export interface Indexer {
  /** There may be messages to index. */
  poke(): void;
  /** Resolves when the batch in hand is done. */
  stop(): Promise<void>;
}

/** Messages of one transaction: it shares the thread that writes with those who send. */
const BATCH = 100;
/** Of the time that a batch took: so a twentieth of it at most is taken from people who write meanwhile. */
const PAUSE_TIMES = 20;
/** What comes within it is one batch. */
const DELAY_MS = 250;
const FAILED_MS = 5_000;
/** How often it writes down where it is, and looks for what came late, while there is anything new. */
const SETTLE_MS = 60_000;

/**
 * Fills the search index soon after messages are committed: sending one costs nothing more. Idle, it
 * asks the database nothing.
 */
export function startIndexer(
  { database, clock }: Pick<Context, 'database' | 'clock'>,
  logger: DatabaseLogger,
): Indexer {
  /** For nobody: not for the request that poked it, in whose trace and name it would stand. */
  const aside = AsyncLocalStorage.snapshot();
  let after: number | null = null;
  /** Up to where it was settled, and when. */
  let settled = { upTo: 0, at_ms: clock.now_ms() };
  let timer: { readonly handle: NodeJS.Timeout; readonly due_ms: number } | null = null;
  let working: Promise<void> | null = null;
  let poked = false;
  let stopped = false;

  /** When to go on; null: when there is something new. */
  async function work(): Promise<number | null> {
    const begun = performance.now();
    try {
      const now_ms = clock.now_ms();
      const { upTo, more } = await database.write(indexMessages, { after, limit: BATCH });
      after = upTo;
      const isDue = upTo > settled.upTo && now_ms - settled.at_ms >= SETTLE_MS;
      const late = isDue && (await database.write(settleIndex, { upTo, limit: BATCH, now_ms }));
      if (isDue && !late) settled = { upTo, at_ms: now_ms };
      if (more || late) return PAUSE_TIMES * (performance.now() - begun);
      return upTo > settled.upTo ? SETTLE_MS : null;
    } catch (error) {
      logger.warn({ err: error }, 'Messages could not be indexed; they will be');
      return FAILED_MS;
    }
  }

  /** What is due sooner counts. */
  function schedule(delay_ms: number): void {
    const due_ms = performance.now() + delay_ms;
    if (stopped || (timer !== null && timer.due_ms <= due_ms)) return;
    if (timer !== null) clearTimeout(timer.handle);
    timer = { handle: setTimeout(() => aside(begin), delay_ms).unref(), due_ms };
  }

  function begin(): void {
    timer = null;
    poked = false;
    working = work().then((pause_ms) => {
      working = null;
      if (pause_ms !== null) schedule(pause_ms);
      // A batch that waits for its turn brings the news along.
      if (poked && pause_ms !== FAILED_MS) schedule(DELAY_MS);
    });
  }

  const indexer: Indexer = {
    poke() {
      poked = true;
      if (working === null) schedule(DELAY_MS);
    },
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer.handle);
      await working;
    },
  };
  // What was committed before this start.
  indexer.poke();
  return indexer;
}
