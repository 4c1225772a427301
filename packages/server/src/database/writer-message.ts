import { AppError } from '../app-error.ts';
import { DatabaseUnavailableError, UnstorableTextError } from './database.ts';
import type { Outcome } from './sqlite-batch.ts';

/** What the thread is started with. */
export interface WriterStart {
  readonly file: string;
  /** Of the module that exports the transactions. */
  readonly transactionsUrl: string;
}

/** A transaction for the thread: its name and input, and the request that it is for. */
export type WriterRequest = readonly [name: string, input: unknown, origin: string | null];

/** A batch to the thread. Null: finish and end. */
export type WriterBatch = readonly WriterRequest[] | null;

/** The answer: when it was over (Unix milliseconds with fractions), and what became of each, in the same order. */
export interface WriterAnswer {
  readonly at_ms: number;
  readonly outcomes: readonly WriterOutcome[];
}

/** An {@link Outcome} that survives the way between threads, on which errors lose their class. */
export type WriterOutcome =
  | readonly ['done', unknown]
  | readonly ['refused', Pick<AppError, 'code' | 'message' | 'details' | 'retryAfter_s'>]
  | readonly ['unavailable' | 'failed', unknown]
  | readonly ['unstorable'];

export function packed(outcome: Outcome): WriterOutcome {
  if (outcome.ok) return ['done', outcome.result];
  const { error } = outcome;
  if (error instanceof AppError) {
    const { code, message, details, retryAfter_s } = error;
    return ['refused', { code, message, details, retryAfter_s }];
  }
  if (error instanceof DatabaseUnavailableError) return ['unavailable', error.cause];
  return error instanceof UnstorableTextError ? ['unstorable'] : ['failed', error];
}

export function unpacked(outcome: WriterOutcome): Outcome {
  switch (outcome[0]) {
    case 'done':
      return { ok: true, result: outcome[1] };
    case 'refused': {
      const { code, message, details, retryAfter_s } = outcome[1];
      const options = retryAfter_s === undefined ? { details } : { details, retryAfter_s };
      return { ok: false, error: new AppError(code, message, options) };
    }
    case 'unavailable':
      return { ok: false, error: new DatabaseUnavailableError(outcome[1]) };
    case 'unstorable':
      return { ok: false, error: new UnstorableTextError() };
    case 'failed':
      return { ok: false, error: outcome[1] };
  }
}
