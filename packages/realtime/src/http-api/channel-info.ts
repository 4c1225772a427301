import type { App } from '../channel/app.ts';
import { channelAccess } from '../wire/channel-name.ts';
import { HttpError } from './http-error.ts';

/** Attributes of a channel that a caller may ask for. */
export type ChannelAttribute = 'user_count' | 'subscription_count';

/** Those that were asked for and that the kind of channel has. */
export type ChannelInfo = Partial<Record<ChannelAttribute, number>>;

const NONE: ReadonlySet<ChannelAttribute> = new Set();

/** Reads `info`, a list with commas. Some SDKs send null for what was not given. */
export function parseInfo(info: unknown): ReadonlySet<ChannelAttribute> {
  if (info === undefined || info === null || info === '') return NONE;
  if (typeof info !== 'string') throw new HttpError(400, 'info must be a string');
  const attributes = new Set<ChannelAttribute>();
  for (const attribute of info.split(',').map((part) => part.trim())) {
    if (attribute === '') continue;
    if (attribute !== 'user_count' && attribute !== 'subscription_count') {
      throw new HttpError(400, 'info takes user_count and subscription_count');
    }
    attributes.add(attribute);
  }
  return attributes;
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
  return info;
}
