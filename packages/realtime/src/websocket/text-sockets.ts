import type { Duplex } from 'node:stream';
import { newTraffic } from '../socket/traffic.ts';
import type { UpgradeRequest } from '../socket/gateway.ts';
import { textFrame } from './frame.ts';
import { Outbox } from './outbox.ts';
import { Peer, type PeerHost, type PeerListener } from './peer.ts';
import { answerUpgrade } from './upgrade.ts';

/** Who is told what comes from a {@link TextSocket}. */
export interface TextSocketListener {
  onText(text: string): void;
  /** What was sent has left: `isDrained` again. */
  onDrain(): void;
  /** Once: there is no socket any more. */
  onGone(): void;
}

export interface TextSocketsOptions {
  /** Who is silent for this long is asked, and cut when as much again passes without an answer. */
  readonly pingInterval_ms?: number;
}

/** Close codes of RFC 6455, 7.4.1, and of IANA's registry. */
export const SocketClose = {
  /** What came is none of what is understood here. */
  UnsupportedData: 1003,
  /** Not, or no longer, allowed: coming back as before does not help. */
  PolicyViolation: 1008,
  /** To come back, at once. */
  ServiceRestart: 1012,
} as const;

/** A message to many, made once. */
export type TextFrame = Buffer & { readonly __brand: 'text frame' };

export const textFrameOf = (text: string): TextFrame => textFrame(text) as TextFrame;

const LIMITS = {
  frameBytesMax: 32 * 1024,
  fragmentsMax: 64,
  // Whoever sends here looks at `isDrained` first: what waits is one message, which others share.
  sendBufferBytesMax: Number.POSITIVE_INFINITY,
  closeTimeout_ms: 2_000,
};
const PING_INTERVAL_MS = 30_000;
const NO_ANSWER_CODE = 4201;

/** WebSockets that speak no protocol of Pusher's: text both ways. Beats for all of them, and ends them. */
export class TextSockets implements PeerHost {
  readonly outbox = new Outbox();
  readonly traffic = newTraffic();
  readonly limits = LIMITS;
  readonly #sockets = new Set<TextSocket>();
  readonly #pingInterval_ms: number;
  /** Runs while there are any. */
  #timer: NodeJS.Timeout | null = null;
  #onEmpty: (() => void) | null = null;

  constructor({ pingInterval_ms = PING_INTERVAL_MS }: TextSocketsOptions = {}) {
    this.#pingInterval_ms = pingInterval_ms;
  }

  /**
   * Answers an opening handshake.
   * @returns null where it was none, which its client was told
   */
  accept(
    request: UpgradeRequest,
    socket: Duplex,
    head: Buffer,
    listenerFor: (socket: TextSocket) => TextSocketListener,
  ): TextSocket | null {
    const upgrade = answerUpgrade(request.method, request.headers);
    if (!upgrade.ok) {
      socket.on('error', () => socket.destroy());
      socket.end(upgrade.answer);
      return null;
    }
    const accepted = new TextSocket(socket, this, listenerFor, () => {
      this.#sockets.delete(accepted);
      if (this.#sockets.size === 0) this.#emptied();
    });
    this.#sockets.add(accepted);
    this.#timer ??= setInterval(() => {
      for (const each of this.#sockets) each.check();
    }, this.#pingInterval_ms);
    accepted.open(upgrade.answer, head);
    return accepted;
  }

  /** Sends all clients elsewhere; resolves when none is here. Bounded by the time of a close. */
  async close(): Promise<void> {
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const socket of this.#sockets) socket.close(SocketClose.ServiceRestart, 'Come back');
    if (this.#sockets.size > 0) await empty;
  }

  #emptied(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#onEmpty?.();
  }
}

/** One of them. What is sent to one that is gone is silently passed over. */
export class TextSocket implements PeerListener {
  readonly #socket: Duplex;
  readonly #peer: Peer;
  readonly #listener: TextSocketListener;
  readonly #gone: () => void;
  /** Asked whether it is there, and nothing was heard since. */
  #isAsked = false;

  constructor(
    socket: Duplex,
    host: TextSockets,
    listenerFor: (socket: TextSocket) => TextSocketListener,
    gone: () => void,
  ) {
    this.#socket = socket;
    this.#peer = new Peer(socket, host, this);
    this.#gone = gone;
    this.#listener = listenerFor(this);
    socket.on('drain', () => this.#drained());
  }

  get isOpen(): boolean {
    return this.#peer.isOpen;
  }

  /** Whether all that was sent fits into what the system holds for its reader. */
  get isDrained(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** @internal */
  open(answer: Buffer, head: Buffer): void {
    this.#peer.send(answer);
    this.#peer.flush();
    if (head.length > 0) this.#peer.read(head);
  }

  send(frame: TextFrame): void {
    this.#peer.send(frame);
    this.#peer.flush();
  }

  close(code: number, reason: string): void {
    this.#peer.close(code, reason);
  }

  /** @internal One beat. */
  check(): void {
    if (!this.isOpen) return;
    if (this.#isAsked) {
      this.close(NO_ANSWER_CODE, 'No answer to a ping');
      return;
    }
    this.#isAsked = true;
    this.#peer.sendPing();
  }

  onMessage(payload: Buffer, isBinary: boolean): void {
    this.#isAsked = false;
    if (isBinary) this.close(SocketClose.UnsupportedData, 'A frame must be text');
    else this.#listener.onText(payload.toString('utf8'));
  }

  onPing(): void {
    this.#isAsked = false;
  }

  onPong(): void {
    this.#isAsked = false;
  }

  onOverflow(): void {
    throw new Error('A text socket has no limit to what waits');
  }

  /** `onGone` follows, and there is nothing to be done about it. */
  onError(): void {
    this.#isAsked = false;
  }

  onGone(): void {
    this.#gone();
    this.#listener.onGone();
  }

  #drained(): void {
    if (this.isOpen) this.#listener.onDrain();
  }
}
