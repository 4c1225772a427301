import type { IncomingMessage } from 'node:http';

/** Where a body goes; one of them is called, once. */
export interface BodyReceiver {
  whole(body: Buffer): void;
  /** The rest is not read. */
  tooLarge(): void;
  aborted(error: Error): void;
}

const NOTHING = Buffer.alloc(0);

/** Reads all of a body, if it is within the limit. Callbacks: this is the way of every publish. */
export function readBody(request: IncomingMessage, bytesMax: number, receiver: BodyReceiver): void {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) {
    receiver.tooLarge();
    return;
  }
  let first: Buffer = NOTHING;
  let more: Buffer[] | null = null;
  let length = 0;
  let isDone = false;
  request.on('data', (chunk: Buffer) => {
    if (isDone) return;
    length += chunk.length;
    if (length > bytesMax) {
      isDone = true;
      request.pause();
      receiver.tooLarge();
    } else if (first === NOTHING) {
      first = chunk;
    } else {
      more ??= [first];
      more.push(chunk);
    }
  });
  request.once('end', () => {
    if (isDone) return;
    isDone = true;
    receiver.whole(more === null ? first : Buffer.concat(more, length));
  });
  request.once('error', (error) => {
    if (isDone) return;
    isDone = true;
    receiver.aborted(error);
  });
}
