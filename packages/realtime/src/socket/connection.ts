import type { Duplex } from 'node:stream';
import type { App } from '../channel/app.ts';
import type { Bucket } from '../channel/rate.ts';
import type { User } from '../channel/users.ts';
import { Peer, type PeerHost, type PeerListener } from '../websocket/peer.ts';
import type { CloseCode, ErrorCode } from '../wire/close-code.ts';
import { errorFrame } from '../wire/server-frame.ts';
import { NOT_ASKED } from './heartbeat.ts';

/** What connections tell the gateway. */
export interface ConnectionHost extends PeerHost {
  heard(connection: Connection): void;
  received(connection: Connection, payload: Buffer, isBinary: boolean): void;
  overflowed(connection: Connection): void;
  failed(connection: Connection, error: Error): void;
  gone(connection: Connection): void;
}

/** One client of one app: what the protocol knows of a WebSocket. There are many; keep it lean. */
export class Connection implements PeerListener {
  readonly app: App;
  readonly socketId: string;
  /** Names of the channels that it is subscribed to. */
  readonly channels = new Set<string>();
  /** Heartbeat at which the last frame came. */
  seenAt: number;
  /** Heartbeat at which it was asked whether it is still there; `NOT_ASKED` while it need not be. */
  askedAt = NOT_ASKED;
  /** Whether it pings by WebSocket frames, or answers no others, and so is asked by them. */
  usesControlPings = false;
  /** Who it signed in as; null for most. */
  user: User | null = null;
  /** Rate of its messages, from the first one on, where that is limited. */
  messages: Bucket | null = null;
  /** Rate of its client events, from the first one on. */
  clientEvents: Bucket | null = null;
  readonly #host: ConnectionHost;
  readonly #peer: Peer;

  constructor(app: App, socket: Duplex, host: ConnectionHost, seenAt: number) {
    this.app = app;
    this.socketId = app.freeSocketId();
    this.seenAt = seenAt;
    this.#host = host;
    this.#peer = new Peer(socket, host, this);
  }

  /** False as soon as it is being closed, by either side. */
  get isOpen(): boolean {
    return this.#peer.isOpen;
  }

  /** Has a whole WebSocket frame written when this turn of the event loop ends. Never throws. */
  send(frame: Buffer): void {
    this.#peer.send(frame);
  }

  sendError(code: ErrorCode, message: string): void {
    this.send(errorFrame(code, message));
  }

  /** A ping by WebSocket frame. */
  sendControlPing(): void {
    this.#peer.sendPing();
  }

  /** Says why, then closes. The socket is cut if the client does not answer in time. */
  close(code: CloseCode, message: string): void {
    this.send(errorFrame(code, message));
    this.#peer.close(code, message);
  }

  /** Bytes that came along with the handshake. */
  read(bytes: Buffer): void {
    this.#peer.read(bytes);
  }

  onMessage(payload: Buffer, isBinary: boolean): void {
    this.#host.heard(this);
    this.#host.received(this, payload, isBinary);
  }

  onPing(): void {
    this.usesControlPings = true;
    this.#host.heard(this);
  }

  onPong(): void {
    this.#host.heard(this);
  }

  /** Of a reader that catches up in time, all that was sent arrives, and then the code. */
  onOverflow(): void {
    this.#host.overflowed(this);
  }

  onError(error: Error): void {
    this.#host.failed(this, error);
  }

  onGone(): void {
    this.#host.gone(this);
  }
}
