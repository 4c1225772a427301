import { ERROR_STATUS, type ErrorBody, type ErrorCode } from '@parley/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AppError } from '../app-error.ts';
import { DatabaseUnavailableError } from '../database/database.ts';

/** The one place where what was thrown becomes an answer (SPEC §3), Fastify's own errors included. */
export function handleError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { code, status, retryAfter_s, body } = failureOf(error);
  if (status >= 500) request.log.error({ reqId: request.id, err: error }, 'A request failed');
  if (retryAfter_s !== undefined) reply.header('retry-after', String(retryAfter_s));
  // Only then may a page of another origin not even read why it was refused.
  if (code === 'origin_not_allowed') reply.removeHeader('access-control-allow-origin');
  void reply.code(status).type('application/json; charset=utf-8').send(body);
}

/** What the caller is told. */
export interface Failure {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryAfter_s: number | undefined;
  readonly body: ErrorBody;
}

/** @param error whatever was thrown */
export function failureOf(error: unknown): Failure {
  const refusal = refusalOf(error as FastifyError);
  const { code, retryAfter_s } = refusal;
  return { code, status: ERROR_STATUS[code], retryAfter_s, body: errorBody(refusal) };
}

export function errorBody(refusal: Pick<AppError, 'code' | 'message' | 'details'>): ErrorBody {
  const { code, message, details } = refusal;
  return {
    success: false,
    error: details === undefined ? { code, message } : { code, message, details },
  };
}

/** Clients add chance of their own to it, so that they do not all come at once. */
const RETRY_AFTER_S = 2;

function refusalOf(error: FastifyError): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof DatabaseUnavailableError) {
    return new AppError('unavailable', 'The server cannot reach its database. Try again soon.', {
      retryAfter_s: RETRY_AFTER_S,
    });
  }
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error);
  const code = BY_FASTIFY_CODE[error.code] ?? codeOfStatus(error.statusCode);
  // What a defect says is for the log; what a refusal says is for the caller.
  if (code === 'internal_error') return new AppError(code, 'Something went wrong on the server.');
  const retry = code === 'unavailable' ? { retryAfter_s: RETRY_AFTER_S } : {};
  return new AppError(code, MESSAGES[code] ?? error.message, retry);
}

const BY_FASTIFY_CODE: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_SERVER_CLOSED: 'unavailable',
};

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  payload_too_large: 'The body is larger than the server takes.',
  unsupported_media_type: 'Send the body as application/json.',
  malformed_json: 'The body is not valid JSON in UTF-8.',
  not_found: 'There is nothing at this address.',
  unavailable: 'The server is stopping. Try again soon.',
};

function codeOfStatus(status: number | undefined): ErrorCode {
  switch (status) {
    case 400:
      return 'malformed_json';
    case 404:
      return 'not_found';
    case 405:
      return 'method_not_allowed';
    case 413:
      return 'payload_too_large';
    case 415:
      return 'unsupported_media_type';
    case 429:
      return 'rate_limited';
    case 503:
      return 'unavailable';
    default:
      return status !== undefined && status >= 400 && status < 500
        ? 'invalid_request'
        : 'internal_error';
  }
}

function invalidRequest(error: {
  validation: { instancePath: string; message?: string }[];
}): AppError {
  const details = error.validation.map(({ instancePath, message }) => ({
    path: instancePath.replace(/^\//, '').replaceAll('/', '.'),
    message: message ?? 'is not valid',
  }));
  const [first] = details;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  return new AppError('invalid_request', `${where}${first?.message ?? 'is not valid'}`, {
    details,
  });
}
