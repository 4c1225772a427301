import type { Context } from '../context.ts';
import type { DatabaseLogger } from '../database/database.ts';

/** Does a job; rejecting has it tried again later. It may run twice: a worker may die after the deed. */
export type JobHandler = (payload: unknown) => Promise<void>;

export interface JobWorkerOptions extends Pick<Context, 'database' | 'clock'> {
  /** By kind. */
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly logger: DatabaseLogger;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

export interface JobWorker {
  /** There may be something to do. */
  wake(): void;
  /** Resolves when the jobs in hand are done. */
  stop(): Promise<void>;
}

export declare function startJobWorker(options: JobWorkerOptions): JobWorker;
