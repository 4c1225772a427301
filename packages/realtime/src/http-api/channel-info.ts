import { performance } from 'node:perf_hooks';
import type { App } from '../channel/app.ts';
import { channelAccess } from '../wire/channel-name.ts';
import { parseJson } from '../wire/json.ts';
import { HttpError } from './http-error.ts';

/** Attributes of a channel that a caller may ask for. */
export type ChannelAttribute = 'user_count' | 'subscription_count' | 'cache';

/** Those that were asked for and that the kind of channel has. */
export interface ChannelInfo {
  user_count?: number;
  subscription_count?: number;
  /** The last event of a cache channel, where this node knows one; `ttl` in seconds. */
  cache?: { data: unknown; ttl: number };
}

const ATTRIBUTES: ReadonlySet<string> = new Set<ChannelAttribute>([
  'user_count',
  'subscription_count',
  'cache',
]);

const NONE: ReadonlySet<ChannelAttribute> = new Set();

/** Reads `info`, a list with commas. Some SDKs send null for what was not given. */
export function parseInfo(info: unknown): ReadonlySet<ChannelAttribute> {
  if (info === undefined || info === null || info === '') return NONE;
  if (typeof info !== 'string') throw new HttpError(400, 'info must be a string');
  const attributes = new Set<ChannelAttribute>();
  for (const attribute of info.split(',').map((part) => part.trim())) {
    if (attribute === '') continue;
    if (!isAttribute(attribute)) {
      // Begins in Pusher's own words: an SDK's tests look for them.
      const message = `info should be a comma separated list of attributes: ${[...ATTRIBUTES].join(', ')}`;
      throw new HttpError(400, message);
    }
    attributes.add(attribute);
  }
  return attributes;
}

function isAttribute(text: string): text is ChannelAttribute {
  return ATTRIBUTES.has(text);
}

/** Counts in the whole cluster, from memory; zeros for a channel that is not occupied. */
export function channelInfo(
  app: App,
  name: string,
  attributes: ReadonlySet<ChannelAttribute>,
): ChannelInfo {
  const channel = app.channels.get(name);
  const info: ChannelInfo = {};
  if (attributes.has('user_count') && channelAccess(name) === 'presence') {
    info.user_count = channel?.userCount ?? 0;
  }
  if (attributes.has('subscription_count')) {
    info.subscription_count = channel?.subscriptionCount ?? 0;
  }
  const last = attributes.has('cache') ? app.cache.recall(name, performance.now()) : null;
  if (last) info.cache = { data: parseJson(last.dataJson), ttl: Math.ceil(last.ttl_ms / 1000) };
  return info;
}
