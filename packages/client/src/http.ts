import { ApiError } from './api-error.ts';
import type { Environment, HttpResponse, Upload } from './environment.ts';
import type { Guard } from './guard.ts';
import { isErrorBody } from './wire-guard.ts';

export interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** How long the answer may take; 15 s where it is not said. */
  readonly timeout_ms?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A form in place of `body`; `timeout_ms` then is how long it may stand still. */
  readonly form?: Pick<Upload, 'fields' | 'files' | 'onProgress'>;
}

/** Calls of the HTTP API; answers are validated. Rejects with {@link ApiError}, nothing else. */
export interface Http {
  request<T>(
    isAnswer: Guard<T>,
    method: string,
    path: string,
    options?: RequestOptions,
  ): Promise<T>;
}

export interface HttpOptions {
  readonly baseUrl: string;
  readonly environment: Environment;
  /** Asked at each request: tokens change. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly credentials: RequestCredentials;
}

const TIMEOUT_ms = 15_000;

export function createHttp(options: HttpOptions): Http {
  const base = options.baseUrl.replace(/\/+$/, '');
  return {
    async request(isAnswer, method, path, request = {}) {
      const { status, body } = await exchange(options, method, base + path, request);
      if (isAnswer(body)) return body;
      const message = `${method} ${path}: an answer of another form`;
      throw new ApiError(0, 'unreadable', message, { details: { status } });
    },
  };
}

async function exchange(
  { environment, headers, credentials }: HttpOptions,
  method: string,
  url: string,
  request: RequestOptions,
): Promise<{ status: number; body: unknown }> {
  const abort = new AbortController();
  let timedOut = false;
  const startTimer = () =>
    environment.after(request.timeout_ms ?? TIMEOUT_ms, () => {
      timedOut = true;
      abort.abort();
    });
  let timer = startTimer();
  const cancel = () => abort.abort();
  request.signal?.addEventListener('abort', cancel, { once: true });
  if (request.signal?.aborted === true) cancel();
  try {
    const given = { accept: 'application/json', ...headers(), ...request.headers };
    if (request.form !== undefined) {
      const { form } = request;
      const onProgress = (sent_bytes: number, total_bytes: number): void => {
        timer.cancel();
        timer = startTimer();
        form.onProgress(sent_bytes, total_bytes);
      };
      const upload = { ...form, headers: given, onProgress, signal: abort.signal };
      return await readAnswer(await environment.upload(url, upload));
    }
    const type = request.body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await environment.fetch(url, {
      method,
      headers: { ...given, ...type },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      credentials,
      cache: 'no-store',
      signal: abort.signal,
    });
    return await readAnswer(response);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (timedOut) throw new ApiError(0, 'timeout', 'The server did not answer in time.');
    if (abort.signal.aborted) throw new ApiError(0, 'aborted', 'The request was given up.');
    throw new ApiError(0, 'network', 'The server cannot be reached.', { cause: error });
  } finally {
    timer.cancel();
    request.signal?.removeEventListener('abort', cancel);
  }
}

async function readAnswer(response: HttpResponse): Promise<{ status: number; body: unknown }> {
  const text = await response.text();
  const body = parseJson(text);
  if (response.ok) return { status: response.status, body };
  const { code, message, details } = isErrorBody(body)
    ? body.error
    : { code: `http_${response.status}`, message: `The server answered ${response.status}.` };
  throw new ApiError(response.status, code, message, {
    details,
    retryAfter_s: retryAfter_s(response.headers.get('retry-after')),
  });
}

/** Undefined where it is not JSON, which no guard accepts: a proxy's page, say. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only the form in seconds; the form with a date would need clocks that agree. */
function retryAfter_s(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : null;
}

/** The error as one of ours; anything else is a defect, told as such. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, 'internal', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
