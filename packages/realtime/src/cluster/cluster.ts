import { performance } from 'node:perf_hooks';
import type { App } from '../channel/app.ts';
import type { SharedEventCache } from '../channel/event-cache.ts';
import type { RealtimeLogger } from '../options.ts';
import type { Broadcast, Bus } from './bus.ts';
import {
  ClusterNode,
  DEFAULT_CLUSTER_TIMES,
  type ClusterFigures,
  type ClusterTimes,
} from './cluster-node.ts';
import { newNodeId } from './packet.ts';

/** Milliseconds in which several losses are told as one. */
const MISSED_DELAY_MS = 200;

export interface ClusterOptions {
  bus: Bus;
  apps: ReadonlyMap<string, App>;
  logger: RealtimeLogger;
  times?: Partial<ClusterTimes> | undefined;
  /** Events of other nodes may have been missed. */
  missed?: (() => void) | undefined;
  /** A note of another node's embedding server. */
  told?: ((note: string) => void) | undefined;
}

export interface Cluster {
  readonly figures: ClusterFigures;
  /** Where the bus keeps last events of cache channels. */
  readonly cache: SharedEventCache | undefined;
  /** To the other nodes; this one has delivered it already. Never throws, never waits. */
  send(broadcast: Broadcast): void;
  /** Closes the sockets of a user on the other nodes. */
  terminateUser(appId: string, userId: string): void;
  /** A note for the embedding servers of the other nodes. Never throws, never waits. */
  tell(note: string): void;
  /** Says goodbye. To be called after all sockets are closed. */
  leave(): Promise<void>;
}

/** Joins the apps of this process to those of the same ids on other nodes. */
export function joinCluster({ bus, apps, logger, times, missed, told }: ClusterOptions): Cluster {
  const { heartbeat_ms, nodeTimeout_ms } = { ...DEFAULT_CLUSTER_TIMES, ...times };
  let missedTimer: NodeJS.Timeout | undefined;
  const node: ClusterNode = new ClusterNode({
    id: newNodeId(),
    apps,
    line: { publish: (packet) => line.publish(packet), reconnect: () => line.reconnect() },
    times: { heartbeat_ms, nodeTimeout_ms },
    logger,
    schedule: () => setImmediate(() => node.flush()),
    missed() {
      missedTimer ??= setTimeout(() => {
        missedTimer = undefined;
        missed?.();
      }, MISSED_DELAY_MS);
    },
    told(note) {
      try {
        told?.(note);
      } catch (error) {
        logger.error({ err: error }, 'a note of another node failed');
      }
    },
  });
  const line = bus.connect({
    receive: (packet) => node.receive(packet, performance.now()),
    changed: (isUp) => node.busChanged(isUp),
  });
  const timer = setInterval(() => node.heartbeat(performance.now()), heartbeat_ms);
  return {
    get figures() {
      return node.figures;
    },
    cache: line.cache,
    send: (broadcast) => node.send(broadcast),
    terminateUser: (appId, userId) => node.terminateUser(appId, userId),
    tell: (note) => node.tell(note),
    async leave() {
      clearInterval(timer);
      clearTimeout(missedTimer);
      node.leave();
      await line.close();
    },
  };
}
