/** PP-10: the characters that Pusher and its SDKs accept, and nothing before or after them. */
const CHANNEL_NAME = /^[A-Za-z0-9_\-=@,.;]{1,200}$/;

/** What a subscriber must bring: nothing, a signature, or a signature over who it is. */
export type ChannelAccess = 'public' | 'private' | 'presence';

export function isChannelName(name: string): boolean {
  return CHANNEL_NAME.test(name);
}

export function channelAccess(name: string): ChannelAccess {
  if (name.startsWith('presence-')) return 'presence';
  return name.startsWith('private-') ? 'private' : 'public';
}

const USER_PREFIX = '#server-to-user-';
/** A user id may hold whatever the application likes, but for control characters. */
// oxlint-disable-next-line no-control-regex -- they are what is refused
const USER_CHANNEL_NAME = /^#server-to-user-[^\u0000-\u001f\u007f]{1,184}$/;

/**
 * PP-5: whether this is the channel of one signed-in user. A server may publish to it, and that
 * user alone subscribe; nothing else may be done with such a name, nor is it ever signed.
 */
export function isUserChannelName(name: string): boolean {
  return USER_CHANNEL_NAME.test(name);
}

/** The user whose own channel this is, else null. */
export function userOfChannel(name: string): string | null {
  return name.startsWith(USER_PREFIX) ? name.slice(USER_PREFIX.length) : null;
}

/**
 * Whether the last event of this channel is kept for those who come later. The prefix stands after
 * the one that says who may subscribe.
 */
export function isCacheChannel(name: string): boolean {
  return (
    name.startsWith('cache-') ||
    name.startsWith('private-cache-') ||
    name.startsWith('presence-cache-') ||
    name.startsWith('private-encrypted-cache-')
  );
}

/**
 * Whether this event is the last of a cache channel. What a client sends is not: it would be shown
 * to later subscribers as if the application had said it.
 */
export function isCached(channel: string, event: string): boolean {
  return isCacheChannel(channel) && !event.startsWith('client-');
}

/**
 * PP-6: whether subscribers may write to this channel at all. Not to a public one, where anybody
 * is a subscriber, and not to an encrypted one, whose events only a server can seal.
 */
export function allowsClientEvents(name: string): boolean {
  return channelAccess(name) !== 'public' && !name.startsWith('private-encrypted-');
}
