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

/** What joins several servers into one. Each delivers to its own sockets by itself. */
export interface Bus {
  /** @param deliver takes what the others send; never what this node sent */
  join(deliver: (broadcast: Broadcast) => void): BusNode;
  /** Last events of cache channels, for nodes that were not there when they were published. */
  readonly cache?: SharedEventCache;
}

export interface BusNode {
  /** To all other nodes. Returns at once; a bus that is down loses the event, never throws. */
  send(broadcast: Broadcast): void;
  leave(): Promise<void>;
}

/** Joins servers within one process. A server that is given no bus has one for itself alone. */
export function createMemoryBus(): Bus {
  const nodes = new Set<(broadcast: Broadcast) => void>();
  return {
    join(deliver) {
      nodes.add(deliver);
      return {
        send(broadcast) {
          for (const node of nodes) if (node !== deliver) node(broadcast);
        },
        async leave() {
          nodes.delete(deliver);
        },
      };
    },
  };
}
