import type { Duplex } from 'node:stream';
import type { Traffic } from '../socket/traffic.ts';
import { closeFrame, CONTROL_PING_FRAME, pongFrame } from './frame.ts';
import { FrameReader, type FaultCode, type FrameSink, type MessageLimits } from './frame-reader.ts';
import type { Batch, Flushable, Outbox } from './outbox.ts';

export interface PeerLimits extends MessageLimits {
  /** Bytes waiting for a reader that is too slow; above, nothing more is written to it. */
  sendBufferBytesMax: number;
  /** Milliseconds that a client has to answer the server's close before its socket is cut. */
  closeTimeout_ms: number;
}

/** What all peers of one server share. */
export interface PeerHost {
  readonly outbox: Outbox;
  readonly traffic: Traffic;
  readonly limits: PeerLimits;
}

/** Who is told what comes from a peer. */
export interface PeerListener {
  onMessage(payload: Buffer, isBinary: boolean): void;
  /** A WebSocket ping came, and was answered. */
  onPing(): void;
  onPong(): void;
  /** Its reader is too slow: nothing more is written to it, and it should be closed. */
  onOverflow(): void;
  /** The socket failed; `onGone` follows. */
  onError(error: Error): void;
  /** Once: there is no socket any more. */
  onGone(): void;
}

/** `closing`: our close frame was the last that was written, and what still comes is not heard. */
type State = 'open' | 'overflowing' | 'closing';

/** Above, what a turn collected is written before the turn ends. */
const BATCH_BYTES_MAX = 64 * 1024;
/** Close code of a connection that was lost without one. RFC 6455, 7.1.5. */
const LOST = 1006;
const NO_CODE = 1005;

const PEER = Symbol('peer');
type PeerSocket = Duplex & { [PEER]?: Peer };

/** The server's end of one WebSocket (RFC 6455), from the answered handshake to the end. */
export class Peer implements FrameSink, Flushable {
  readonly #socket: PeerSocket;
  readonly #host: PeerHost;
  readonly #listener: PeerListener;
  readonly #reader: FrameReader;
  #state: State = 'open';
  /** What this turn has for it. */
  #batch: Batch | null = null;
  #closeCode = LOST;
  #cut: NodeJS.Timeout | null = null;

  constructor(socket: Duplex, host: PeerHost, listener: PeerListener) {
    this.#socket = socket;
    this.#host = host;
    this.#listener = listener;
    this.#reader = new FrameReader(host.limits, this);
    this.#socket[PEER] = this;
    // One function each for all sockets; it finds its peer by `this`.
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  /** False as soon as it is being closed, by either side. */
  get isOpen(): boolean {
    return this.#state === 'open' && this.#socket.writable;
  }

  /**
   * Has whole frames written, in order and soon: see {@link Outbox}. Never throws: a socket that
   * died is silently passed over.
   */
  send(frame: Buffer): void {
    if (this.#state !== 'open') return;
    if (this.#batch === null) {
      this.#batch = this.#host.outbox.begin(frame);
      this.#host.outbox.add(this);
    } else {
      this.#batch = this.#batch.with(frame);
    }
    this.#host.traffic.framesSent += 1;
    if (this.#batch.length > BATCH_BYTES_MAX) this.flush();
  }

  sendPing(): void {
    this.send(CONTROL_PING_FRAME);
  }

  flush(): void {
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    this.#write(batch.bytes());
    if (this.#state !== 'open') return;
    if (this.#socket.writableLength <= this.#host.limits.sendBufferBytesMax) return;
    this.#state = 'overflowing';
    this.#host.traffic.slowReaders += 1;
    // Later: closing tells others who left, and this may be in the middle of telling them.
    process.nextTick(() => this.#listener.onOverflow());
  }

  /** Says goodbye after all that was sent. The first close counts. */
  close(code: number, reason: string): void {
    if (this.#state === 'closing') return;
    this.flush();
    this.#state = 'closing';
    this.#closeCode = code;
    this.#write(closeFrame(code, reason));
    this.#cutInTime();
  }

  /** A client that does not do its part of an end is not waited for. */
  #cutInTime(): void {
    this.#cut ??= setTimeout(() => this.#socket.destroy(), this.#host.limits.closeTimeout_ms);
  }

  #end(): void {
    this.flush();
    this.#socket.end();
    this.#cutInTime();
  }

  #write(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    this.#host.traffic.bytesSent += bytes.length;
    this.#socket.write(bytes);
  }

  read(chunk: Buffer): void {
    this.#host.traffic.bytesReceived += chunk.length;
    if (!this.#reader.read(chunk)) this.#readOnLater();
  }

  /** TCP tells a client that says too much to wait. */
  #readOnLater(): void {
    this.#socket.pause();
    setImmediate(() => {
      if (this.#socket.destroyed) return;
      if (this.#reader.readOn()) this.#socket.resume();
      else this.#readOnLater();
    });
  }

  onMessage(payload: Buffer, isBinary: boolean): void {
    this.#host.traffic.messagesReceived += 1;
    if (this.isOpen) this.#listener.onMessage(payload, isBinary);
  }

  onPing(payload: Buffer): void {
    if (!this.isOpen) return;
    this.send(pongFrame(payload));
    this.#listener.onPing();
  }

  onPong(): void {
    this.#listener.onPong();
  }

  /** The answer to our close, or a close of the client's own, which is answered. RFC 6455, 5.5.1. */
  onClose(code: number): void {
    if (this.#state !== 'closing') {
      this.close(code === NO_CODE ? 1000 : code, '');
      this.#closeCode = code;
    }
    // RFC 6455, 7.1.1: the server ends the TCP connection first.
    this.#end();
  }

  onFault(code: FaultCode, reason: string): void {
    this.close(code, reason);
  }

  /** The client will say no more, and so has left, with or without a goodbye. */
  onEnd(): void {
    this.#end();
  }

  onError(error: Error): void {
    this.#listener.onError(error);
  }

  onGone(): void {
    const { connectionsClosed } = this.#host.traffic;
    connectionsClosed.set(this.#closeCode, (connectionsClosed.get(this.#closeCode) ?? 0) + 1);
    this.#state = 'closing';
    if (this.#cut !== null) clearTimeout(this.#cut);
    this.#listener.onGone();
  }
}

function onData(this: PeerSocket, chunk: Buffer): void {
  this[PEER]?.read(chunk);
}

function onEnd(this: PeerSocket): void {
  this[PEER]?.onEnd();
}

function onError(this: PeerSocket, error: Error): void {
  this[PEER]?.onError(error);
  this.destroy();
}

function onClose(this: PeerSocket): void {
  this[PEER]?.onGone();
}
