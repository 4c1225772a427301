import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { parseUpgradeHead, type UpgradeHead } from './upgrade-head.ts';

/** A connection that says nothing is let go after this, in milliseconds. */
const FIRST_BYTES_TIMEOUT_MS = 20_000;

/** Takes the prefix off the request's path, if it is there. */
export function isBelow(request: { url?: string | undefined }, prefix: string): boolean {
  if (prefix === '') return true;
  if (!request.url?.startsWith(`${prefix}/`)) return false;
  request.url = request.url.slice(prefix.length);
  return true;
}

/** What takes a connection by its first bytes. */
export interface Takers {
  /** A plain upgrade. Answers false where the path is not its own. */
  upgrade: (head: UpgradeHead, socket: Socket, rest: Buffer) => boolean;
  /**
   * Anything else, before Node. Answers false where it is not its own, else keeps the connection
   * until it hands it over.
   */
  other: (
    socket: Socket,
    chunk: Buffer,
    handOver: (socket: Socket, chunk: Buffer) => void,
  ) => boolean;
}

/**
 * Takes the upgrades of WebSockets straight from the connections of an HTTP server. Most come
 * whole, in the first bytes, and as plain as a browser writes them: reading those here spares the
 * parser, the request and the response that Node would make for each. All else goes the usual way
 * as if nothing had been read, what is odd included: it is for Node to judge.
 *
 * @returns lets go of the connections that have said nothing yet
 */
export function openFrontDoor(http: Server, { upgrade, other }: Takers): () => void {
  const usual = http.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  const silent = new Set<Socket>();

  function handOver(socket: Socket, chunk: Buffer): void {
    // Nobody listens between here and there, so that what is put back is not read too early.
    socket.pause();
    socket.unshift(chunk);
    for (const listener of usual) listener.call(http, socket);
    socket.resume();
  }

  function onFirstBytes(this: Socket, chunk: Buffer): void {
    letGo(this);
    this.setTimeout(0);
    const head = parseUpgradeHead(chunk);
    if (head !== null && upgrade(head, this, chunk.subarray(head.length))) return;
    if (!other(this, chunk, handOver)) handOver(this, chunk);
  }

  function destroy(this: Socket): void {
    this.destroy();
  }

  function onClose(this: Socket): void {
    silent.delete(this);
  }

  function letGo(socket: Socket): void {
    silent.delete(socket);
    socket.removeListener('data', onFirstBytes);
    socket.removeListener('timeout', destroy);
    socket.removeListener('error', destroy);
    socket.removeListener('end', destroy);
    socket.removeListener('close', onClose);
  }

  http.removeAllListeners('connection');
  http.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.setTimeout(FIRST_BYTES_TIMEOUT_MS);
    socket.on('data', onFirstBytes);
    socket.on('timeout', destroy);
    socket.on('error', destroy);
    socket.on('end', destroy);
    socket.on('close', onClose);
  });
  return () => {
    for (const socket of silent) socket.destroy();
  };
}
