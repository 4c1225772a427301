import { Secret } from './secret.ts';
import type { Variables } from './variables.ts';

/** What joins several processes into one server. */
export interface RedisSettings {
  /** `redis://` or `rediss://`, with user, password and database number where there are any. */
  readonly url: Secret;
  /** Begins every name on Redis, so that installations can share one. */
  readonly prefix: string;
}

/**
 * Null: one process alone. `REDIS_URL` is enough; what Laravel's files say besides
 * (`REDIS_HOST`, `REDIS_PASSWORD`…) stands in all of them, used or not, and so counts only with
 * `REVERB_SCALING_ENABLED=true`, as in Laravel.
 */
export function redisFrom(given: Variables): RedisSettings | null {
  const url = given.REDIS_URL ?? (given.REVERB_SCALING_ENABLED === true ? urlFrom(given) : null);
  if (url === null || given.REVERB_SCALING_ENABLED === false) return null;
  return { url, prefix: given.REVERB_SCALING_CHANNEL };
}

function urlFrom(given: Variables): Secret {
  const url = new URL('redis://127.0.0.1:6379');
  url.hostname = given.REDIS_HOST ?? url.hostname;
  url.port = String(given.REDIS_PORT ?? url.port);
  url.username = encodeURIComponent(given.REDIS_USERNAME ?? '');
  url.password = encodeURIComponent(given.REDIS_PASSWORD?.reveal() ?? '');
  url.pathname = `/${given.REDIS_DB ?? 0}`;
  return new Secret(url.href);
}
