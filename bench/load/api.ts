import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

export interface ApiAnswer {
  readonly headers: IncomingHttpHeaders;
  /** As it came, perhaps compressed. */
  readonly body: Buffer;
  /** Of the whole answer, headers included. */
  readonly wire_bytes: number;
}

/** An answer that is none of success. */
export class Refusal extends Error {
  /** What the server asked for, in seconds. */
  readonly retryAfter_s: number | null;

  constructor(message: string, headers: IncomingHttpHeaders) {
    super(message);
    const asked = headers['retry-after'];
    this.retryAfter_s = asked === undefined ? null : Number(asked);
  }
}

/** Calls the application as a page does; rejects unless it is done. */
export class Api {
  readonly #port: number;
  readonly #agent: Agent;

  /** @param atOnce connections that are kept for the next call; 0: each call has its own */
  constructor(port: number, atOnce: number) {
    this.#port = port;
    this.#agent = atOnce === 0 ? new Agent() : new Agent({ keepAlive: true, maxSockets: atOnce });
  }

  async post(path: string, token: string, body: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}` };
    return JSON.parse(String((await this.call('POST', path, headers, body)).body));
  }

  async call(
    method: 'GET' | 'POST',
    path: string,
    headers: OutgoingHttpHeaders,
    body?: object,
    signal?: AbortSignal,
  ): Promise<ApiAnswer> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const to = { host: '127.0.0.1', port: this.#port, path, method, agent: this.#agent };
    const options = signal === undefined ? to : { ...to, signal };
    return new Promise((resolve, reject) => {
      const sent = request({ ...options, headers: { ...type, ...headers } }, (response) => {
        const { socket, statusCode = 0 } = response;
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks);
          const wire_bytes = socket.bytesRead - before;
          if (statusCode === 200 || statusCode === 201) {
            resolve({ headers: response.headers, body: answer, wire_bytes });
          } else
            reject(new Refusal(`${path}: ${statusCode} ${answer.toString()}`, response.headers));
        });
      });
      let before = 0;
      sent.on('socket', (socket) => {
        before = socket.bytesRead;
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
