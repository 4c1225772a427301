import { expect } from 'vitest';
import { App } from '../channel/app.ts';
import type { AppEvent } from '../channel/app-event.ts';
import { ClusterNode, type ClusterTimes } from '../cluster/cluster-node.ts';
import { newNodeId } from '../cluster/packet.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { SILENT_LOGGER } from '../options.ts';
import type { User } from '../channel/users.ts';
import type { Connection } from '../socket/connection.ts';
import { APP } from './running-server.ts';

const TIMES: ClusterTimes = { heartbeat_ms: 5_000, nodeTimeout_ms: 20_000 };

interface Frame {
  event: string;
  channel?: string;
  data: string;
}

interface WatchlistEvent {
  name: 'online' | 'offline';
  user_ids: string[];
}

/**
 * A subscriber, and what it has been told: whatever does not fit what it was told before fails at
 * once. Only what apps ask of a connection; the sockets have tests of their own.
 */
export class Subscriber {
  readonly channels = new Set<string>();
  user: User | null = null;
  /** Users by presence channel, as the frames have it. */
  readonly seen = new Map<string, Set<string>>();
  /** Users of whom its watchlist says that they are online. */
  readonly online = new Set<string>();
  readonly socketId: string;
  readonly app: App;
  readonly userId: string;

  constructor(app: App, userId: string) {
    this.app = app;
    this.userId = userId;
    this.socketId = app.freeSocketId();
  }

  get connection(): Connection {
    return this as unknown as Connection;
  }

  send(frame: Buffer): void {
    const {
      event,
      channel = '',
      data,
    } = JSON.parse(frame.subarray(frame.indexOf('{"')).toString()) as Frame;
    const seen = this.seen.get(channel);
    if (event === 'pusher_internal:member_added') {
      const { user_id } = JSON.parse(data) as { user_id: string };
      expect(seen?.has(user_id), `${user_id} joins ${channel}, and was there`).toBe(false);
      seen?.add(user_id);
    } else if (event === 'pusher_internal:member_removed') {
      const { user_id } = JSON.parse(data) as { user_id: string };
      expect(seen?.delete(user_id), `${user_id} leaves ${channel}, and was not there`).toBe(true);
    } else if (event === 'pusher_internal:watchlist_events') {
      const { events } = JSON.parse(data) as { events: WatchlistEvent[] };
      for (const each of events) this.#takeWatchlistEvent(each);
    }
  }

  #takeWatchlistEvent({ name, user_ids }: WatchlistEvent): void {
    for (const userId of user_ids) {
      expect(this.online.has(userId), `${userId} is ${name} twice`).toBe(name === 'offline');
      if (name === 'online') this.online.add(userId);
      else this.online.delete(userId);
    }
  }
}

/** One node of a simulated cluster, with the packets that have not reached it yet. */
export class SimulatedNode {
  readonly app: App;
  readonly node: ClusterNode;
  readonly inbox: string[] = [];
  readonly subscribers: Subscriber[] = [];
  missed = 0;
  isConnected = true;

  constructor(cluster: SimulatedCluster) {
    this.app = new App(APP, DEFAULT_LIMITS, (event) => cluster.reports.push(event));
    this.node = new ClusterNode({
      id: newNodeId(),
      apps: new Map([[this.app.id, this.app]]),
      line: {
        publish: (packet) => this.isConnected && cluster.publish(packet),
        reconnect: () => undefined,
      },
      times: TIMES,
      logger: SILENT_LOGGER,
      schedule: () => undefined,
      missed: () => {
        this.missed += 1;
      },
      told: () => undefined,
    });
  }

  /** A socket that signs in, watches some users, and subscribes to one channel. */
  join(channel: string, userId: string, watchlist: readonly string[] = []): Subscriber {
    const subscriber = new Subscriber(this.app, userId);
    const member = channel.startsWith('presence-') ? { userId, userInfoJson: 'null' } : null;
    this.app.connect(subscriber.connection);
    this.app.signIn(subscriber.connection, { userId, userInfoJson: 'null', watchlist });
    const { roster } = this.app.join(subscriber.connection, channel, member);
    const { presence } = JSON.parse(roster?.snapshotJson() ?? '{"presence":{"ids":[]}}') as {
      presence: { ids: string[] };
    };
    subscriber.seen.set(channel, new Set(presence.ids));
    this.subscribers.push(subscriber);
    return subscriber;
  }

  leave(subscriber: Subscriber): void {
    this.subscribers.splice(this.subscribers.indexOf(subscriber), 1);
    this.app.disconnect(subscriber.connection);
  }

  /** Takes what has been on its way for longest. */
  receive(packets: number, now_ms: number): void {
    for (const packet of this.inbox.splice(0, packets)) this.node.receive(packet, now_ms);
  }
}

/** Nodes on a bus of which each packet, loss and moment is decided by the test. */
export class SimulatedCluster {
  readonly nodes: SimulatedNode[] = [];
  /** What the owner of the app was told, by whichever node. */
  readonly reports: AppEvent[] = [];
  now_ms = 0;

  start(): SimulatedNode {
    const node = new SimulatedNode(this);
    this.nodes.push(node);
    node.node.busChanged(true);
    return node;
  }

  publish(packet: string): boolean {
    for (const node of this.nodes) if (node.isConnected) node.inbox.push(packet);
    return true;
  }

  /** As `kill -9`: the others hear nothing more. */
  kill(node: SimulatedNode): void {
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }

  cut(node: SimulatedNode): void {
    if (!node.isConnected) return;
    node.isConnected = false;
    node.inbox.length = 0;
    node.node.busChanged(false);
  }

  mend(node: SimulatedNode): void {
    if (node.isConnected) return;
    node.isConnected = true;
    node.node.busChanged(true);
  }

  /** Until nothing is on its way. */
  settle(): void {
    do {
      for (const { node } of this.nodes) node.flush();
      for (const node of this.nodes) node.receive(node.inbox.length, this.now_ms);
      for (const { node } of this.nodes) node.flush();
    } while (this.nodes.some(({ inbox }) => inbox.length > 0));
  }

  /** Lets so many milliseconds pass, with all heartbeats in them, and everything arrives. */
  pass(ms: number): void {
    for (const end = this.now_ms + ms; this.now_ms < end;) {
      this.now_ms += TIMES.heartbeat_ms;
      for (const { node } of this.nodes) node.heartbeat(this.now_ms);
      this.settle();
    }
  }
}
