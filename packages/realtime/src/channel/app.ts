import { performance } from 'node:perf_hooks';
import type { Broadcast } from '../cluster/bus.ts';
import type { AppEvent } from './app-event.ts';
import { Channel, type PresenceChange } from './channel.ts';
import { CountTicker } from './count-ticker.ts';
import { EventCache } from './event-cache.ts';
import type { Connection } from '../socket/connection.ts';
import type { RealtimeLimits } from '../limits.ts';
import type { RealtimeApp } from '../options.ts';
import { Owners } from './owners.ts';
import type { Member } from './presence.ts';
import type { RemotePart, RemoteState, Replication } from './replication.ts';
import { CloseCode } from '../wire/close-code.ts';
import {
  type ChannelAccess,
  channelAccess,
  isCached,
  userOfChannel,
} from '../wire/channel-name.ts';
import { eventFrame, subscriptionCountFrame } from '../wire/server-frame.ts';
import { newSocketId } from '../wire/socket-id.ts';
import { Users, type User } from './users.ts';

/** One app: who is connected to this node, and which channels are occupied in the whole cluster. */
export class App {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  readonly allowedOrigins: readonly string[] | undefined;
  readonly clientEvents: boolean;
  readonly enabled: boolean;
  readonly limits: RealtimeLimits;
  /** On this node, by socket id. */
  readonly connections = new Map<string, Connection>();
  /** Occupied here or on another node. */
  readonly channels = new Map<string, Channel>();
  /** How many of them ask for no signature. */
  #publicChannels = 0;
  readonly cache: EventCache;
  readonly users = new Users();
  readonly owners = new Owners();
  /** Null where nobody is told how many are subscribed. */
  readonly #counts: CountTicker | null;
  /** Null while this node stands alone. */
  replication: Replication | null = null;
  /** Tells whoever wants to know what happened here. Never throws. */
  readonly report: (event: AppEvent) => void;
  /** Told of each channel to which a socket of this node came, or which it left. Never throws. */
  readonly #attended: (channel: string) => void;

  constructor(
    config: RealtimeApp,
    limits: RealtimeLimits,
    report: (event: AppEvent) => void = () => undefined,
    attended: (channel: string) => void = () => undefined,
  ) {
    this.id = config.id;
    this.key = config.key;
    this.secret = config.secret;
    this.allowedOrigins = config.allowedOrigins;
    this.clientEvents = config.clientEvents ?? true;
    this.enabled = config.enabled ?? true;
    this.limits = { ...limits, ...config.limits };
    this.#counts =
      config.subscriptionCount === true
        ? new CountTicker(this.limits.subscriptionCountInterval_ms, (name) => this.#tellCount(name))
        : null;
    this.cache = new EventCache(this.limits);
    this.report = report;
    this.#attended = attended;
  }

  /** Whether there may be one more channel of this access: public ones leave the others their room. */
  hasRoomFor(access: ChannelAccess): boolean {
    const { channelsMax, publicChannelsMax } = this.limits;
    return access === 'public'
      ? this.#publicChannels < Math.min(publicChannelsMax, channelsMax)
      : this.channels.size - this.#publicChannels < channelsMax;
  }

  freeSocketId(): string {
    for (;;) {
      const id = newSocketId();
      if (!this.connections.has(id)) return id;
    }
  }

  connect(connection: Connection): void {
    this.connections.set(connection.socketId, connection);
  }

  /** Forgets a connection, its subscriptions included. Harmless the second time. */
  disconnect(connection: Connection): void {
    for (const name of connection.channels) this.leave(connection, name);
    this.#signOut(connection);
    this.owners.release(connection);
    this.connections.delete(connection.socketId);
  }

  join(connection: Connection, name: string, member: Member | null): Channel {
    const channel = this.#occupy(name);
    // The channel's own string: that of the frame would be another copy for each subscriber.
    connection.channels.add(channel.name);
    const arrived = channel.add(connection, member);
    if (arrived !== null) this.#tell({ type: 'member_added', channel: name, userId: arrived });
    this.#countChanged(channel);
    this.replication?.channelChanged(this.id, name, member?.userId ?? null);
    this.#attended(channel.name);
    return channel;
  }

  leave(connection: Connection, name: string): void {
    if (!connection.channels.delete(name)) return;
    const channel = this.channels.get(name);
    if (!channel) return;
    const userId = channel.roster?.userOf(connection.socketId) ?? null;
    const left = channel.remove(connection);
    if (left !== null) this.#tell({ type: 'member_removed', channel: name, userId: left });
    this.#countChanged(channel);
    this.#closeIfVacant(channel);
    this.replication?.channelChanged(this.id, name, userId);
    this.#attended(channel.name);
  }

  /** Takes a connection that is not signed in for a user. */
  signIn(connection: Connection, user: User): void {
    this.users.signIn(connection, user);
    this.replication?.userChanged(this.id, user.userId);
  }

  /** Closes all sockets of a signed-in user on this node, so that pusher-js stays away. */
  terminateUser(userId: string): void {
    for (const connection of this.users.socketsOf(userId)) {
      connection.close(CloseCode.Unauthorized, 'You got disconnected by the app');
      this.disconnect(connection);
    }
  }

  /**
   * Notes in whose name a socket of this node is connected. One that acts for too many is closed.
   *
   * @returns false where the socket is not on this node
   */
  claim(socketId: string, owner: string): boolean {
    const connection = this.connections.get(socketId);
    if (!connection) return false;
    if (!this.owners.claim(connection, owner)) {
      connection.close(CloseCode.OverCapacity, 'Too many identities on one connection');
      this.disconnect(connection);
    }
    for (const name of connection.channels) this.#attended(name);
    return true;
  }

  /** In whose names sockets of this node follow a channel. */
  ownersAt(name: string): readonly string[] {
    const owners = new Set<string>();
    for (const connection of this.channels.get(name)?.subscribers() ?? []) {
      for (const owner of this.owners.of(connection)) owners.add(owner);
    }
    return [...owners];
  }

  /** Closes the sockets on this node that were claimed for an owner. */
  disconnectOwner(owner: string, code: CloseCode, message: string): void {
    for (const connection of this.owners.socketsOf(owner)) {
      connection.close(code, message);
      this.disconnect(connection);
    }
  }

  /** Another node says what changed in its part of a channel. */
  applyRemote(nodeId: string, name: string, part: RemotePart): void {
    const known = this.channels.get(name);
    if (!known && part.count <= 0) return;
    const channel = known ?? this.#occupy(name);
    this.#settle(channel, () => channel.applyRemote(nodeId, part));
  }

  /** Another node says all that it has. Every other channel it has left, if it was there. */
  replaceRemote(nodeId: string, { channels, userIds }: RemoteState): void {
    for (const channel of this.channels.values()) {
      if ((channels.get(channel.name)?.count ?? 0) > 0) continue;
      this.#settle(channel, () => channel.dropRemote(nodeId));
    }
    for (const [name, part] of channels) {
      if (part.count <= 0) continue;
      const channel = this.#occupy(name);
      this.#settle(channel, () => channel.replaceRemote(nodeId, part));
    }
    this.users.replaceRemote(nodeId, userIds);
  }

  /** Whether there is anybody on this node for an event, or it is kept for who comes later. */
  hears({ channels, event }: Pick<Broadcast, 'channels' | 'event'>): boolean {
    return channels.some(
      (name) => isCached(name, event) || (this.channels.get(name)?.localCount ?? 0) > 0,
    );
  }

  /** To the subscribers on this node. */
  deliver({ channels, event, dataJson, exceptSocketId, userId }: Broadcast): void {
    const except = exceptSocketId === undefined ? undefined : this.connections.get(exceptSocketId);
    for (const name of channels) {
      if (isCached(name, event)) this.cache.remember(name, { event, dataJson }, performance.now());
      const channel = this.channels.get(name);
      if (!channel || channel.localCount === 0) continue;
      const sender = userId === undefined ? {} : { userId };
      channel.send(eventFrame({ event, channel: name, dataJson, ...sender }), except);
    }
  }

  #signOut(connection: Connection): void {
    const { user } = connection;
    if (user === null) return;
    this.users.signOut(connection);
    this.replication?.userChanged(this.id, user.userId);
  }

  #countChanged({ name, roster }: Channel): void {
    if (roster === null && userOfChannel(name) === null) this.#counts?.changed(name);
  }

  #tellCount(name: string): void {
    const channel = this.channels.get(name);
    const count = channel?.subscriptionCount ?? 0;
    channel?.send(subscriptionCountFrame(name, count));
    this.#tell({ type: 'subscription_count', channel: name, count });
  }

  #occupy(name: string): Channel {
    const known = this.channels.get(name);
    if (known) return known;
    const channel = new Channel(name);
    this.channels.set(name, channel);
    if (isPublic(name)) this.#publicChannels += 1;
    this.#tell({ type: 'channel_occupied', channel: name });
    return channel;
  }

  #closeIfVacant(channel: Channel): void {
    if (channel.subscriptionCount > 0) return;
    this.channels.delete(channel.name);
    if (isPublic(channel.name)) this.#publicChannels -= 1;
    this.#tell({ type: 'channel_vacated', channel: channel.name });
  }

  /** Changes another node's part of a channel, and tells what came of it. */
  #settle(channel: Channel, change: () => PresenceChange): void {
    const { name, subscriptionCount } = channel;
    const { arrived, left } = change();
    for (const userId of arrived) this.#tell({ type: 'member_added', channel: name, userId });
    for (const userId of left) this.#tell({ type: 'member_removed', channel: name, userId });
    if (channel.subscriptionCount !== subscriptionCount) this.#countChanged(channel);
    this.#closeIfVacant(channel);
  }

  /** What happens to a channel happens on every node; one of them reports it. */
  #tell(event: AppEvent): void {
    // Nobody named this channel: the clients themselves subscribe to it when they sign in.
    if (userOfChannel(event.channel) !== null) return;
    if (this.replication?.speaksFor(event.channel) ?? true) this.report(event);
  }
}

/** A signed-in user's own channel is not. */
function isPublic(name: string): boolean {
  return channelAccess(name) === 'public' && userOfChannel(name) === null;
}
