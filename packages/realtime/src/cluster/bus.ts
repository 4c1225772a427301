import type { SharedEventCache } from '../channel/event-cache.ts';

/** An event on its way to the subscribers of one app, here and on other nodes. */
export interface Broadcast {
  appId: string;
  channels: readonly string[];
  event: string;
  /** JSON text of the data, as it stands in the frame. */
  dataJson: string;
  /** Socket ids are unique across nodes, so that this holds wherever that socket is. */
  exceptSocketId?: string;
  /** Who sent a client event on a presence channel. */
  userId?: string;
}

/** What a bus tells the node that is connected to it. */
export interface BusListener {
  /**
   * What any node published, this one included, in the order in which the bus took it. Whatever
   * else lies on the bus comes as well; it has not been looked at.
   */
  receive(packet: string): void;
  /** `true`: packets go out and come in from now on. `false`: they are lost. */
  changed(isUp: boolean): void;
}

/** One node's end of the bus. */
export interface BusLine {
  /**
   * To all nodes. Returns at once and never throws.
   *
   * @returns false where the packet is lost: the bus is down, or takes packets too slowly
   */
  publish(packet: string): boolean;
  /** Nothing comes back though the bus seems up: connect anew. */
  reconnect(): void;
  close(): Promise<void>;
  /** Last events of cache channels, for nodes that were not there when they were published. */
  readonly cache?: SharedEventCache;
}

/**
 * What joins several servers into one: carries packets, and knows nothing of what is in them. It
 * may lose packets, and keeps those of one node in order.
 */
export interface Bus {
  connect(listener: BusListener): BusLine;
}

/** Joins servers within one process. */
export function createMemoryBus(): Bus {
  const listeners = new Set<BusListener>();
  return {
    connect(listener) {
      listeners.add(listener);
      // As on a real bus: nothing comes back in the middle of sending.
      queueMicrotask(() => {
        if (listeners.has(listener)) listener.changed(true);
      });
      return {
        publish(packet) {
          queueMicrotask(() => {
            for (const each of listeners) each.receive(packet);
          });
          return true;
        },
        reconnect: () => undefined,
        async close() {
          listeners.delete(listener);
        },
      };
    },
  };
}
