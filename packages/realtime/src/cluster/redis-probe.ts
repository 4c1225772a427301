import { redisLibrary } from './redis-library.ts';
import { serverNameOf } from './redis-tls.ts';

const TIMEOUT_MS = 5_000;

/**
 * Whether a Redis can be had: connects once, asks for its time, and leaves.
 *
 * @param url `redis[s]://[[username][:password]@]host[:port][/database]`
 * @returns its clock, in Unix milliseconds
 * @throws TypeError where the address is none; else what the connection failed for
 */
export async function probeRedis(url: string): Promise<number> {
  const client = redisLibrary().createClient({
    url,
    // As the bus does: understood by every Redis and Valkey.
    RESP: 2,
    maintNotifications: 'disabled',
    disableClientInfo: true,
    socket: {
      ...serverNameOf(url),
      connectTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      reconnectStrategy: false,
    },
  });
  // What fails rejects the call that it belongs to.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const [seconds, micros] = await client.sendCommand<[string, string]>(['TIME']);
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  } finally {
    client.destroy();
  }
}
