import type { App } from '../channel/app.ts';
import { NOTHING, type Replication } from '../channel/replication.ts';
import type { RealtimeLogger } from '../options.ts';
import type { Broadcast, BusLine } from './bus.ts';
import { LocalChanges, wholeState } from './local-state.ts';
import * as lines from './message.ts';
import { parseMessage, type Message } from './message.ts';
import { Outbox } from './outbox.ts';
import { packetLines, PACKET_LENGTH_MAX, parseHeader, type PacketHeader } from './packet.ts';
import { StagedState, type Peer } from './peer.ts';
import { speakerFor } from './speaker.ts';

export interface ClusterTimes {
  /** Every so many milliseconds a node says that it is there, and looks whether others are. */
  heartbeat_ms: number;
  /** A node that was not heard of for so many milliseconds is gone, and its members with it. */
  nodeTimeout_ms: number;
}

export const DEFAULT_CLUSTER_TIMES: ClusterTimes = { heartbeat_ms: 5_000, nodeTimeout_ms: 20_000 };

/** What went over the bus since the start, in packets, and how the cluster stands. */
export interface ClusterFigures {
  /** Whether this node hears itself over the bus. */
  isUp: boolean;
  /** Nodes whose state is known, this one included. */
  nodes: number;
  published: number;
  /** From other nodes. */
  received: number;
  /** What was no packet or message of ours, or too large. */
  rejected: number;
  /** Not sent, for the bus was down or too slow. */
  dropped: number;
}

export interface ClusterNodeOptions {
  id: string;
  apps: ReadonlyMap<string, App>;
  line: Pick<BusLine, 'publish' | 'reconnect'>;
  times: ClusterTimes;
  logger: RealtimeLogger;
  /** {@link ClusterNode.flush} should be called soon; asked once until it is. */
  schedule: () => void;
  /** Events of other nodes may have been missed. */
  missed: () => void;
  /** A note of another node's embedding server. */
  told: (note: string) => void;
}

/** More would not be nodes of ours. */
const PEERS_MAX = 256;
const STAGED_SIZE_MAX = 5_000_000;
/** Ids of nodes that fell silent, kept to know them when they return. */
const LOST_MAX = 1_000;
/** Heartbeats without an echo after which the bus is down. */
const SILENT_HEARTBEATS = 3;

/**
 * One node of the cluster: tells the others what its sockets are subscribed to, and puts what they
 * tell into the apps. It has no clock and no timers of its own; see {@link joinCluster}.
 *
 * Each packet has a number, so that a gap shows; who sees a gap asks for the whole state. A node
 * hears its own packets too. As long as it does, the bus works, and a peer that is silent meanwhile
 * is gone; while it does not, nothing can be said of anyone, and nobody is given up.
 */
export class ClusterNode implements Replication {
  readonly #options: ClusterNodeOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #lost = new Set<string>();
  readonly #changes: LocalChanges;
  readonly #outbox: Outbox;
  /** Peers that wait for the whole state. */
  readonly #asking = new Set<string>();
  /** This node and the peers that are known. */
  #speakers: readonly string[];
  /** While a state is taken that is no news. */
  #isQuiet = false;
  #isScheduled = false;
  #owesHeartbeat = false;
  #isUp = false;
  #hasBeenUp = false;
  /** When the last own packet came back. */
  #echoAt_ms = Number.NEGATIVE_INFINITY;
  /** When the bus was last given time to come. */
  #reconnectedAt_ms: number | null = null;
  /** The first drop since the bus was up is logged. */
  #hasToldDrop = false;
  #received = 0;
  #rejected = 0;

  constructor(options: ClusterNodeOptions) {
    this.#options = options;
    this.#changes = new LocalChanges(options.apps);
    this.#outbox = new Outbox(options.id, options.line);
    this.#speakers = [options.id];
    for (const app of options.apps.values()) app.replication = this;
  }

  get figures(): ClusterFigures {
    return {
      isUp: this.#isUp,
      nodes: this.#speakers.length,
      published: this.#outbox.published,
      received: this.#received,
      rejected: this.#rejected,
      dropped: this.#outbox.dropped,
    };
  }

  channelChanged(appId: string, channel: string, userId: string | null): void {
    this.#changes.note(appId, channel, userId);
    this.#schedule();
  }

  userChanged(appId: string, userId: string): void {
    this.#changes.noteUser(appId, userId);
    this.#schedule();
  }

  speaksFor(name: string): boolean {
    if (this.#isQuiet) return false;
    return this.#speakers.length === 1 || speakerFor(name, this.#speakers) === this.#options.id;
  }

  /** To all other nodes, after all that changed before it. */
  send(broadcast: Broadcast): void {
    this.#stageChanges();
    this.#outbox.push('*', lines.broadcastLine(broadcast));
    this.#schedule();
  }

  /** Closes the sockets of a user on all other nodes. */
  terminateUser(appId: string, userId: string): void {
    this.#outbox.push('*', lines.terminateLine(appId, userId));
    this.#schedule();
  }

  /** A note for the embedding servers of all other nodes. */
  tell(note: string): void {
    this.#outbox.push('*', lines.noteLine(note));
    this.#schedule();
  }

  /** Sends what is waiting. */
  flush(): void {
    this.#isScheduled = false;
    this.#stageChanges();
    const [first, ...others] = this.#asking;
    this.#asking.clear();
    if (first !== undefined) this.#stageSnapshot(others.length === 0 ? first : '*');
    if (this.#owesHeartbeat && this.#outbox.isEmpty) this.#outbox.pushHeartbeat();
    this.#owesHeartbeat = false;
    const { dropped } = this.#outbox;
    this.#outbox.flush();
    if (this.#outbox.dropped > dropped) this.#tellDrop();
  }

  /** To be called every {@link ClusterTimes.heartbeat_ms}. */
  heartbeat(now_ms: number): void {
    this.#reconnectedAt_ms ??= now_ms;
    // Also a bus that says it is up: one of its connections may lead to a host that is no more.
    if (now_ms - Math.max(this.#echoAt_ms, this.#reconnectedAt_ms) > this.#downAfter_ms) {
      this.#setDown('nothing comes back from the bus');
      this.#reconnectedAt_ms = now_ms;
      this.#options.line.reconnect();
    }
    for (const peer of this.#peers.values()) {
      if (peer.sync.type === 'synced') continue;
      if (now_ms - peer.sync.askedAt_ms >= this.#options.times.heartbeat_ms)
        this.#ask(peer, now_ms);
    }
    this.#owesHeartbeat = true;
    this.flush();
  }

  /** The bus came or went. */
  busChanged(isUp: boolean): void {
    if (!isUp) {
      this.#setDown('the bus is lost');
      return;
    }
    // Up is it only when this comes back.
    this.#outbox.push('*', lines.HELLO);
    this.flush();
  }

  /** Says goodbye: all that this node has is gone at once on the others. */
  leave(): void {
    this.#outbox.push('*', lines.BYE);
    this.flush();
  }

  receive(packet: string, now_ms: number): void {
    const header = packet.length > PACKET_LENGTH_MAX ? null : parseHeader(packet);
    if (header === null) {
      this.#reject('not a packet');
      return;
    }
    if (header.from === this.#options.id) {
      this.#hearSelf(now_ms);
      return;
    }
    this.#received += 1;
    const peer = this.#peers.get(header.from) ?? this.#meet(header, now_ms);
    if (peer === null || header.number <= peer.number) return;
    const isGap = header.number > peer.number + 1;
    peer.number = header.number;
    peer.heardAt_ms = now_ms;
    if (isGap) this.#noticeGap(peer, now_ms);
    if (header.to !== '*' && header.to !== this.#options.id) return;
    for (const line of packetLines(packet, header.length)) {
      const message = parseMessage(line);
      if (message === null) this.#reject('not a message');
      else this.#handle(peer, message);
    }
  }

  get #downAfter_ms(): number {
    return SILENT_HEARTBEATS * this.#options.times.heartbeat_ms;
  }

  #handle(peer: Peer, message: Message): void {
    switch (message.type) {
      case 'hello':
        this.#owesHeartbeat = true;
        this.#schedule();
        return;
      case 'bye':
        this.#drop(peer);
        return;
      case 'sync':
        this.#asking.add(peer.id);
        this.#schedule();
        return;
      case 'snapshot':
        this.#takeSnapshot(peer, message.phase);
        return;
      case 'state':
      case 'users':
        this.#takeState(peer, message);
        return;
      case 'terminate':
        this.#options.apps.get(message.appId)?.terminateUser(message.userId);
        return;
      case 'note':
        this.#options.told(message.note);
        return;
      case 'broadcast':
        this.#options.apps.get(message.broadcast.appId)?.deliver(message.broadcast);
    }
  }

  #takeSnapshot(peer: Peer, phase: 'begin' | 'end'): void {
    if (peer.sync.type === 'synced') return;
    if (phase === 'begin') {
      peer.sync.staged = new StagedState();
      return;
    }
    const { staged } = peer.sync;
    if (staged === null) return;
    peer.sync = { type: 'synced' };
    // What a node brings with it has been reported by those who saw it come.
    this.#isQuiet = !peer.isKnown && !peer.wasLost;
    for (const app of this.#options.apps.values()) {
      app.replaceRemote(peer.id, staged.of(app.id));
    }
    this.#isQuiet = false;
    peer.isKnown = true;
    this.#countSpeakers();
  }

  #takeState(peer: Peer, message: Extract<Message, { type: 'state' | 'users' }>): void {
    const app = this.#options.apps.get(message.appId);
    if (!app) return;
    if (peer.sync.type === 'synced') {
      takeChanges(app, peer.id, message);
      return;
    }
    const { staged } = peer.sync;
    if (staged === null) return;
    if (message.type === 'state') staged.addChannels(app.id, message.channels);
    else staged.addUsers(app.id, message.users);
    if (staged.size <= STAGED_SIZE_MAX) return;
    peer.sync.staged = null;
    this.#reject('too large a state');
  }

  /** @returns null where there are too many nodes to be true */
  #meet({ from, number }: PacketHeader, now_ms: number): Peer | null {
    if (this.#peers.size >= PEERS_MAX) {
      this.#reject('too many nodes');
      return null;
    }
    const peer: Peer = {
      id: from,
      number: number - 1,
      heardAt_ms: now_ms,
      sync: { type: 'unsynced', askedAt_ms: now_ms, staged: null },
      isKnown: false,
      wasLost: this.#lost.delete(from),
    };
    this.#peers.set(from, peer);
    this.#ask(peer, now_ms);
    this.#options.logger.info({ node: from }, 'node of the cluster heard');
    return peer;
  }

  #noticeGap(peer: Peer, now_ms: number): void {
    this.#options.logger.info({ node: peer.id }, 'packets of a node were missed');
    this.#ask(peer, now_ms);
    this.#options.missed();
  }

  #ask(peer: Peer, now_ms: number): void {
    peer.sync = { type: 'unsynced', askedAt_ms: now_ms, staged: null };
    this.#outbox.push(peer.id, lines.SYNC);
    this.#schedule();
  }

  /** An own packet came back: the bus works, in both directions. */
  #hearSelf(now_ms: number): void {
    const silence_ms = now_ms - this.#echoAt_ms;
    this.#echoAt_ms = now_ms;
    if (!this.#isUp || silence_ms > this.#downAfter_ms) this.#setUp(now_ms);
    for (const peer of this.#peers.values()) {
      if (now_ms - peer.heardAt_ms <= this.#options.times.nodeTimeout_ms) continue;
      this.#options.logger.warn({ node: peer.id }, 'node of the cluster is silent and given up');
      this.#rememberLost(peer);
      this.#drop(peer);
      // What it committed last it may not have told any more.
      this.#options.missed();
    }
  }

  #setUp(now_ms: number): void {
    this.#isUp = true;
    this.#hasToldDrop = false;
    // Of what they did meanwhile nothing could be heard.
    for (const peer of this.#peers.values()) peer.heardAt_ms = now_ms;
    if (this.#hasBeenUp) {
      this.#options.logger.info({}, 'the bus is back');
      this.#outbox.push('*', lines.HELLO);
      this.#schedule();
      this.#options.missed();
    }
    this.#hasBeenUp = true;
  }

  #tellDrop(): void {
    // While the bus is away it goes without saying; before the first time, too.
    if (!this.#isUp || this.#hasToldDrop) return;
    this.#hasToldDrop = true;
    this.#options.logger.warn({}, 'the bus takes packets too slowly: some are dropped');
  }

  #setDown(reason: string): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#options.logger.warn({ reason }, 'the bus is down: events stay on this node');
  }

  #drop(peer: Peer): void {
    this.#peers.delete(peer.id);
    this.#asking.delete(peer.id);
    this.#countSpeakers();
    for (const app of this.#options.apps.values()) app.replaceRemote(peer.id, NOTHING);
  }

  #rememberLost(peer: Peer): void {
    if (!peer.isKnown && !peer.wasLost) return;
    this.#lost.add(peer.id);
    for (const id of this.#lost) {
      if (this.#lost.size <= LOST_MAX) return;
      this.#lost.delete(id);
    }
  }

  #countSpeakers(): void {
    const known = [...this.#peers.values()].filter(({ isKnown }) => isKnown);
    this.#speakers = [this.#options.id, ...known.map(({ id }) => id)];
  }

  #stageChanges(): void {
    if (this.#changes.isEmpty) return;
    for (const line of this.#changes.take()) this.#outbox.push('*', line);
  }

  #stageSnapshot(to: string): void {
    this.#outbox.push(to, lines.SNAPSHOT_BEGIN);
    for (const line of wholeState(this.#options.apps)) this.#outbox.push(to, line);
    this.#outbox.push(to, lines.SNAPSHOT_END);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.schedule();
  }

  #reject(reason: string): void {
    this.#rejected += 1;
    // The first says that there is something; thousands would fill the disk.
    if (this.#rejected === 1 || this.#rejected % 1000 === 0) {
      this.#options.logger.warn({ reason, rejected: this.#rejected }, 'garbage on the bus');
    }
  }
}

function takeChanges(
  app: App,
  nodeId: string,
  message: Extract<Message, { type: 'state' | 'users' }>,
): void {
  if (message.type === 'state') {
    for (const { name, ...part } of message.channels) app.applyRemote(nodeId, name, part);
    return;
  }
  for (const [userId, isThere] of message.users) app.users.applyRemote(nodeId, userId, isThere);
}
