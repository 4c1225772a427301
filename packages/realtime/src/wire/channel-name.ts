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
