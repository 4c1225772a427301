import type { Connection } from '../socket/connection.ts';
import { watchlistFrame } from '../wire/server-frame.ts';
import { Roster, type Member } from './presence.ts';

/** PP-5: who a connection signed in as, by the word of the application's backend. */
export interface User extends Member {
  /** Users whose coming and going this one is told of. */
  watchlist: readonly string[];
}

type Presence = 'online' | 'offline';

/** The signed-in users of one app: online from their first socket in the cluster to their last. */
export class Users {
  readonly #roster = new Roster();
  /** Sockets on this node, by user. */
  readonly #sockets = new Map<string, Set<Connection>>();
  /** Who on this node watches a user. */
  readonly #watchers = new Map<string, Set<Connection>>();

  /** Anywhere in the cluster. */
  isOnline(userId: string): boolean {
    return this.#roster.has(userId);
  }

  /** On this node. */
  socketsOf(userId: string): readonly Connection[] {
    return [...(this.#sockets.get(userId) ?? [])];
  }

  /** On this node. */
  isHere(userId: string): boolean {
    return this.#sockets.has(userId);
  }

  /** Users with a socket on this node. */
  localIds(): string[] {
    return [...this.#sockets.keys()];
  }

  /**
   * Signs a connection in that was not, tells it who of its watchlist is online, and those who
   * watch this user.
   */
  signIn(connection: Connection, user: User): void {
    connection.user = user;
    const arrival = this.#roster.join(connection.socketId, user);
    addTo(this.#sockets, user.userId, connection);
    if (arrival === 'arrived') this.#tellWatchers(user.userId, 'online');
    for (const watched of user.watchlist) addTo(this.#watchers, watched, connection);
    const online = user.watchlist.filter((userId) => this.isOnline(userId));
    if (online.length > 0) connection.send(watchlistFrame('online', online));
  }

  /** Harmless for a connection that is not signed in. */
  signOut(connection: Connection): void {
    const { user } = connection;
    if (user === null) return;
    connection.user = null;
    for (const watched of user.watchlist) removeFrom(this.#watchers, watched, connection);
    removeFrom(this.#sockets, user.userId, connection);
    if (this.#roster.leave(connection.socketId) !== null) {
      this.#tellWatchers(user.userId, 'offline');
    }
  }

  /** A user came to another node, or left it. Harmless the second time. */
  applyRemote(nodeId: string, userId: string, isThere: boolean): void {
    if (isThere) {
      const arrival = this.#roster.joinRemote(nodeId, { userId, userInfoJson: 'null' });
      if (arrival === 'arrived') this.#tellWatchers(userId, 'online');
      return;
    }
    if (this.#roster.leaveRemote(nodeId, userId) === 'left') this.#tellWatchers(userId, 'offline');
  }

  /** Another node says which users it has; none, where it is gone. */
  replaceRemote(nodeId: string, userIds: ReadonlySet<string>): void {
    for (const userId of this.#roster.usersOn(nodeId)) {
      if (!userIds.has(userId)) this.applyRemote(nodeId, userId, false);
    }
    for (const userId of userIds) this.applyRemote(nodeId, userId, true);
  }

  #tellWatchers(userId: string, presence: Presence): void {
    const watchers = this.#watchers.get(userId);
    if (!watchers) return;
    const frame = watchlistFrame(presence, [userId]);
    for (const connection of watchers) connection.send(frame);
  }
}

function addTo(index: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const known = index.get(key);
  if (known) known.add(connection);
  else index.set(key, new Set([connection]));
}

function removeFrom(
  index: Map<string, Set<Connection>>,
  key: string,
  connection: Connection,
): void {
  const known = index.get(key);
  known?.delete(connection);
  if (known?.size === 0) index.delete(key);
}
