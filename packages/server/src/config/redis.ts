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
export function redisFrom(given: Variables, faults: string[]): RedisSettings | null {
  if (given.REVERB_SCALING_ENABLED === false) return null;
  if (given.REDIS_URL === undefined && given.REVERB_SCALING_ENABLED === undefined) return null;
  const url = given.REDIS_URL ?? urlFrom(given, faults);
  return { url, prefix: given.REVERB_SCALING_CHANNEL };
}

function urlFrom(given: Variables, faults: string[]): Secret {
  // Laravel takes `tls://HOST`, too.
  const [, tls, host] = /^(tls:\/\/)?([A-Za-z0-9._:[\]-]+)$/.exec(given.REDIS_HOST ?? LOCAL) ?? [];
  if (host === undefined) faults.push('REDIS_HOST must be a host name or an address');
  const url = new URL(`${tls === undefined ? 'redis' : 'rediss'}://${LOCAL}`);
  url.hostname = host ?? LOCAL;
  url.port = String(given.REDIS_PORT ?? 6379);
  url.username = encodeURIComponent(given.REDIS_USERNAME ?? '');
  url.password = encodeURIComponent(given.REDIS_PASSWORD?.reveal() ?? '');
  url.pathname = `/${given.REDIS_DB ?? 0}`;
  return new Secret(url.href);
}

const LOCAL = '127.0.0.1';
