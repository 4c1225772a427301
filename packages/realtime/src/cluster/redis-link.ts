import type { RealtimeLogger } from '../options.ts';
import { redisLibrary } from './redis-library.ts';
import { serverNameOf } from './redis-tls.ts';

/** Of one connection attempt, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection over which nothing went for so many milliseconds is closed, pings included. */
const SILENCE_MAX_MS = 12_000;
const PING_INTERVAL_MS = 4_000;
/** The longest wait before the next attempt. */
const RETRY_MAX_MS = 3_000;
const RETRY_MIN_MS = 50;
/** Milliseconds that a close may take, in which what was sent may still go out. */
const CLOSE_TIMEOUT_MS = 1_000;

export type RedisClient = ReturnType<typeof newClient>;

/** One connection to Redis, made again for ever when it is lost. */
export interface RedisLink {
  /** The client while it is connected, else null. */
  readonly ready: RedisClient | null;
  reconnect(): void;
  close(): Promise<void>;
}

export interface RedisLinkOptions {
  /** `redis[s]://[[username][:password]@]host[:port][/database]` */
  url: string;
  logger: RealtimeLogger;
  /** Called on each client, before it connects for the first time. */
  prepare?: (client: RedisClient) => Promise<unknown> | undefined;
  changed: (isReady: boolean) => void;
}

/** @throws TypeError where the address is none */
export function openRedisLink({ url, logger, prepare, changed }: RedisLinkOptions): RedisLink {
  let client = newClient(url);
  let isReady = false;
  let isClosed = false;
  let lastError = '';

  const setReady = (now: boolean): void => {
    if (isReady === now) return;
    isReady = now;
    changed(now);
  };
  const start = (current: RedisClient): void => {
    const isCurrent = (): boolean => current === client && !isClosed;
    current.on('error', (error: Error) => {
      if (!isCurrent()) return;
      setReady(false);
      // Each attempt fails in the same way; once is enough.
      if (error.message !== lastError) logger.warn({ err: error }, 'Redis is not to be had');
      lastError = error.message;
    });
    current.on('ready', () => {
      if (!isCurrent()) return;
      lastError = '';
      Promise.resolve(prepare?.(current)).then(
        () => {
          if (isCurrent() && current.isReady) setReady(true);
        },
        (error: unknown) => logger.warn({ err: error }, 'Redis refused'),
      );
    });
    // Resolves with the first connection; what fails before it was told as an error.
    current.connect().catch((error: unknown) => {
      if (isCurrent()) logger.warn({ err: error }, 'Redis is given up');
    });
  };
  start(client);

  return {
    get ready() {
      return isReady ? client : null;
    },
    reconnect() {
      if (isClosed) return;
      const old = client;
      client = newClient(url);
      setReady(false);
      old.destroy();
      start(client);
    },
    async close() {
      isClosed = true;
      if (!isReady) {
        client.destroy();
        return;
      }
      isReady = false;
      const timer = setTimeout(() => client.destroy(), CLOSE_TIMEOUT_MS);
      await client.close().catch((error: unknown) => {
        logger.debug({ err: error }, 'Redis was gone before it was left');
      });
      clearTimeout(timer);
    },
  };
}

function newClient(url: string) {
  return redisLibrary().createClient({
    url,
    // Understood by every Redis and Valkey; nothing here needs more.
    RESP: 2,
    maintNotifications: 'disabled',
    disableClientInfo: true,
    // What cannot go out now is lost, and known to be: nothing is kept for later.
    disableOfflineQueue: true,
    pingInterval: PING_INTERVAL_MS,
    socket: {
      ...serverNameOf(url),
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MAX_MS,
      reconnectStrategy: (retries) => {
        const limit_ms = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(retries, 10));
        return Math.ceil(limit_ms * (0.5 + Math.random() / 2));
      },
    },
  });
}
