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
/** Answers that a client has not read, in bytes; until it does, no more of its calls are. */
const UNREAD_BYTES_MAX = 64 * 1024;

/** @returns null where the path is not its own */
type AnswerCall = (call: PlainCall) => Answer | null;

type HandOver = (socket: Socket, bytes: Buffer) => void;

/**
 * Answers plain calls of the HTTP API straight from the connections of an HTTP server. What an
 * SDK sends comes whole in one read, and the answer is one write; the request, response and
 * streams that Node would make for it cost as much as checking and publishing. A connection is
 * handed over to Node, from the call on, once it brings anything else.
 */
export class CallDoor {
  readonly #answer: AnswerCall;
  readonly #sockets = new Set<Socket>();

  constructor(answer: AnswerCall) {
    this.#answer = answer;
  }

  /** @returns false, the connection untouched, where its first bytes are no plain call */
  take(socket: Socket, bytes: Buffer, handOver: HandOver): boolean {
    const call = parsePlainCall(bytes);
    const answer = call === null ? null : this.#answer(call);
    if (call === null || answer === null) return false;
    socket.write(answerText(answer));
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    serve(socket, bytes.subarray(call.length), this.#answer, (rest) => {
      this.#sockets.delete(socket);
      handOver(socket, rest);
    });
    return true;
  }

  /** Lets go of all connections, once what was answered is sent. */
  close(): void {
    for (const socket of this.#sockets) socket.destroySoon();
  }
}

/** @param leave takes the connection with what is no plain call, and all that follows it */
function serve(
  socket: Socket,
  bytes: Buffer,
  answerCall: AnswerCall,
  leave: (rest: Buffer) => void,
): void {
  let rest = bytes;

  function answerRest(): void {
    while (rest.length > 0) {
      if (socket.writableLength > UNREAD_BYTES_MAX) {
        socket.pause();
        return;
      }
      const call = parsePlainCall(rest);
      const answer = call === null ? null : answerCall(call);
      if (call === null || answer === null) {
        letGo();
        return;
      }
      socket.write(answerText(answer));
      rest = rest.subarray(call.length);
    }
    if (socket.isPaused()) socket.resume();
  }

  function onData(chunk: Buffer): void {
    // What was paused over keeps its place.
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    answerRest();
  }

  function onEnd(): void {
    socket.end();
  }

  function destroy(): void {
    socket.destroy();
  }

  function letGo(): void {
    socket.setTimeout(0);
    socket.removeListener('data', onData);
    socket.removeListener('drain', answerRest);
    socket.removeListener('end', onEnd);
    socket.removeListener('error', destroy);
    socket.removeListener('timeout', destroy);
    leave(rest);
  }

  socket.on('data', onData);
  socket.on('drain', answerRest);
  socket.on('end', onEnd);
  socket.on('error', destroy);
  socket.on('timeout', destroy);
  socket.setTimeout(IDLE_S * 1000);
  answerRest();
}

/** The last answer and its second: most are the same as the one before. */
let last = { status: 0, body: '', now_s: 0, text: '' };

function answerText(answer: Answer): string {
  const { status, body } = answer;
  const now_s = Math.floor(Date.now() / 1000);
  if (last.status !== status || last.body !== body || last.now_s !== now_s) {
    const text =
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      `content-type: ${contentTypeOf(answer)}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n` +
      `Date: ${new Date(now_s * 1000).toUTCString()}\r\n` +
      `Connection: keep-alive\r\nKeep-Alive: timeout=${IDLE_TOLD_S}\r\n\r\n${body}`;
    last = { status, body, now_s, text };
  }
  return last.text;
}
