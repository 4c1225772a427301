import { connect, type Socket } from 'node:net';

const HEADERS_END = Buffer.from('\r\n\r\n');

interface Pending {
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * One keep-alive connection on which requests go out one by one. A server may close it while
 * nothing is asked, as on a busy machine that takes seconds for a delivery; then it is made anew.
 */
export class Publisher {
  readonly #port: number;
  #socket: Socket | null = null;
  #received: Buffer = Buffer.alloc(0);
  #pending: Pending | null = null;

  constructor(port: number) {
    this.#port = port;
    this.#socket = this.#connect();
  }

  /** @param request whole; made before the clock starts. Rejects unless the answer is 2xx. */
  async send(request: Buffer): Promise<void> {
    this.#socket ??= this.#connect();
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      socket.write(request);
    });
  }

  destroy(): void {
    this.#pending = null;
    this.#socket?.resetAndDestroy();
  }

  #connect(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (error) => this.#lose(socket, error.message));
    socket.on('close', () => this.#lose(socket, 'closed by the server'));
    return socket;
  }

  #lose(socket: Socket, reason: string): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#received = Buffer.alloc(0);
    this.#settle(new Error(`Publisher: ${reason}`));
  }

  #settle(error: Error | null): void {
    const pending = this.#pending;
    this.#pending = null;
    if (error) pending?.reject(error);
    else pending?.resolve();
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const headersEnd = this.#received.indexOf(HEADERS_END);
    if (headersEnd === -1) return;
    const headers = this.#received.toString('latin1', 0, headersEnd);
    const [, length] = /^content-length: (\d+)/im.exec(headers) ?? [];
    if (!/^HTTP\/1\.1 2\d\d /.test(headers) || length === undefined) {
      this.#settle(new Error(`A publish failed: ${this.#received.toString()}`));
      return;
    }
    if (this.#received.length < headersEnd + HEADERS_END.length + Number(length)) return;
    this.#received = Buffer.alloc(0);
    this.#settle(null);
  }
}
