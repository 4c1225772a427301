// What stands between a browser and the server in the wild, as a proxy that a story can switch.
import { Agent, type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import { type Socket, connect } from 'node:net';

/**
 * - `pass`: as if it were not there
 * - `refuse-upgrade`: answers 403 to WebSockets
 * - `hang-upgrade`: takes WebSockets and never answers
 * - `cut-after-3s`: ends each connection 3 s after it was opened, whatever it carries
 * - `lose-answers`: hands each request on to the server, and drops the connection before it answers
 */
export type ProxyMode =
  | 'pass'
  | 'refuse-upgrade'
  | 'hang-upgrade'
  | 'cut-after-3s'
  | 'lose-answers';

export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly upgrade: boolean;
  readonly startedAt_ms: number;
  /** Undefined while it is under way. */
  endedAt_ms: number | undefined;
  status: number | undefined;
}

export interface Proxy {
  readonly url: string;
  readonly port: number;
  mode: ProxyMode;
  /** Every request so far, WebSockets included, in the order of their arrival. */
  readonly exchanges: readonly Exchange[];
  /** Drops every connection that is open now. */
  flap(): void;
  close(): Promise<void>;
}

interface ProxyOptions {
  readonly targetPort: number;
  readonly mode?: ProxyMode;
}

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const exchanges: Exchange[] = [];
  const target = { host: '127.0.0.1', port: options.targetPort };
  const agent = new Agent({ keepAlive: true });
  let mode = options.mode ?? 'pass';

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A dropped connection is what this is for; the other end is closed by `close` below.
    socket.on('error', () => socket.destroy());
  }

  const server = createServer((incoming, outgoing) => forward(incoming, outgoing));

  server.on('connection', (socket: Socket) => {
    keep(socket);
    if (mode === 'cut-after-3s') {
      const timer = setTimeout(() => socket.destroy(), 3000);
      socket.once('close', () => clearTimeout(timer));
    }
  });

  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const exchange = begin(incoming, true);
    socket.once('close', () => end(exchange));
    if (mode === 'hang-upgrade') return;
    if (mode === 'refuse-upgrade') {
      exchange.status = 403;
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(target, () => {
      upstream.write(rawHead(incoming));
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    keep(upstream);
    upstream.once('close', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
  });

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const exchange = begin(incoming, false);
    outgoing.once('close', () => end(exchange));
    const upstream = request(
      { ...target, agent, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        exchange.status = answer.statusCode;
        if (mode === 'lose-answers') {
          answer.resume();
          outgoing.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.once('error', () => outgoing.destroy());
      },
    );
    upstream.once('error', () => {
      // As a real proxy in front of a server that is down.
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
    outgoing.once('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }

  function begin(incoming: IncomingMessage, upgrade: boolean): Exchange {
    const exchange: Exchange = {
      method: incoming.method ?? '',
      path: (incoming.url ?? '').split('?')[0] ?? '',
      upgrade,
      startedAt_ms: Date.now(),
      endedAt_ms: undefined,
      status: undefined,
    };
    exchanges.push(exchange);
    return exchange;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    get mode() {
      return mode;
    },
    set mode(next: ProxyMode) {
      mode = next;
    },
    exchanges,
    flap() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      agent.destroy();
      const closed = new Promise<unknown>((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function end(exchange: Exchange): void {
  exchange.endedAt_ms ??= Date.now();
}

function rawHead(incoming: IncomingMessage): string {
  const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Requests of the polling provider: the visitor's and the agent's. */
export const isUpdates = ({ path }: Exchange): boolean => path.endsWith('/updates');

export const underWay = ({ endedAt_ms }: Exchange): boolean => endedAt_ms === undefined;

/** The greatest number of exchanges that were under way at one time. */
export function mostAtOnce(exchanges: readonly Exchange[]): number {
  const edges = exchanges
    .flatMap(({ startedAt_ms, endedAt_ms = Number.POSITIVE_INFINITY }) => [
      { at: startedAt_ms, change: 1 },
      { at: endedAt_ms, change: -1 },
    ])
    // One that ends in the millisecond in which the next begins was not beside it.
    .sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  let most = 0;
  for (const { change } of edges) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}
