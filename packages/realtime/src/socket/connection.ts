import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { App } from '../channel/app.ts';
import { CloseCode, type ErrorCode } from '../wire/close-code.ts';
import { NOT_ASKED } from './heartbeat.ts';
import type { Bucket } from '../channel/rate.ts';
import { errorFrame } from '../wire/server-frame.ts';

/** `overflowing`: its reader is too slow; nothing more is written, and it is about to be closed. */
type Sending = 'open' | 'overflowing' | 'closed';

/** One client of one app: what the protocol knows of a WebSocket. There are many; keep it lean. */
export class Connection {
  readonly app: App;
  readonly socketId: string;
  /** Names of the channels that it is subscribed to. */
  readonly channels = new Set<string>();
  /** Heartbeat at which the last frame came. */
  seenAt: number;
  /** Heartbeat at which it was asked whether it is still there; `NOT_ASKED` while it need not be. */
  askedAt = NOT_ASKED;
  /** Whether it pings by WebSocket frames, and so is asked in the same way. */
  usesControlPings = false;
  /** Rate of its client events, from the first one on. */
  clientEvents: Bucket | null = null;
  readonly #webSocket: WebSocket;
  readonly #raw: Duplex;
  #sending: Sending = 'open';

  constructor(app: App, socketId: string, webSocket: WebSocket, raw: Duplex, seenAt: number) {
    this.app = app;
    this.socketId = socketId;
    this.#webSocket = webSocket;
    this.#raw = raw;
    this.seenAt = seenAt;
  }

  /** False as soon as it is being closed, by either side. */
  get isOpen(): boolean {
    return this.#sending === 'open' && this.#webSocket.readyState === WebSocket.OPEN;
  }

  /**
   * Writes a whole WebSocket frame. It goes to the socket below `ws`, which would make a new frame
   * for each receiver; `ws` itself writes whole frames in one go (no compression, no fragments),
   * so that the two never mix. Never throws: a socket that died is silently passed over.
   */
  send(frame: Buffer): void {
    if (!this.isOpen) return;
    this.#raw.write(frame);
    if (this.#raw.writableLength <= this.app.limits.sendBufferBytesMax) return;
    this.#sending = 'overflowing';
    // Later: closing tells others who left, and this may be in the middle of telling them.
    process.nextTick(() => this.#closeOverflowing());
  }

  sendError(code: ErrorCode, message: string): void {
    this.send(errorFrame(code, message));
  }

  /** A ping by WebSocket frame. */
  sendControlPing(): void {
    if (this.isOpen) this.#webSocket.ping();
  }

  /** Says why, then closes. The socket is cut if the client does not answer in time. */
  close(code: CloseCode, message: string): void {
    this.send(errorFrame(code, message));
    this.#sending = 'closed';
    this.#webSocket.close(code, message);
  }

  /** Of a reader that catches up in time, all that was sent arrives, and then the code. */
  #closeOverflowing(): void {
    this.#sending = 'closed';
    this.#webSocket.close(CloseCode.OverCapacity, 'Reader is too slow');
  }
}
