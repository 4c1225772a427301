import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClamdAddress } from '../config/virus.ts';
import { type Verdict, verdictOf } from './virus.ts';

const ANSWER_CHARS_MAX = 1_000;
/** Between the pieces, each time that it hung up without a word that was heard. */
const PAUSES_MS = [0, 5, 50];

/** clamd's INSTREAM: pieces with their length before them, and an empty one at the end. */
export async function askClamd(
  address: ClamdAddress,
  path: string,
  signal: AbortSignal,
): Promise<Verdict> {
  // It says that a file is too large and hangs up at once: who still writes does not always hear it.
  for (const pause_ms of PAUSES_MS) {
    const answer = await exchange(connect({ ...address, signal }), path, pause_ms);
    if (answer !== null) return verdictOf(answer);
  }
  return verdictOf('');
}

/** @returns what it said; null where it hung up without a word that was heard */
async function exchange(socket: Socket, path: string, pause_ms: number): Promise<string | null> {
  let answer = '';
  let fault: NodeJS.ErrnoException | null = null;
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer = (answer + text).slice(0, ANSWER_CHARS_MAX);
  });
  socket.on('error', (error) => {
    fault ??= error;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  try {
    for await (const piece of piecesOf(path)) {
      if (pause_ms > 0) await delay(pause_ms);
      if (answer !== '') break;
      await write(socket, piece);
    }
  } catch (error) {
    fault ??= error as NodeJS.ErrnoException;
    socket.destroy();
  }
  await closed;
  if (answer !== '' || fault === null) return answer;
  if (fault.code === 'EPIPE' || fault.code === 'ECONNRESET') return null;
  throw fault;
}

async function* piecesOf(path: string): AsyncIterable<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    yield Buffer.concat([length, chunk]);
  }
  yield Buffer.alloc(4);
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
