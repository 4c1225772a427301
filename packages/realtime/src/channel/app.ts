import { performance } from 'node:perf_hooks';
import type { Broadcast } from '../cluster/bus.ts';
import type { AppEvent } from './app-event.ts';
import { Channel } from './channel.ts';
import { EventCache } from './event-cache.ts';
import type { Connection } from '../socket/connection.ts';
import type { RealtimeLimits } from '../limits.ts';
import type { RealtimeApp } from '../options.ts';
import type { Member } from './presence.ts';
import { isCached } from '../wire/channel-name.ts';
import { eventFrame } from '../wire/server-frame.ts';
import { newSocketId } from '../wire/socket-id.ts';

/** One app on this node: who is connected, and to which channels. */
export class App {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  readonly allowedOrigins: readonly string[] | undefined;
  readonly clientEvents: boolean;
  readonly limits: RealtimeLimits;
  readonly connections = new Map<string, Connection>();
  readonly channels = new Map<string, Channel>();
  readonly cache: EventCache;

  /** Tells whoever wants to know what happened here. Never throws. */
  readonly report: (event: AppEvent) => void;

  constructor(
    config: RealtimeApp,
    limits: RealtimeLimits,
    report: (event: AppEvent) => void = () => undefined,
  ) {
    this.id = config.id;
    this.key = config.key;
    this.secret = config.secret;
    this.allowedOrigins = config.allowedOrigins;
    this.clientEvents = config.clientEvents ?? true;
    this.limits = { ...limits, ...config.limits };
    this.cache = new EventCache(this.limits);
    this.report = report;
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
    this.connections.delete(connection.socketId);
  }

  join(connection: Connection, name: string, member: Member | null): Channel {
    let channel = this.channels.get(name);
    if (!channel) {
      channel = new Channel(name);
      this.channels.set(name, channel);
      this.report({ type: 'channel_occupied', channel: name });
    }
    connection.channels.add(name);
    const arrived = channel.add(connection, member);
    if (arrived !== null) this.report({ type: 'member_added', channel: name, userId: arrived });
    return channel;
  }

  leave(connection: Connection, name: string): void {
    if (!connection.channels.delete(name)) return;
    const channel = this.channels.get(name);
    if (!channel) return;
    const left = channel.remove(connection);
    if (left !== null) this.report({ type: 'member_removed', channel: name, userId: left });
    if (channel.subscriptionCount > 0) return;
    this.channels.delete(name);
    this.report({ type: 'channel_vacated', channel: name });
  }

  /** To the subscribers on this node. */
  deliver({ channels, event, dataJson, exceptSocketId, userId }: Broadcast): void {
    const except = exceptSocketId === undefined ? undefined : this.connections.get(exceptSocketId);
    for (const name of channels) {
      if (isCached(name, event)) this.cache.remember(name, { event, dataJson }, performance.now());
      const channel = this.channels.get(name);
      if (!channel) continue;
      const sender = userId === undefined ? {} : { userId };
      channel.send(eventFrame({ event, channel: name, dataJson, ...sender }), except);
    }
  }
}
