import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { contentTypeOf, type Answer } from './http-api.ts';
import { parsePlainCall, type PlainCall } from './plain-call.ts';

/**
 * A connection on which no call comes is let go after this, in seconds; the client is told less.
 * Longer than the minute after which proxies let go of theirs, so that none sends a call on a
 * connection that is just being closed.
 */
const IDLE_S = 75;
const IDLE_TOLD_S = 72;
/** Answers that a client has not read, or calls that wait for an answer, in bytes; no more is read. */
const UNREAD_BYTES_MAX = 64 * 1024;

/** A plain call to be answered, or not: null where it is for Node, as if nothing had been read. */
export type AnswerCall = (call: PlainCall, socket: Socket) => PlainAnswer | null;

/** Now, or later; then too it may turn out to be for Node. */
export type PlainAnswer = Answer | Promise<Answer | null>;

type HandOver = (socket: Socket, bytes: Buffer) => void;

/**
 * Answers plain calls straight from the connections of an HTTP server. What an SDK sends comes whole
 * in one read, and the answer is one write; the request, response and streams that Node would make
 * for it cost as much as checking and publishing. A connection is handed over to Node, from the call
 * on, once it brings anything else.
 */
export class CallDoor {
  readonly #answer: AnswerCall;
  readonly #lines = new Set<Line>();

  constructor(answer: AnswerCall) {
    this.#answer = answer;
  }

  /** @returns false, the connection untouched, where its first bytes are no plain call */
  take(socket: Socket, bytes: Buffer, handOver: HandOver): boolean {
    const call = parsePlainCall(bytes);
    const answer = call === null ? null : this.#answer(call, socket);
    if (call === null || answer === null) return false;
    const line = new Line(socket, bytes, this.#answer, (rest) => {
      this.#lines.delete(line);
      handOver(socket, rest);
    });
    this.#lines.add(line);
    socket.on('close', () => this.#lines.delete(line));
    line.begin(call, answer);
    return true;
  }

  /** Lets go of all connections, once what was asked is answered and sent. */
  close(): void {
    for (const line of this.#lines) line.close();
  }
}

/** What becomes of a connection when what was read is answered, or what is under way at least. */
type Then = 'go on' | 'end' | 'destroy';

/** One connection: its calls are answered one after another. */
class Line {
  readonly #socket: Socket;
  readonly #answer: AnswerCall;
  /** Takes the connection with what is no plain call, and all that follows it. */
  readonly #leave: (rest: Buffer) => void;
  /** What was read and is not answered yet. */
  #rest: Buffer;
  #isAnswering = false;
  #then: Then = 'go on';

  constructor(socket: Socket, bytes: Buffer, answer: AnswerCall, leave: (rest: Buffer) => void) {
    this.#socket = socket;
    this.#rest = bytes;
    this.#answer = answer;
    this.#leave = leave;
  }

  begin(call: PlainCall, answer: PlainAnswer): void {
    const socket = this.#socket;
    socket.on('data', this.#onData);
    socket.on('drain', this.#answerRest);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#destroy);
    socket.on('timeout', this.#destroy);
    socket.setTimeout(IDLE_S * 1000);
    if (this.#take(call, answer)) this.#answerRest();
  }

  close(): void {
    if (this.#isAnswering) this.#then = 'destroy';
    else this.#socket.destroySoon();
  }

  readonly #answerRest = (): void => {
    const socket = this.#socket;
    while (!this.#isAnswering && this.#rest.length > 0) {
      if (socket.writableLength > UNREAD_BYTES_MAX) {
        socket.pause();
        return;
      }
      const call = parsePlainCall(this.#rest);
      const answer = call === null ? null : this.#answer(call, socket);
      if (call === null || answer === null) {
        this.#letGo();
        return;
      }
      if (!this.#take(call, answer)) return;
    }
    if (this.#isAnswering) return;
    if (this.#then === 'end') socket.end();
    else if (socket.isPaused()) socket.resume();
  };

  /** @returns false where the answer comes later */
  #take(call: PlainCall, answer: PlainAnswer): boolean {
    if (!(answer instanceof Promise)) {
      this.#send(call, answer);
      return true;
    }
    this.#isAnswering = true;
    answer.then(
      (later) => {
        this.#finish(call, later);
      },
      (error: unknown) => {
        this.#socket.destroy(error instanceof Error ? error : undefined);
      },
    );
    return false;
  }

  #finish(call: PlainCall, answer: Answer | null): void {
    this.#isAnswering = false;
    if (this.#socket.destroyed) return;
    if (answer === null) {
      this.#letGo();
      return;
    }
    this.#send(call, answer);
    if (this.#then === 'destroy') this.#socket.destroySoon();
    else this.#answerRest();
  }

  #send({ length }: PlainCall, answer: Answer): void {
    this.#socket.write(answerText(answer));
    this.#rest = this.#rest.subarray(length);
  }

  readonly #onData = (chunk: Buffer): void => {
    // What was paused over keeps its place.
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#answerRest();
    if (this.#isAnswering && this.#rest.length > UNREAD_BYTES_MAX) this.#socket.pause();
  };

  /** What was read before is answered still. */
  readonly #onEnd = (): void => {
    this.#then = 'end';
    this.#answerRest();
  };

  readonly #destroy = (): void => {
    this.#socket.destroy();
  };

  #letGo(): void {
    const socket = this.#socket;
    socket.setTimeout(0);
    socket.removeListener('data', this.#onData);
    socket.removeListener('drain', this.#answerRest);
    socket.removeListener('end', this.#onEnd);
    socket.removeListener('error', this.#destroy);
    socket.removeListener('timeout', this.#destroy);
    this.#leave(this.#rest);
  }
}

/** The last answer and its second: those of one route are mostly the same as the one before. */
let last = { status: 0, body: '', now_s: 0, text: '' };
let date = { now_s: 0, text: '' };

function answerText(answer: Answer): string {
  const { status, body } = answer;
  const now_s = Math.floor(Date.now() / 1000);
  if (last.status !== status || last.body !== body || last.now_s !== now_s) {
    if (date.now_s !== now_s) date = { now_s, text: new Date(now_s * 1000).toUTCString() };
    const text =
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      (answer.headers ?? `content-type: ${contentTypeOf(answer)}\r\n`) +
      `content-length: ${Buffer.byteLength(body)}\r\n` +
      `Date: ${date.text}\r\n` +
      `Connection: keep-alive\r\nKeep-Alive: timeout=${IDLE_TOLD_S}\r\n\r\n${body}`;
    if (answer.headers !== undefined) return text;
    last = { status, body, now_s, text };
  }
  return last.text;
}
