import type { Connection } from '../socket/connection.ts';

/** For whom a socket may act at once; more is nobody's right use. */
const OWNERS_PER_SOCKET_MAX = 8;

/**
 * In whose name sockets are connected, where the embedding server says so: by that name they can be
 * closed. Costs nothing for sockets that nobody claims, and an entry dies with its socket.
 */
export class Owners {
  readonly #sockets = new Map<string, Set<Connection>>();
  readonly #owners = new Map<Connection, Set<string>>();

  /** @returns false where the socket has too many owners already */
  claim(connection: Connection, owner: string): boolean {
    const owners = this.#owners.get(connection) ?? new Set();
    if (!owners.has(owner) && owners.size >= OWNERS_PER_SOCKET_MAX) return false;
    this.#owners.set(connection, owners.add(owner));
    const sockets = this.#sockets.get(owner) ?? new Set();
    this.#sockets.set(owner, sockets.add(connection));
    return true;
  }

  /** Harmless for a socket that nobody claimed. */
  release(connection: Connection): void {
    for (const owner of this.#owners.get(connection) ?? []) {
      const sockets = this.#sockets.get(owner);
      sockets?.delete(connection);
      if (sockets?.size === 0) this.#sockets.delete(owner);
    }
    this.#owners.delete(connection);
  }

  socketsOf(owner: string): readonly Connection[] {
    return [...(this.#sockets.get(owner) ?? [])];
  }

  /** In whose names a socket is connected. */
  of(connection: Connection): Iterable<string> {
    return this.#owners.get(connection) ?? [];
  }

  /** Everybody with a socket here. */
  all(): readonly string[] {
    return [...this.#sockets.keys()];
  }
}
