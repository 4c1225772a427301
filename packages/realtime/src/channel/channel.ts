import { channelAccess } from '../wire/channel-name.ts';
import type { Connection } from '../socket/connection.ts';
import { memberJson, Roster, type Member } from './presence.ts';
import type { RemotePart } from './replication.ts';
import { memberAddedFrame, memberRemovedFrame } from '../wire/server-frame.ts';

/** Users for whom something changed in the whole cluster. */
export interface PresenceChange {
  arrived: readonly string[];
  left: readonly string[];
}

const NO_CHANGE: PresenceChange = { arrived: [], left: [] };

/**
 * The subscribers of one name in the whole cluster, as this node knows it: its own, and what the
 * other nodes say of theirs. Exists only while there are any, anywhere.
 */
export class Channel {
  readonly name: string;
  /** Who is there, on a presence channel; null on any other. */
  readonly roster: Roster | null;
  readonly #subscribers = new Set<Connection>();
  /** Subscriptions by node; null while no other node has any. */
  #remote: Map<string, number> | null = null;
  #remoteCount = 0;

  constructor(name: string) {
    this.name = name;
    this.roster = channelAccess(name) === 'presence' ? new Roster() : null;
  }

  /** In the whole cluster. */
  get subscriptionCount(): number {
    return this.#subscribers.size + this.#remoteCount;
  }

  /** On this node. */
  subscribers(): Iterable<Connection> {
    return this.#subscribers;
  }

  /** On this node. */
  get localCount(): number {
    return this.#subscribers.size;
  }

  /** Distinct users in the whole cluster; on a channel without presence nobody knows. */
  get userCount(): number | null {
    return this.roster?.userCount ?? null;
  }

  /**
   * Adds a subscriber and tells the others, if a user came with it who was not there yet.
   *
   * @returns that user, else null
   */
  add(connection: Connection, member: Member | null): string | null {
    this.#subscribers.add(connection);
    if (this.roster === null || member === null) return null;
    if (this.roster.join(connection.socketId, member) === 'present') return null;
    this.#tellArrival(member, connection);
    return member.userId;
  }

  /**
   * Removes a subscriber and tells the others, if a user left with it.
   *
   * @returns that user, else null
   */
  remove(connection: Connection): string | null {
    this.#subscribers.delete(connection);
    const userId = this.roster?.leave(connection.socketId) ?? null;
    if (userId !== null) this.#tellDeparture(userId);
    return userId;
  }

  /** Takes what changed on another node, and tells the subscribers here. */
  applyRemote(nodeId: string, { count, users }: RemotePart): PresenceChange {
    if (count <= 0) return this.dropRemote(nodeId);
    this.#setRemoteCount(nodeId, count);
    const { roster } = this;
    if (roster === null || users.size === 0) return NO_CHANGE;
    const arrived: string[] = [];
    const left: string[] = [];
    for (const [userId, userInfoJson] of users) {
      if (userInfoJson === null) {
        if (roster.leaveRemote(nodeId, userId) === 'left') left.push(userId);
        continue;
      }
      const member = { userId, userInfoJson };
      if (roster.joinRemote(nodeId, member) === 'present') continue;
      this.#tellArrival(member);
      arrived.push(userId);
    }
    for (const userId of left) this.#tellDeparture(userId);
    return { arrived, left };
  }

  /** Takes all that another node has, in place of what was known of it. */
  replaceRemote(nodeId: string, { count, users }: RemotePart): PresenceChange {
    const all = new Map(users);
    for (const userId of this.roster?.usersOn(nodeId) ?? []) {
      if (!all.has(userId)) all.set(userId, null);
    }
    return this.applyRemote(nodeId, { count, users: all });
  }

  /** Another node has no part in this channel any more. */
  dropRemote(nodeId: string): PresenceChange {
    if (!this.#remote?.has(nodeId)) return NO_CHANGE;
    this.#setRemoteCount(nodeId, 0);
    const { roster } = this;
    if (roster === null) return NO_CHANGE;
    const users = roster.usersOn(nodeId);
    const left = users.filter((userId) => roster.leaveRemote(nodeId, userId) === 'left');
    for (const userId of left) this.#tellDeparture(userId);
    return { arrived: [], left };
  }

  /** One buffer to all subscribers on this node. */
  send(frame: Buffer, except?: Connection): void {
    for (const connection of this.#subscribers) {
      if (connection !== except) connection.send(frame);
    }
  }

  /** Data of `subscription_succeeded`. */
  snapshotJson(): string {
    return this.roster?.snapshotJson() ?? '{}';
  }

  #tellArrival(member: Member, except?: Connection): void {
    if (this.#subscribers.size === 0) return;
    this.send(memberAddedFrame(this.name, memberJson(member)), except);
  }

  #tellDeparture(userId: string): void {
    if (this.#subscribers.size === 0) return;
    this.send(memberRemovedFrame(this.name, userId));
  }

  #setRemoteCount(nodeId: string, count: number): void {
    this.#remote ??= new Map();
    this.#remoteCount += count - (this.#remote.get(nodeId) ?? 0);
    if (count > 0) this.#remote.set(nodeId, count);
    else this.#remote.delete(nodeId);
    if (this.#remote.size === 0) this.#remote = null;
  }
}
