import { connect, type Socket } from 'node:net';

const HEADERS_END = Buffer.from('\r\n\r\n');

/** One keep-alive connection on which requests go out one by one. */
export class Publisher {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #answered: () => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;
  /** Why nothing more can be sent. */
  #fault: Error | null = null;

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The server closed a publisher')));
  }

  /** @param request whole; made before the clock starts. Rejects unless the answer is 2xx. */
  async send(request: Buffer): Promise<void> {
    if (this.#fault) throw this.#fault;
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  destroy(): void {
    this.#failed = () => undefined;
    this.#socket.resetAndDestroy();
  }

  #fail(error: Error): void {
    this.#fault = error;
    this.#failed(error);
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const headersEnd = this.#received.indexOf(HEADERS_END);
    if (headersEnd === -1) return;
    const headers = this.#received.toString('latin1', 0, headersEnd);
    const [, length] = /^content-length: (\d+)/im.exec(headers) ?? [];
    if (!/^HTTP\/1\.1 2\d\d /.test(headers) || length === undefined) {
      this.#fail(new Error(`A publish failed: ${this.#received.toString()}`));
      return;
    }
    if (this.#received.length < headersEnd + HEADERS_END.length + Number(length)) return;
    this.#received = Buffer.alloc(0);
    this.#answered();
  }
}
