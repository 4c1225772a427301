import { connect, type Socket } from 'node:net';
import type { Dialect } from './dialect.ts';
import { pongFrame, readFrame } from './frames.ts';

const TEXT = 0x1;
const PING = 0x9;
const HEADERS_END = Buffer.from('\r\n\r\n');

/** Reads of all sockets go here: each is looked at before the next. */
const readBuffer = Buffer.alloc(256 * 1024);

export interface SubscriberEvents {
  /** Text frames after the subscription, the server's questions aside. */
  message(subscriber: Subscriber, bytes: Buffer, start: number, end: number): void;
  fault(error: Error): void;
}

/** One client: as little as can be, so that one core can play ten thousand. */
export class Subscriber {
  readonly index: number;
  readonly subscribed: Promise<void>;
  readonly #channel: string;
  readonly #dialect: Dialect;
  readonly #events: SubscriberEvents;
  readonly #socket: Socket;
  #phase: 'upgrading' | 'subscribing' | 'subscribed' | 'over' = 'upgrading';
  /** The beginning of a frame whose rest has not arrived. */
  #partial: Buffer | null = null;
  #resolve: () => void = () => undefined;

  constructor(
    index: number,
    target: { port: number; channel: string; dialect: Dialect },
    events: SubscriberEvents,
  ) {
    this.index = index;
    this.#channel = target.channel;
    this.#dialect = target.dialect;
    this.#events = events;
    this.subscribed = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#socket = connect({
      host: '127.0.0.1',
      port: target.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#receive(length);
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => {
      this.#fail(new Error(`Subscriber ${index}, ${this.#phase}: ${error.message}`));
    });
    this.#socket.on('close', () =>
      this.#fail(new Error(`Subscriber ${index}, ${this.#phase}: closed by the server`)),
    );
    this.#socket.write(
      `GET ${this.#dialect.path(this.#channel)} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
        'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
  }

  /** Cuts the connection, and leaves no port waiting. */
  destroy(): void {
    this.#phase = 'over';
    this.#socket.resetAndDestroy();
  }

  #receive(length: number): void {
    if (this.#partial === null) {
      this.#read(readBuffer, length);
      return;
    }
    const bytes = Buffer.concat([this.#partial, readBuffer.subarray(0, length)]);
    this.#partial = null;
    this.#read(bytes, bytes.length);
  }

  #read(bytes: Buffer, length: number): void {
    let at = 0;
    if (this.#phase === 'upgrading') {
      at = this.#readUpgrade(bytes.subarray(0, length));
    }
    while (at < length && this.#phase !== 'upgrading') {
      const frame = readFrame(bytes, at, length);
      if (frame === null) break;
      this.#readMessage(frame.opcode, bytes, frame.payloadStart, frame.end);
      at = frame.end;
    }
    if (at < length) this.#partial = Buffer.from(bytes.subarray(at, length));
  }

  /** @returns where the first frame begins */
  #readUpgrade(bytes: Buffer): number {
    const end = bytes.indexOf(HEADERS_END);
    if (end === -1) return 0;
    const headers = bytes.toString('latin1', 0, end);
    if (!headers.startsWith('HTTP/1.1 101 ')) {
      this.#fail(new Error(`The upgrade was refused: ${headers}`));
      return bytes.length;
    }
    this.#phase = 'subscribing';
    if (this.#dialect.subscribedByUpgrade) this.#becomeSubscribed();
    return end + HEADERS_END.length;
  }

  #readMessage(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === TEXT && this.#phase === 'subscribed') {
      this.#events.message(this, bytes, start, end);
      return;
    }
    if (opcode === PING) {
      this.#socket.write(pongFrame(bytes.subarray(start, end)));
      return;
    }
    const text = bytes.toString('utf8', start, end);
    if (opcode !== TEXT) {
      this.#fail(new Error(`A frame of opcode ${opcode}: ${text}`));
      return;
    }
    const step = this.#dialect.step(text, this.#channel);
    if (step.type === 'send') this.#socket.write(step.frame);
    if (step.type === 'subscribed') this.#becomeSubscribed();
  }

  /** Answers a text that is no message. */
  answer(text: string): boolean {
    const answer = this.#dialect.answer(text);
    if (answer !== null) this.#socket.write(answer);
    return answer !== null;
  }

  #becomeSubscribed(): void {
    this.#phase = 'subscribed';
    this.#resolve();
  }

  #fail(error: Error): void {
    if (this.#phase === 'over') return;
    this.destroy();
    this.#events.fault(error);
  }
}
