import { channelAccess } from '../wire/channel-name.ts';
import type { Call } from './call.ts';
import { channelInfo, parseInfo } from './channel-info.ts';
import { parseChannel } from './event-request.ts';
import { HttpError } from './http-error.ts';

/** `GET channels/NAME`: whether it is occupied, and the attributes that were asked for. */
export function getChannel({ app, name, query }: Call): object {
  const channel = parseChannel(name);
  const info = parseInfo(query.get('info'));
  if (info.has('user_count') && channelAccess(channel) !== 'presence') {
    throw new HttpError(
      400,
      'Cannot retrieve the user count unless the channel is a presence channel',
    );
  }
  return { occupied: app.channels.has(channel), ...channelInfo(app, channel, info) };
}
