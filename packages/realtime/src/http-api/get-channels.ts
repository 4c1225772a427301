import { isUserChannelName } from '../wire/channel-name.ts';
import type { Call } from './call.ts';
import { channelInfo, parseInfo, type ChannelInfo } from './channel-info.ts';
import { HttpError } from './http-error.ts';

/** `GET channels`: the occupied ones, by prefix, with the attributes that were asked for. */
export function getChannels({ app, query }: Call): object {
  const prefix = query.get('filter_by_prefix') ?? '';
  const info = parseInfo(query.get('info'));
  if (info.has('user_count') && !prefix.startsWith('presence-')) {
    throw new HttpError(
      400,
      // In Pusher's own words and spelling: an SDK compares them.
      'user_count may only be requested for presence channels - please supply filter_by_prefix begining with presence-',
    );
  }
  const channels = new Map<string, ChannelInfo>();
  for (const name of app.channels.keys()) {
    if (name.startsWith(prefix) && !isUserChannelName(name))
      channels.set(name, channelInfo(app, name, info));
  }
  return { channels: Object.fromEntries(channels) };
}
