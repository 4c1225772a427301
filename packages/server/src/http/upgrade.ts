import { type IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What comes along with a request that asks for a WebSocket. */
export interface Upgrade {
  readonly socket: Duplex;
  /** What the client sent already. */
  readonly head: Buffer;
}

const UPGRADES = new WeakMap<IncomingMessage, Upgrade>();

/** Below it are the paths that take WebSockets beside Pusher's. */
const SOCKETS = '/ws/';

/**
 * Has a request for a WebSocket looked at as any other: who it is from, whether that may. What is
 * refused is answered, and the connection ends; what is not is taken by {@link takeUpgrade}.
 * @returns false, the socket untouched, where there are none at its path
 */
export function routeUpgrade(
  request: IncomingMessage,
  upgrade: Upgrade,
  listener: RequestListener,
): boolean {
  if (request.method !== 'GET' || request.url?.startsWith(SOCKETS) !== true) return false;
  const { socket } = upgrade;
  // The other side may be gone already, which is nobody's concern.
  socket.on('error', () => socket.destroy());
  UPGRADES.set(request, upgrade);
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  response.once('finish', () => {
    response.detachSocket(socket as Parameters<ServerResponse['detachSocket']>[0]);
    socket.end();
  });
  listener(request, response);
  return true;
}

/** Null for a request that asked for no WebSocket. */
export function upgradeOf(request: FastifyRequest): Upgrade | null {
  return UPGRADES.get(request.raw) ?? null;
}

/** From now on the route answers, by what it writes to the socket. */
export function takeUpgrade(request: FastifyRequest, reply: FastifyReply): void {
  const upgrade = UPGRADES.get(request.raw);
  if (upgrade === undefined) throw new Error('This request asked for no WebSocket');
  reply.hijack();
  reply.raw.detachSocket(upgrade.socket as Parameters<ServerResponse['detachSocket']>[0]);
}
