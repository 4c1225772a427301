// What stands between a browser and the server in the wild, as a proxy that a story can switch.
import { Agent, type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { Transform } from 'node:stream';

/**
 * - `pass`: as if it were not there
 * - `refuse-upgrade`: answers 403 to WebSockets
 * - `hang-upgrade`: takes WebSockets and never answers
 * - `cut-after-3s`: ends each connection 3 s after it was opened, whatever it carries
 * - `lose-answers`: hands each request on to the server, and drops the connection before it answers
 * - `buffer`: hands an answer on when it is complete, and what a WebSocket brings in heaps of 4 KiB
 */
export type ProxyMode =
  | 'pass'
  | 'refuse-upgrade'
  | 'hang-upgrade'
  | 'cut-after-3s'
  | 'lose-answers'
  | 'buffer';

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
  /**
   * What is open now stays open and carries nothing more, in either direction, as after a cable was
   * cut or a laptop went to sleep. What is opened later works.
   */
  halfOpen(): void;
  /** For so long nothing is read of what is open now, as by a page that is too slow. */
  stall(during_ms: number): void;
  close(): Promise<void>;
}

interface ProxyOptions {
  /** Asked at each connection where it is a function. */
  readonly targetPort: number | (() => number);
  readonly mode?: ProxyMode;
}

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const exchanges: Exchange[] = [];
  const { targetPort } = options;
  const target = (): { host: string; port: number } => ({
    host: '127.0.0.1',
    port: typeof targetPort === 'number' ? targetPort : targetPort(),
  });
  let agent = new Agent({ keepAlive: true });
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
    const upstream = connect(target(), () => {
      upstream.write(rawHead(incoming));
      upstream.write(head);
      (mode === 'buffer' ? upstream.pipe(inHeaps()) : upstream).pipe(socket).pipe(upstream);
    });
    keep(upstream);
    upstream.once('close', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
  });

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const exchange = begin(incoming, false);
    outgoing.once('close', () => end(exchange));
    const upstream = request(
      {
        ...target(),
        agent,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        exchange.status = answer.statusCode;
        if (mode === 'lose-answers') {
          answer.resume();
          outgoing.destroy();
          return;
        }
        answer.once('error', () => outgoing.destroy());
        if (mode === 'buffer') {
          void whole(answer).then((body) => {
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
          });
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
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
    halfOpen() {
      agent.destroy();
      agent = new Agent({ keepAlive: true });
      for (const socket of sockets) silence(socket);
    },
    stall(during_ms) {
      const stalled = [...sockets];
      for (const socket of stalled) socket.pause();
      setTimeout(() => {
        for (const socket of stalled) socket.resume();
      }, during_ms).unref();
    },
    async close() {
      agent.destroy();
      const closed = new Promise<unknown>((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The other end neither hears nor sees anything of it any more. */
function silence(socket: Socket): void {
  socket.unpipe();
  socket.removeAllListeners('data');
  socket.pause();
  socket.write = () => true;
}

async function whole(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const heap_bytes = 4096;

/** Keeps what comes until there is a heap of it; the answer to the upgrade passes at once. */
function inHeaps(): Transform {
  let kept: Buffer[] = [];
  let upgraded = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      kept.push(chunk);
      const size_bytes = kept.reduce((sum, { length }) => sum + length, 0);
      if (upgraded && size_bytes < heap_bytes) {
        done();
        return;
      }
      upgraded = true;
      const heap = Buffer.concat(kept);
      kept = [];
      done(null, heap);
    },
  });
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
