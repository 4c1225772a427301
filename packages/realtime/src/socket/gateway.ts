import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket, type RawData, type ServerOptions } from 'ws';
import type { App } from '../channel/app.ts';
import type { Broadcast } from '../cluster/bus.ts';
import { acceptClientEvent } from '../channel/client-event.ts';
import { parseClientFrame } from '../wire/client-frame.ts';
import { CloseCode, ErrorCode } from '../wire/close-code.ts';
import { Connection } from './connection.ts';
import { appKeyOf, shakeHands } from './handshake.ts';
import { Heartbeat } from './heartbeat.ts';
import type { RealtimeLimits } from '../limits.ts';
import { connectionEstablishedFrame, errorFrame, PONG_FRAME } from '../wire/server-frame.ts';
import { subscribe, type Greeter } from '../channel/subscription.ts';

/** `ws` knows the option, its types do not yet. */
type SocketServerOptions = ServerOptions & { closeTimeout: number };

export interface GatewayOptions extends Greeter {
  findApp: (key: string) => App | undefined;
  publish: (broadcast: Broadcast) => void;
  limits: RealtimeLimits;
  activityTimeout_s: number;
  pongTimeout_s: number;
}

interface SocketListeners {
  message: (this: WebSocket, data: RawData, isBinary: boolean) => void;
  ping: (this: WebSocket) => void;
  pong: (this: WebSocket) => void;
  error: (this: WebSocket, error: Error) => void;
  close: (this: WebSocket) => void;
}

/** Where WebSockets come in: from the upgrade to the close. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server: WebSocketServer;
  /** All that are not closed. One that was refused has no connection and waits for its close. */
  readonly #sockets = new Map<WebSocket, Connection | null>();
  readonly #heartbeat: Heartbeat;
  /** One set for all sockets; each finds its connection by `this`. */
  readonly #listeners: SocketListeners;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { limits, activityTimeout_s, pongTimeout_s } = options;
    const serverOptions: SocketServerOptions = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.frameBytesMax,
      maxFragments: limits.fragmentsMax,
      closeTimeout: limits.closeTimeout_ms,
    };
    this.#server = new WebSocketServer(serverOptions);
    this.#heartbeat = new Heartbeat(activityTimeout_s, pongTimeout_s, () => this.#checkAll());
    this.#listeners = this.#createListeners();
  }

  /** @returns false, the socket untouched, where the path is not `/app/KEY` */
  handleUpgrade(request: IncomingMessage, raw: Duplex, head: Buffer): boolean {
    const key = appKeyOf(request.url);
    if (key === null) return false;
    this.#server.handleUpgrade(request, raw, head, (socket) => {
      const handshake = shakeHands(request, this.#options.findApp(key));
      if (handshake.ok) {
        this.#accept(socket, raw, handshake.app);
        return;
      }
      this.#listen(socket, null);
      refuse(socket, raw, handshake.code, handshake.message);
    });
    return true;
  }

  /** Sends clients elsewhere, and takes no more. Bounded by the time that a close may take. */
  async close(): Promise<void> {
    this.#server.close();
    for (const connection of this.#sockets.values()) {
      if (connection) this.#drop(connection, CloseCode.Reconnect, 'The server goes away');
    }
    await Promise.all(
      [...this.#sockets.keys()].map(
        async (socket) =>
          new Promise<void>((resolve) => {
            socket.once('close', () => resolve());
          }),
      ),
    );
    this.#heartbeat.stop();
  }

  #accept(socket: WebSocket, raw: Duplex, app: App): void {
    const socketId = app.freeSocketId();
    const connection = new Connection(app, socketId, socket, raw, this.#heartbeat.count);
    this.#listen(socket, connection);
    app.connect(connection);
    connection.send(connectionEstablishedFrame(socketId, this.#options.activityTimeout_s));
  }

  #listen(socket: WebSocket, connection: Connection | null): void {
    this.#sockets.set(socket, connection);
    socket.on('message', this.#listeners.message);
    socket.on('ping', this.#listeners.ping);
    socket.on('pong', this.#listeners.pong);
    socket.on('error', this.#listeners.error);
    socket.on('close', this.#listeners.close);
  }

  #createListeners(): SocketListeners {
    const sockets = this.#sockets;
    const heartbeat = this.#heartbeat;
    const { logger } = this.#options;
    const handleMessage = this.#handleMessage.bind(this);
    return {
      message: function (data, isBinary) {
        const connection = sockets.get(this);
        // A socket that is being closed may still deliver what was on its way.
        if (!connection?.isOpen) return;
        heartbeat.heard(connection);
        handleMessage(connection, data, isBinary);
      },
      ping: function () {
        const connection = sockets.get(this);
        if (!connection) return;
        connection.usesControlPings = true;
        heartbeat.heard(connection);
      },
      pong: function () {
        const connection = sockets.get(this);
        if (connection) heartbeat.heard(connection);
      },
      // `ws` closes the socket itself, with the code that fits (1002, 1007, 1008, 1009).
      error: function (error) {
        logger.debug({ err: error, socketId: sockets.get(this)?.socketId }, 'socket failed');
      },
      close: function () {
        const connection = sockets.get(this);
        sockets.delete(this);
        connection?.app.disconnect(connection);
      },
    };
  }

  #handleMessage(connection: Connection, data: RawData, isBinary: boolean): void {
    if (isBinary || !Buffer.isBuffer(data)) {
      connection.sendError(ErrorCode.BadFrame, 'A frame must be text');
      return;
    }
    const frame = parseClientFrame(data);
    switch (frame.type) {
      case 'ping':
        connection.send(PONG_FRAME);
        return;
      case 'pong':
        return;
      case 'subscribe':
        subscribe(connection, frame, this.#options);
        return;
      case 'unsubscribe':
        connection.app.leave(connection, frame.channel);
        return;
      case 'client_event': {
        const broadcast = acceptClientEvent(connection, frame, performance.now());
        if (broadcast) this.#options.publish(broadcast);
        return;
      }
      case 'malformed':
        connection.sendError(ErrorCode.BadFrame, frame.fault);
    }
  }

  #checkAll(): void {
    for (const connection of this.#sockets.values()) {
      if (!connection?.isOpen) continue;
      if (this.#heartbeat.check(connection) === 'dead') {
        this.#drop(connection, CloseCode.PongTimeout, 'No answer to a ping');
      }
    }
  }

  /** Closes a connection and forgets it at once: a dead one would take its time to be gone. */
  #drop(connection: Connection, code: CloseCode, message: string): void {
    connection.close(code, message);
    connection.app.disconnect(connection);
  }
}

/**
 * Refuses in words that pusher-js understands: the WebSocket is opened, says why, and closes.
 * A plain HTTP error would be a network failure to it, and it would try again for ever.
 */
function refuse(socket: WebSocket, raw: Duplex, code: CloseCode, message: string): void {
  raw.write(errorFrame(code, message));
  socket.close(code, message);
}
