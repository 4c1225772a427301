import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import type { App } from '../channel/app.ts';
import type { Broadcast } from '../cluster/bus.ts';
import { acceptClientEvent } from '../channel/client-event.ts';
import { parseClientFrame } from '../wire/client-frame.ts';
import { CloseCode, ErrorCode } from '../wire/close-code.ts';
import { Outbox } from '../websocket/outbox.ts';
import { Peer, type PeerListener } from '../websocket/peer.ts';
import { answerUpgrade, UNAVAILABLE, type UpgradeHeaders } from '../websocket/upgrade.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import { appKeyOf, shakeHands, type Handshake } from './handshake.ts';
import { Heartbeat } from './heartbeat.ts';
import { judgeMessageRate } from './message-rate.ts';
import type { RealtimeLimits } from '../limits.ts';
import { connectionEstablishedFrame, errorFrame, PONG_FRAME } from '../wire/server-frame.ts';
import { signIn } from '../channel/signin.ts';
import { subscribe, type Welcome } from '../channel/subscription.ts';
import { newTraffic, type Traffic } from './traffic.ts';

export interface GatewayOptions extends Welcome {
  findApp: (key: string) => App | undefined;
  publish: (broadcast: Broadcast) => void;
  /** By the address of the peer, and `X-Forwarded-For` as it came. */
  admits: (peer: string, forwardedFor: string | undefined) => boolean;
  limits: RealtimeLimits;
  activityTimeout_s: number;
  pingInterval_s: number;
  pongTimeout_s: number;
}

/** As much of a request as an upgrade needs, whoever parsed it. */
export interface UpgradeRequest {
  method?: string | undefined;
  url?: string | undefined;
  headers: UpgradeHeaders & {
    origin?: string | undefined;
    'x-forwarded-for'?: string | string[] | undefined;
  };
}

/** A connection; one that has no address comes from this process. */
type UpgradeSocket = Duplex & { readonly remoteAddress?: string | undefined };

/** How often sockets are closed while a server drains, in milliseconds. */
const DRAIN_STEP_MS = 50;

/** Where WebSockets come in: from the upgrade to the close. */
export class Gateway implements ConnectionHost {
  readonly outbox = new Outbox();
  readonly traffic: Traffic = newTraffic();
  readonly limits: RealtimeLimits;
  readonly #options: GatewayOptions;
  /** All that are not gone. One that was refused has no connection and waits for its end. */
  readonly #connections = new Set<Connection>();
  readonly #refused = new Set<Refusal>();
  readonly #heartbeat: Heartbeat;
  #state: 'open' | 'draining' | 'closed' = 'open';
  /** Called when the last socket is gone. */
  #onEmpty: (() => void) | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.limits = options.limits;
    const { pingInterval_s, pongTimeout_s } = options;
    this.#heartbeat = new Heartbeat(pingInterval_s, pongTimeout_s, () => this.#checkAll());
  }

  /** @returns false, the socket untouched, where the path is not `/app/KEY` */
  handleUpgrade(request: UpgradeRequest, socket: UpgradeSocket, head: Buffer): boolean {
    const key = appKeyOf(request.url);
    if (key === null) return false;
    const upgrade =
      this.#state === 'closed' ? UNAVAILABLE : answerUpgrade(request.method, request.headers);
    if (!upgrade.ok) {
      socket.on('error', () => socket.destroy());
      socket.end(upgrade.answer);
      return true;
    }
    const handshake = this.#shakeHands(request, socket, key);
    if (handshake.ok) this.#accept(socket, handshake, upgrade.answer, head);
    else this.#refuse(socket, handshake, upgrade.answer);
    return true;
  }

  /**
   * Sends clients elsewhere, and takes no more: in random batches over `drain_ms`, so that they
   * do not all arrive there in one instant. Bounded by that and the time that a close may take.
   */
  async close(drain_ms = 0): Promise<void> {
    this.#state = 'draining';
    await this.#drain(drain_ms);
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      this.#checkEmpty();
    });
    this.#heartbeat.stop();
    this.#state = 'closed';
  }

  heard(connection: Connection): void {
    this.#heartbeat.heard(connection);
  }

  received(connection: Connection, payload: Buffer, isBinary: boolean): void {
    if (connection.app.limits.messageRate !== null && !this.#isWithinRate(connection)) return;
    if (isBinary) {
      connection.sendError(ErrorCode.BadFrame, 'A frame must be text');
      return;
    }
    const frame = parseClientFrame(payload);
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
      case 'signin':
        signIn(connection, frame);
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

  #isWithinRate(connection: Connection): boolean {
    const verdict = judgeMessageRate(connection, performance.now());
    if (verdict === 'within') return true;
    if (verdict === 'close') this.#drop(connection, CloseCode.OverCapacity, 'Too many messages');
    else connection.sendError(ErrorCode.ClientEventRejected, 'Too many messages');
    return false;
  }

  overflowed(connection: Connection): void {
    this.#drop(connection, CloseCode.OverCapacity, 'Reader is too slow');
  }

  failed({ socketId }: Connection, error: Error): void {
    this.#options.logger.debug({ err: error, socketId }, 'socket failed');
  }

  gone(connection: Connection): void {
    this.#connections.delete(connection);
    connection.app.disconnect(connection);
    this.#checkEmpty();
  }

  #shakeHands(request: UpgradeRequest, socket: UpgradeSocket, key: string): Handshake {
    if (this.#state === 'draining') {
      // Not 4200: whoever is led here again would come back without a pause.
      return { ok: false, code: CloseCode.OverCapacity, message: 'The server goes away' };
    }
    const forwardedFor = request.headers['x-forwarded-for']?.toString();
    if (!this.#options.admits(socket.remoteAddress ?? '', forwardedFor)) {
      return { ok: false, code: CloseCode.Unauthorized, message: 'Your address is not served' };
    }
    return shakeHands(request, this.#options.findApp(key));
  }

  #accept(socket: Duplex, handshake: Handshake & { ok: true }, answer: Buffer, head: Buffer): void {
    const { app, needsControlPings } = handshake;
    const connection = new Connection(app, socket, this, this.#heartbeat.count);
    connection.usesControlPings = needsControlPings;
    this.#connections.add(connection);
    this.traffic.connectionsOpened += 1;
    app.connect(connection);
    // In one write with what follows.
    connection.send(answer);
    connection.send(
      connectionEstablishedFrame(connection.socketId, this.#options.activityTimeout_s),
    );
    if (head.length > 0) connection.read(head);
  }

  /**
   * Refuses in words that pusher-js understands: the WebSocket is opened, says why, and closes.
   * A plain HTTP error would be a network failure to it, and it would try again for ever.
   */
  #refuse(socket: Duplex, { code, message }: Handshake & { ok: false }, answer: Buffer): void {
    const refusal = new Refusal((gone) => {
      this.#refused.delete(gone);
      this.#checkEmpty();
    });
    this.#refused.add(refusal);
    const peer = new Peer(socket, this, refusal);
    peer.send(answer);
    peer.send(errorFrame(code, message));
    peer.close(code, message);
  }

  async #drain(drain_ms: number): Promise<void> {
    const waiting = shuffled([...this.#connections]);
    const batch = Math.ceil(waiting.length / Math.max(1, Math.floor(drain_ms / DRAIN_STEP_MS)));
    while (waiting.length > 0) {
      for (const connection of waiting.splice(-batch)) {
        if (connection.isOpen) this.#drop(connection, CloseCode.Reconnect, 'The server goes away');
      }
      if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_MS));
    }
  }

  #checkEmpty(): void {
    if (this.#connections.size === 0 && this.#refused.size === 0) this.#onEmpty?.();
  }

  #checkAll(): void {
    for (const connection of this.#connections) {
      if (!connection.isOpen) continue;
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

/** A client that was let in only to be told why it may not stay. */
class Refusal implements PeerListener {
  readonly #onGone: (refusal: Refusal) => void;

  constructor(onGone: (refusal: Refusal) => void) {
    this.#onGone = onGone;
  }

  onMessage(): void {}
  onPing(): void {}
  onPong(): void {}
  onOverflow(): void {}
  onError(): void {}

  onGone(): void {
    this.#onGone(this);
  }
}

/** Fisher and Yates. */
function shuffled<T>(items: T[]): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    const item = items[last] as T;
    items[last] = items[other] as T;
    items[other] = item;
  }
  return items;
}
