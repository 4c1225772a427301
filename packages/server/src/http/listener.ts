import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { type AnswerCall, asksForWebSocket } from '@parley/realtime';
import { ErrorForPeople } from '../error-for-people.ts';
import { Rush } from './rush.ts';
import { routeUpgrade } from './upgrade.ts';

/** Gets what comes in before anybody else; true where it took it. */
export interface Interceptor {
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * Takes what is plain straight from the connections.
   * @returns lets go of connections on which nothing is under way
   */
  openDoors?(server: Server, path: string, others: AnswerCall): () => void;
}

export const NO_INTERCEPTOR: Interceptor = {
  handleRequest: () => false,
  handleUpgrade: () => false,
};

/**
 * Times of the HTTP server, in milliseconds. They bound how long a request may take to arrive and
 * not how long its answer may wait, so that long polls live. Idle connections outlive the minute
 * after which most proxies close theirs: a request never meets a connection that is just closing.
 */
const TIMES = { headersTimeout: 20_000, requestTimeout: 30_000, keepAliveTimeout: 72_000 };

/**
 * So many connections may wait to be accepted (the system may allow fewer). After a restart all
 * clients come back within seconds; whoever finds no room is left to TCP, which tries again after 1,
 * 3, 7, 15, 31 s. Node's default is 511.
 */
const BACKLOG = 4_096;

export interface Onlookers {
  /** Answers plain calls, where the interceptor opens doors for them. */
  readonly plain?: AnswerCall;
  /** Sees each request before anybody else. */
  readonly seen?: ((request: IncomingMessage) => void) | undefined;
}

export function createHttpServer(
  otherwise: RequestListener,
  first: Interceptor,
  { plain = () => null, seen }: Onlookers = {},
): Server {
  const options = { ...TIMES, noDelay: true, shouldUpgradeCallback: asksForWebSocket };
  const server = createServer(options, (request, response) => {
    seen?.(request);
    if (first.handleRequest(request, response)) return;
    if (!rush.putsOff(request, response)) otherwise(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (first.handleUpgrade(request, socket, head)) return;
    if (!routeUpgrade(request, { socket, head }, otherwise)) refuseUpgrade(socket);
  });
  const closeDoors = first.openDoors?.(server, '', plain);
  // After the doors, which see every connection: so does this.
  const rush = new Rush(server);
  if (closeDoors === undefined) return server;
  // Whoever closes the server must not wait for connections that it does not know of yet.
  const close = server.close.bind(server);
  server.close = (callback) => {
    closeDoors();
    return close(callback);
  };
  return server;
}

function refuseUpgrade(socket: Duplex): void {
  // The other side may be gone already, which is nobody's concern.
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** @throws Error that names the setting by which the port was chosen, where it is taken */
export async function listen(
  server: Server,
  address: { host: string | undefined; port: number },
  setting: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(listenErrorFrom(error, address, setting));
    };
    server.once('error', fail);
    server.listen({ port: address.port, host: address.host, backlog: BACKLOG }, () => {
      server.removeListener('error', fail);
      resolve();
    });
  });
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : address.port;
}

export function listenErrorFrom(
  error: unknown,
  { host = 'any address', port }: { host: string | undefined; port: number },
  setting: string,
): ListenError {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = `port ${port} (${setting}) on ${host}`;
  const reasons: Partial<Record<string, string>> = {
    EADDRINUSE: 'another program uses it. Stop that one, or choose another port.',
    EACCES: 'this user may not use it. Ports below 1024 need more rights.',
    EADDRNOTAVAIL: 'this machine has no such address.',
  };
  const reason = reasons[code ?? ''] ?? message;
  return new ListenError(`Cannot listen on ${where}: ${reason}`, error);
}

export class ListenError extends ErrorForPeople {
  override readonly name = 'ListenError';

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}
