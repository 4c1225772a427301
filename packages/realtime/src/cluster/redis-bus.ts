import { SILENT_LOGGER, type RealtimeLogger } from '../options.ts';
import type { Bus, BusLine, BusListener } from './bus.ts';
import { RedisEventCache } from './redis-event-cache.ts';
import { openRedisLink } from './redis-link.ts';

export interface RedisBusOptions {
  /** `redis[s]://[[username][:password]@]host[:port][/database]` */
  url: string;
  /** Default: silent. */
  logger?: RealtimeLogger;
  /**
   * Begins every channel and key in Redis. Servers with the same one are one cluster, whatever the
   * database: publish and subscribe know no databases. Default `parley`.
   */
  prefix?: string;
}

/** Characters that wait for a Redis that does not answer; what comes on top is dropped. */
const WAITING_MAX = 16 * 1024 * 1024;

/**
 * Joins servers over publish and subscribe of a Redis or Valkey, alone or a cluster: every packet
 * goes to every node, for one that asked only for its own channels would miss what comes between a
 * subscriber's arrival and Redis' answer. One connection publishes, one listens; both come back by
 * themselves, for ever. Nothing is thrown, awaited or kept while Redis is away. The connections are
 * made when a server joins, and closed with it.
 *
 * @throws TypeError, as a server joins, where the address is none
 */
export function createRedisBus(options: RedisBusOptions): Bus {
  return { connect: (listener) => connect(options, listener) };
}

function connect(
  { url, logger = SILENT_LOGGER, prefix = 'parley' }: RedisBusOptions,
  listener: BusListener,
): BusLine {
  const channel = `${prefix}:bus`;
  let isUp = false;
  let waiting = 0;
  const changed = (): void => {
    const now = publisher.ready !== null && subscriber.ready !== null;
    if (now === isUp) return;
    isUp = now;
    listener.changed(isUp);
  };
  const receive = (packet: string): void => listener.receive(packet);
  const publisher = openRedisLink({ url, logger, changed });
  const subscriber = openRedisLink({
    url,
    logger,
    changed,
    prepare: async (client) => client.subscribe(channel, receive),
  });
  return {
    cache: new RedisEventCache(publisher, `${prefix}:last:`, logger),
    publish(packet) {
      const client = publisher.ready;
      if (client === null || waiting + packet.length > WAITING_MAX) return false;
      waiting += packet.length;
      client
        .publish(channel, packet)
        .catch((error: unknown) => {
          // Whoever listens sees the gap.
          logger.debug({ err: error }, 'packet lost on its way to Redis');
        })
        .finally(() => {
          waiting -= packet.length;
        });
      return true;
    },
    reconnect() {
      publisher.reconnect();
      subscriber.reconnect();
    },
    async close() {
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}
