import type { ErrorCode } from '@parley/protocol';

/**
 * A refusal that the API answers with: its code decides the HTTP status. Everything else that is
 * thrown is a defect (500) or a database that cannot be reached (`DatabaseUnavailableError`, 503).
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryAfter_s: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: unknown; retryAfter_s?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details;
    this.retryAfter_s = options.retryAfter_s;
  }
}
