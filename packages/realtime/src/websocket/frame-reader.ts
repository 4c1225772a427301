import { isUtf8 } from 'node:buffer';
import { CONTROL_PAYLOAD_BYTES_MAX, Opcode } from './frame.ts';

/** Close codes of RFC 6455, 7.4.1, for a client that does not keep to it. */
export const FaultCode = {
  ProtocolError: 1002,
  InvalidText: 1007,
  TooManyFragments: 1008,
  TooBig: 1009,
} as const;

export type FaultCode = (typeof FaultCode)[keyof typeof FaultCode];

/** Gets what was read. The bytes belong to the receiver: they are not written to again. */
export interface FrameSink {
  onMessage(payload: Buffer, isBinary: boolean): void;
  onPing(payload: Buffer): void;
  onPong(): void;
  /** @param code 1005 where the client gave none */
  onClose(code: number): void;
  /** Nothing is read after it. */
  onFault(code: FaultCode, reason: string): void;
}

export interface MessageLimits {
  /** A longer message, in one frame or in many. */
  frameBytesMax: number;
  fragmentsMax: number;
}

/** A message that came in pieces so far. */
interface Pieces {
  isBinary: boolean;
  payloads: Buffer[];
  bytes: number;
}

const FIN = 0x80;
const RESERVED_BITS = 0x70;
const OPCODE_BITS = 0x0f;
const MASKED = 0x80;
const LENGTH_BITS = 0x7f;
const MASK_BYTES = 4;
const NO_CODE = 1005;

/** What one client may have handled in a turn, so that a flood leaves time for everybody else. */
const TURN_FRAMES_MAX = 64;
const TURN_BYTES_MAX = 16 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Reads the frames of one client (RFC 6455, 5) from chunks that may end anywhere. Holds no memory
 * between whole frames, and never more than about twice what the client has really sent.
 */
export class FrameReader {
  readonly #limits: MessageLimits;
  readonly #sink: FrameSink;
  /** The beginning of a frame whose end is yet to come. May have room behind `#restLength`. */
  #rest: Buffer | null = null;
  #restLength = 0;
  #pieces: Pieces | null = null;
  #failed = false;

  constructor(limits: MessageLimits, sink: FrameSink) {
    this.#limits = limits;
    this.#sink = sink;
  }

  /**
   * @returns false where a client has said more than it may have handled in one turn: to be
   * followed by {@link readOn} in the next, and by no other chunk before that answers true
   */
  read(chunk: Buffer): boolean {
    if (this.#failed) return true;
    const bytes = this.#rest === null ? chunk : this.#withRest(chunk);
    let at = 0;
    let frames = 0;
    while (at < bytes.length) {
      if (frames === TURN_FRAMES_MAX || at >= TURN_BYTES_MAX) {
        this.#keep(bytes, at);
        return false;
      }
      const length = this.#readFrame(bytes, at);
      if (length === 0) break;
      at += length;
      frames += 1;
    }
    this.#keep(bytes, at);
    return true;
  }

  readOn(): boolean {
    return this.read(NOTHING);
  }

  #keep(bytes: Buffer, from: number): void {
    if (this.#failed || from === bytes.length) {
      this.#rest = null;
      this.#restLength = 0;
    } else if (from > 0 || this.#rest === null) {
      // A copy: a few bytes must not keep the whole chunk that they came in.
      this.#rest = Buffer.from(bytes.subarray(from));
      this.#restLength = this.#rest.length;
    }
  }

  /** Grows by doubling, so that a frame which comes byte by byte is not copied for each. */
  #withRest(chunk: Buffer): Buffer {
    const held = this.#rest ?? NOTHING;
    const length = this.#restLength + chunk.length;
    let rest = held;
    if (length > held.length) {
      rest = Buffer.allocUnsafe(Math.max(length, 2 * held.length));
      held.copy(rest, 0, 0, this.#restLength);
    }
    chunk.copy(rest, this.#restLength);
    this.#rest = rest;
    this.#restLength = length;
    return rest.subarray(0, length);
  }

  /** @returns the length of the frame that begins at `at`; 0 where it is not whole, or bad */
  #readFrame(bytes: Buffer, at: number): number {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1];
    if (second === undefined) return 0;
    const isControl = (first & Opcode.Close) !== 0;
    const header = this.#headerFault(first, second, isControl);
    if (header !== null) return this.#fail(FaultCode.ProtocolError, header);

    const short = second & LENGTH_BITS;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskAt = at + 2 + extra;
    if (bytes.length < maskAt) return 0;
    const payloadLength =
      extra === 0
        ? short
        : extra === 2
          ? bytes.readUInt16BE(at + 2)
          : // Above 2^53 it is not exact, and far above every limit.
            bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
    if (!isControl) {
      const total = payloadLength + (this.#pieces?.bytes ?? 0);
      // Before any of it is waited for.
      if (total > this.#limits.frameBytesMax) {
        return this.#fail(FaultCode.TooBig, 'The message is too big');
      }
    }
    const payloadAt = maskAt + MASK_BYTES;
    const end = payloadAt + payloadLength;
    if (bytes.length < end) return 0;
    const payload = bytes.subarray(payloadAt, end);
    unmask(payload, bytes, maskAt);
    if (isControl) this.#control(first & OPCODE_BITS, payload);
    else this.#data(first & OPCODE_BITS, (first & FIN) !== 0, payload);
    return this.#failed ? 0 : end - at;
  }

  #headerFault(first: number, second: number, isControl: boolean): string | null {
    if ((first & RESERVED_BITS) !== 0) return 'A reserved bit is set';
    if ((second & MASKED) === 0) return 'A frame of a client must be masked';
    const opcode = first & OPCODE_BITS;
    if (isControl) {
      if (opcode > Opcode.Pong) return 'Unknown opcode';
      if ((first & FIN) === 0) return 'A control frame must not be fragmented';
      if ((second & LENGTH_BITS) > CONTROL_PAYLOAD_BYTES_MAX) return 'A control frame is too long';
      return null;
    }
    if (opcode > Opcode.Binary) return 'Unknown opcode';
    const continues = opcode === Opcode.Continuation;
    if (continues && this.#pieces === null) return 'There is nothing to continue';
    if (!continues && this.#pieces !== null) return 'A message began within another';
    return null;
  }

  #data(opcode: number, isLast: boolean, payload: Buffer): void {
    if (isLast && this.#pieces === null) {
      this.#message(payload, opcode === Opcode.Binary);
      return;
    }
    this.#pieces ??= { isBinary: opcode === Opcode.Binary, payloads: [], bytes: 0 };
    const pieces = this.#pieces;
    if (pieces.payloads.length >= this.#limits.fragmentsMax) {
      this.#fail(FaultCode.TooManyFragments, 'The message comes in too many pieces');
      return;
    }
    // A copy: a piece of a byte must not keep the whole chunk that it came in.
    pieces.payloads.push(Buffer.from(payload));
    pieces.bytes += payload.length;
    if (!isLast) return;
    this.#pieces = null;
    this.#message(Buffer.concat(pieces.payloads, pieces.bytes), pieces.isBinary);
  }

  #message(payload: Buffer, isBinary: boolean): void {
    if (!isBinary && !isUtf8(payload)) this.#fail(FaultCode.InvalidText, 'Text must be UTF-8');
    else this.#sink.onMessage(payload, isBinary);
  }

  #control(opcode: number, payload: Buffer): void {
    switch (opcode) {
      case Opcode.Ping:
        this.#sink.onPing(payload);
        return;
      case Opcode.Pong:
        this.#sink.onPong();
        return;
      default:
        this.#close(payload);
    }
  }

  #close(payload: Buffer): void {
    if (payload.length === 0) {
      this.#sink.onClose(NO_CODE);
      return;
    }
    const code = payload.length === 1 ? 0 : payload.readUInt16BE(0);
    if (!isCloseCode(code)) this.#fail(FaultCode.ProtocolError, 'Invalid close code');
    else if (!isUtf8(payload.subarray(2))) this.#fail(FaultCode.InvalidText, 'Text must be UTF-8');
    else this.#sink.onClose(code);
  }

  #fail(code: FaultCode, reason: string): 0 {
    this.#failed = true;
    this.#pieces = null;
    this.#sink.onFault(code, reason);
    return 0;
  }
}

/** RFC 6455, 7.4: codes that may stand in a frame. */
function isCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}

function unmask(payload: Buffer, bytes: Buffer, maskAt: number): void {
  const mask0 = bytes[maskAt] ?? 0;
  const mask1 = bytes[maskAt + 1] ?? 0;
  const mask2 = bytes[maskAt + 2] ?? 0;
  const mask3 = bytes[maskAt + 3] ?? 0;
  const { length } = payload;
  let at = 0;
  for (; at + 3 < length; at += 4) {
    payload[at] = (payload[at] ?? 0) ^ mask0;
    payload[at + 1] = (payload[at + 1] ?? 0) ^ mask1;
    payload[at + 2] = (payload[at + 2] ?? 0) ^ mask2;
    payload[at + 3] = (payload[at + 3] ?? 0) ^ mask3;
  }
  if (at < length) payload[at] = (payload[at] ?? 0) ^ mask0;
  if (at + 1 < length) payload[at + 1] = (payload[at + 1] ?? 0) ^ mask1;
  if (at + 2 < length) payload[at + 2] = (payload[at + 2] ?? 0) ^ mask2;
}
