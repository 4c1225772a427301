/**
 * The message that every server carries: `{"id":"#PP-NNNNNNNN","text":"…"}` in 300 bytes, from
 * publisher PP its NNNNNNNNth, from 1. Each server wraps it in what its protocol needs.
 */
const BYTES = 300;
const MARK = 0x23;
const PUBLISHER_DIGITS = 2;
const SEQUENCE_DIGITS = 8;
const ID_LENGTH = 1 + PUBLISHER_DIGITS + 1 + SEQUENCE_DIGITS;

export function messageText(publisher: number, sequence: number): string {
  const head = `{"id":"${messageId(publisher, sequence)}","text":"`;
  return `${head}${'The quick brown fox jumps. '.repeat(20).slice(0, BYTES - head.length - 2)}"}`;
}

function messageId(publisher: number, sequence: number): string {
  const p = String(publisher).padStart(PUBLISHER_DIGITS, '0');
  return `#${p}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

export interface MessageId {
  publisher: number;
  sequence: number;
}

/**
 * Knows the frames of one kind of message by the first of them: all later ones have its length and
 * its bytes, but for the id. Reads no JSON after the first.
 */
export class MessageReader {
  readonly #template: Buffer;
  readonly #idAt: number;

  /** @throws Error unless the payload carries the message, whole and once */
  constructor(payload: Buffer) {
    this.#template = Buffer.from(payload);
    this.#idAt = payload.indexOf(MARK);
    if (this.#idAt === -1 || payload.indexOf(MARK, this.#idAt + 1) !== -1) {
      throw new Error(`No message: ${payload.toString()}`);
    }
    const { publisher, sequence } = this.#readId(payload, 0);
    if (!carries(payload.toString(), messageText(publisher, sequence))) {
      throw new Error(`The message was changed on its way: ${payload.toString()}`);
    }
  }

  /** @returns null where this is no message of the kind, whole and unchanged */
  read(bytes: Buffer, start: number, end: number): MessageId | null {
    const template = this.#template;
    const idEnd = this.#idAt + ID_LENGTH;
    if (end - start !== template.length) return null;
    if (template.compare(bytes, start, start + this.#idAt, 0, this.#idAt) !== 0) return null;
    if (template.compare(bytes, start + idEnd, end, idEnd) !== 0) return null;
    return this.#readId(bytes, start);
  }

  #readId(bytes: Buffer, start: number): MessageId {
    const publisherAt = start + this.#idAt + 1;
    const sequenceAt = publisherAt + PUBLISHER_DIGITS + 1;
    return {
      publisher: readDigits(bytes, publisherAt, PUBLISHER_DIGITS),
      sequence: readDigits(bytes, sequenceAt, SEQUENCE_DIGITS),
    };
  }
}

/** As it is, or as a string within JSON (Pusher, Socket.IO). */
function carries(payload: string, text: string): boolean {
  return payload.includes(text) || payload.includes(JSON.stringify(text));
}

function readDigits(bytes: Buffer, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i += 1) value = value * 10 + (bytes[at + i] ?? 0) - 0x30;
  return value;
}
