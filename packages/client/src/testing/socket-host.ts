import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createRealtime, signChannel, type RealtimeServer } from '@parley/realtime';
import type { TestContext } from 'vitest';
import { WebSocketServer } from 'ws';
import type { AuthorizeChannels } from '../channel-authorization.ts';

/** What becomes of who wants to upgrade. */
export type Upgrades =
  | 'served'
  /** Answered with 403, as some proxies do. */
  | 'refused'
  /** Taken and never answered. */
  | 'hanging'
  /** Upgraded, and closed with this code at once. */
  | { readonly close: number }
  /** Greeted by a server that sets no activity timeout, on which pusher-js hangs. */
  | 'greeted without a timeout';

const APP = { id: 'app', key: 'key', secret: 'secret' };

/** Our Pusher-protocol server on a port of its own, with what stands before it in the wild. */
export class SocketHost {
  upgrades: Upgrades = 'served';
  /** Attempts to connect so far. */
  attempts = 0;
  port = 0;
  /** Heads that subscribers are greeted with, by channel. */
  readonly heads = new Map<string, number>();
  #running: { readonly http: Server; readonly realtime: RealtimeServer } | null = null;
  readonly #sockets = new Set<Socket>();

  static async start({ onTestFinished }: TestContext): Promise<SocketHost> {
    const host = new SocketHost();
    await host.start();
    onTestFinished(() => host.kill());
    return host;
  }

  /** On the port that it had before, if it had one. */
  async start(): Promise<void> {
    const realtime = createRealtime({
      apps: [APP],
      greet: (_app, channel) => {
        const head = this.heads.get(channel);
        if (head === undefined) return null;
        const data = JSON.stringify({ conversation_id: 1, head });
        return Promise.resolve({ event: 'ChatHead', data });
      },
    });
    const http = createServer((_request, response) => response.writeHead(404).end());
    http.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    const closing = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, socket, head) => {
      this.attempts += 1;
      const { upgrades } = this;
      if (upgrades === 'served') {
        realtime.handleUpgrade(request, socket, head);
      } else if (upgrades === 'refused') {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      } else if (upgrades !== 'hanging') {
        closing.handleUpgrade(request, socket, head, (webSocket) => {
          if (upgrades !== 'greeted without a timeout') {
            webSocket.close(upgrades.close);
            return;
          }
          const data = JSON.stringify({ socket_id: '1.1', activity_timeout: 0 });
          webSocket.send(JSON.stringify({ event: 'pusher:connection_established', data }));
        });
      }
    });
    await new Promise<void>((resolve) => {
      http.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (http.address() as AddressInfo).port;
    this.#running = { http, realtime };
  }

  /** As `kill -9`: every connection ends without a word. */
  async kill(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    this.cut();
    await new Promise((resolve) => {
      running.http.close(resolve);
    });
    await running.realtime.close();
  }

  /** Ends every connection that is open now. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  get connections(): number {
    return this.#running?.realtime.stats().connections ?? 0;
  }

  publish(channel: string, event: string, data: object): void {
    this.#running?.realtime.publish({
      appId: APP.id,
      channels: [channel],
      event,
      data: JSON.stringify(data),
    });
  }
}

/** `POST /broadcasting/auth` as a function: signs all but the refused. */
export function authorizer(refused: ReadonlySet<string>): {
  authorize: AuthorizeChannels;
  asked: (readonly string[])[];
} {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    authorize: ({ socket_id: socketId, channels }) => {
      asked.push(channels);
      const sign = (channel: string) =>
        refused.has(channel) ? null : { auth: signChannel({ ...APP, socketId, channel }) };
      return Promise.resolve({
        channels: Object.fromEntries(channels.map((channel) => [channel, sign(channel)])),
      });
    },
  };
}
