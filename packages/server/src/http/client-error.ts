import type { Socket } from 'node:net';
import { errorBody } from './error.ts';

/** Connections on which a request may take longer to arrive than others. */
const uploading = new WeakSet<Socket>();

/** Lets the request under way on a connection take its time, until it is said to be over. */
export function allowTime(socket: Socket): { over(): void } {
  uploading.add(socket);
  return {
    over: () => {
      uploading.delete(socket);
    },
  };
}

/** What does not parse as HTTP has no request to answer, so the answer is written by hand. */
export function handleClientError(error: Error & { code?: string }, socket: Socket): void {
  // Node only says so once; whoever reads the upload watches that it goes on.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && uploading.has(socket)) return;
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = statusOf(error.code);
  const body = JSON.stringify(errorBody({ code: 'invalid_request', message, details: undefined }));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function statusOf(code: string | undefined): [status: string, message: string] {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', 'The request did not arrive in time.'];
    case 'HPE_HEADER_OVERFLOW':
      return [
        '431 Request Header Fields Too Large',
        'The headers are larger than the server takes.',
      ];
    default:
      return ['400 Bad Request', 'This is not an HTTP request that the server understands.'];
  }
}
