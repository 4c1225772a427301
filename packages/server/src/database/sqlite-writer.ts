import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { currentOrigin } from '../request-id.ts';
import {
  DatabaseUnavailableError,
  type OnGroup,
  type Transaction,
  type Transactions,
} from './database.ts';
import {
  unpacked,
  type WriterAnswer,
  type WriterBatch,
  type WriterRequest,
  type WriterStart,
} from './writer-message.ts';

/** A batch ends after this many transactions, so that the first of them need not wait for long. */
const BATCH_MAX = 256;

/**
 * Who was answered by a batch sends the next message soon, if there are many: the next batch waits until
 * as many are there, for as long as the last one took, but within these. So waiting at most doubles what an
 * answer takes, and a machine that is slower, and hears of the next messages later, waits longer.
 */
const GATHER_MS_MIN = 1;
const GATHER_MS_MAX = 10;

/**
 * Room for young objects in the thread. A batch leaves few behind, and V8 would take 48 MB for them while
 * the modules are loaded, and keep it.
 */
const YOUNG_MB = 6;

/** From the sources as from the build. */
const SUFFIX = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

interface Waiting {
  readonly request: WriterRequest;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Hands transactions to the thread that writes. One batch is under way at a time, and what comes
 * meanwhile is the next one: the slower the disk, the more share a COMMIT.
 */
export class SqliteWriter {
  readonly #start: WriterStart;
  readonly #names: ReadonlyMap<unknown, string>;
  #worker: Worker | null = null;
  #waiting: Waiting[] = [];
  #underWay: readonly Waiting[] = [];
  #isScheduled = false;
  #gathering: NodeJS.Timeout | null = null;
  /** As many as the next batch is waited for to have. */
  #wanted = 1;
  #begun_ms = 0;
  /** How long the last batch took. */
  #took_ms = 0;
  #drained: (() => void) | null = null;
  #closed = false;
  readonly #onGroup: OnGroup;

  constructor(file: string, transactions: Transactions, onGroup: OnGroup) {
    this.#onGroup = onGroup;
    this.#start = { file, transactionsUrl: transactions.url };
    this.#names = new Map(Object.entries(transactions.all).map(([name, made]) => [made, name]));
  }

  add<I, R>(transaction: Transaction<I, R>, input: I): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const name = this.#names.get(transaction);
      if (name === undefined) return reject(new Error(`${transaction.name} is not registered`));
      if (this.#closed) return reject(new Error('The database is closed'));
      const request = [name, input, currentOrigin()] as const;
      this.#waiting.push({ request, resolve: resolve as Waiting['resolve'], reject });
      if (this.#underWay.length === 0) this.#schedule();
    });
  }

  /** Writes what waits, and refuses more from now on. */
  async drain(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length === 0 && this.#underWay.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  /** After {@link SqliteWriter.drain}. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    worker.ref();
    const exited = once(worker, 'exit');
    worker.postMessage(null satisfies WriterBatch);
    await exited;
  }

  /**
   * The requests that are heard in the same turn of the event loop go together. Where the last batch
   * had several, and less than that are here, it is waited for more: a COMMIT costs as much for few.
   */
  #schedule(): void {
    if (this.#isScheduled) return;
    if (this.#waiting.length < this.#wanted) {
      const wait_ms = Math.max(GATHER_MS_MIN, Math.min(this.#took_ms, GATHER_MS_MAX));
      this.#gathering ??= setTimeout(() => {
        this.#postSoon();
      }, wait_ms);
      return;
    }
    this.#postSoon();
  }

  /** After all that is there to be read by now: timers come before it. */
  #postSoon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#post();
    });
  }

  #post(): void {
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#gathering = null;
    if (this.#waiting.length === 0 || this.#underWay.length > 0) return;
    const batch = this.#waiting.splice(0, BATCH_MAX);
    const worker = (this.#worker ??= this.#spawn());
    this.#underWay = batch;
    this.#begun_ms = performance.now();
    try {
      worker.postMessage(batch.map(({ request }) => request) satisfies WriterBatch);
      worker.ref();
    } catch (error) {
      // An input that cannot be sent is a defect of its command.
      this.#settle(({ reject }) => {
        reject(error);
      });
    }
  }

  #spawn(): Worker {
    const worker = new Worker(new URL(`./sqlite-writer.thread.${SUFFIX}`, import.meta.url), {
      workerData: this.#start,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      // What is loaded before the server (an SDK for traces) is not loaded here once more, where each
      // write would wait for it. The sources find each other's packages in their sources.
      execArgv: SUFFIX === 'ts' ? ['--conditions=source'] : [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    worker.unref();
    worker.on('message', ({ at_ms, outcomes }: WriterAnswer) => {
      this.#onGroup(this.#underWay.length, at_ms);
      this.#settle(({ resolve, reject }, index) => {
        const packed = outcomes[index];
        if (packed === undefined) return reject(new Error('The writer gave no answer'));
        const outcome = unpacked(packed);
        if (outcome.ok) resolve(outcome.result);
        else reject(outcome.error);
      });
    });
    const lost = (cause: unknown): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      // Perhaps committed and perhaps not: it is not acknowledged.
      this.#settle(({ reject }) => {
        reject(new DatabaseUnavailableError(cause));
      });
    };
    worker.on('error', lost);
    worker.on('messageerror', lost);
    worker.on('exit', (code) => {
      lost(new Error(`The thread that writes ended (${code})`));
    });
    return worker;
  }

  /** Answers the batch that is under way, and sends the next. */
  #settle(answer: (waiting: Waiting, index: number) => void): void {
    const batch = this.#underWay;
    this.#underWay = [];
    this.#took_ms = performance.now() - this.#begun_ms;
    this.#worker?.unref();
    batch.forEach(answer);
    this.#wanted = Math.min(batch.length + this.#waiting.length, BATCH_MAX);
    if (this.#waiting.length > 0) this.#schedule();
    else this.#drained?.();
  }
}
