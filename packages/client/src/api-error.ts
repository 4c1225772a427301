/**
 * The server refused a request (`code` and `message` are its own), or none of it answered: `status`
 * is 0 and `code` is `network`, `timeout`, `aborted` or `unreadable` (an answer that is none of ours).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** From `Retry-After`. */
  readonly retryAfter_s: number | null;
  readonly details: unknown;

  constructor(
    status: number,
    code: string,
    message: string,
    rest: { retryAfter_s?: number | null; details?: unknown; cause?: unknown } = {},
  ) {
    super(message, rest.cause === undefined ? undefined : { cause: rest.cause });
    this.status = status;
    this.code = code;
    this.retryAfter_s = rest.retryAfter_s ?? null;
    this.details = rest.details;
  }
}
