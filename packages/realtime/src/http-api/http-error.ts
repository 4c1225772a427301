/** An answer that is not 200, with words for the developer who called. */
export class HttpError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413;

  constructor(status: HttpError['status'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpError';
    this.status = status;
  }
}
