import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RealtimeOptions } from './options.ts';
import { isBelow } from './socket/front-door.ts';
import { appKeyOf } from './socket/handshake.ts';
import { type CloseOptions, createRealtime, type RealtimeServer } from './realtime.ts';
import { splitUrl } from './http-api/request-url.ts';
import { asksForWebSocket } from './websocket/upgrade.ts';

/**
 * So many connections may wait to be accepted: after a restart all clients come back within seconds,
 * and whoever finds no room (Node's default is 511) waits for TCP to try again, up to half a minute.
 */
const BACKLOG = 4_096;
/** An idle connection outlives those of proxies, which mostly let go after a minute. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** A whole HTTP call must have arrived by then, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface ListeningRealtime {
  /** The port that was taken, also where 0 was asked for. */
  port: number;
  server: RealtimeServer;
  /** Takes no connection from now on, and says so at `/up` to whoever has one; then as the server. */
  close(options?: CloseOptions): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  /**
   * What paths begin with where a proxy in front passes them on whole, such as `/realtime`. SDKs
   * sign what follows it. Default: nothing.
   */
  path?: string;
}

/**
 * The server alone on its own port, as a drop-in for Laravel Reverb: `/app/KEY` for WebSockets,
 * `/apps/ID/…` for backends, `GET /up` for whoever watches over it. Port 0 takes a free one.
 */
export async function listenRealtime(
  options: RealtimeOptions & ListenOptions,
): Promise<ListeningRealtime> {
  const { path = '' } = options;
  const server = createRealtime(options);
  let isClosing = false;
  const http = createServer({
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    shouldUpgradeCallback: asksForWebSocket,
  });
  http.on('request', (req, res) => {
    options.watch?.seen(req);
    if (!isBelow(req, path) || !server.handleRequest(req, res)) answerElse(req, res, isClosing);
  });
  http.on('upgrade', (req, socket, head) => {
    if (!isBelow(req, path) || !server.handleUpgrade(req, socket, head)) refuseUpgrade(socket);
  });
  const closeDoors = server.openDoors(http, path);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ port: options.port, host: options.host, backlog: BACKLOG }, resolve);
  });
  return {
    port: (http.address() as AddressInfo).port,
    server,
    async close(closeOptions) {
      isClosing = true;
      const closed = new Promise((resolve) => {
        http.close(resolve);
      });
      closeDoors();
      await server.close(closeOptions);
      http.closeAllConnections();
      await closed;
    },
  };
}

function answerElse(req: IncomingMessage, res: ServerResponse, isClosing: boolean): void {
  res.setHeader('content-type', 'application/json');
  if (req.method === 'GET' && splitUrl(req.url).path === '/up') {
    // As Reverb answers.
    if (isClosing) res.writeHead(503).end('{"health":"closing"}');
    else res.end('{"health":"OK"}');
    return;
  }
  if (appKeyOf(req.url) !== null) {
    // What comes of a proxy that does not pass Upgrade on; say so to whoever looks.
    res.writeHead(426, { upgrade: 'websocket' }).end('{"error":"This path takes WebSockets"}');
    return;
  }
  res.writeHead(404).end('{"error":"There is nothing at this path"}');
}

function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
