import { setTimeout as sleep } from 'node:timers/promises';
import type { CachedEvent, SharedEventCache } from '../channel/event-cache.ts';
import type { RealtimeLogger } from '../options.ts';
import { isJsonObject, parseJson } from '../wire/json.ts';
import type { RedisLink } from './redis-link.ts';

/** Milliseconds that a subscriber waits for Redis before the event is taken for forgotten. */
const RECALL_TIMEOUT_MS = 1_000;
/** Events on their way to Redis; while so many wait, more are not remembered. */
const WAITING_MAX = 1_000;

/** Last events of cache channels in Redis, forgotten there by themselves. */
export class RedisEventCache implements SharedEventCache {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #logger: RealtimeLogger;
  #waiting = 0;

  constructor(link: RedisLink, prefix: string, logger: RealtimeLogger) {
    this.#link = link;
    this.#prefix = prefix;
    this.#logger = logger;
  }

  remember(appId: string, channel: string, { event, dataJson }: CachedEvent, ttl_ms: number): void {
    const client = this.#link.ready;
    if (client === null || this.#waiting >= WAITING_MAX) return;
    this.#waiting += 1;
    const text = JSON.stringify({ event, dataJson });
    client
      .set(this.#key(appId, channel), text, { expiration: { type: 'PX', value: ttl_ms } })
      .catch((error: unknown) => {
        this.#logger.debug({ err: error, appId, channel }, 'cached event not kept in Redis');
      })
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  async recall(appId: string, channel: string): Promise<CachedEvent | null> {
    const client = this.#link.ready;
    if (client === null) throw new Error('Redis is not connected');
    const answer = client.get(this.#key(appId, channel));
    const text = await Promise.race([answer, rejectAfter(RECALL_TIMEOUT_MS)]);
    return text === null ? null : parseCachedEvent(text);
  }

  #key(appId: string, channel: string): string {
    return `${this.#prefix}${appId}:${channel}`;
  }
}

async function rejectAfter(timeout_ms: number): Promise<never> {
  await sleep(timeout_ms, undefined, { ref: false });
  throw new Error(`Redis did not answer within ${timeout_ms} ms`);
}

/** Whoever can write to Redis may have written anything there. */
function parseCachedEvent(text: string): CachedEvent | null {
  const value = parseJson(text);
  if (!isJsonObject(value)) return null;
  const { event, dataJson } = value;
  if (typeof event !== 'string' || typeof dataJson !== 'string') return null;
  return parseJson(dataJson) === undefined ? null : { event, dataJson };
}
