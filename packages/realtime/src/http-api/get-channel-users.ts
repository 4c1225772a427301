import { channelAccess } from '../wire/channel-name.ts';
import type { Call } from './call.ts';
import { parseChannel } from './event-request.ts';
import { HttpError } from './http-error.ts';

/** `GET channels/NAME/users`: who is on a presence channel; of an empty one nobody. */
export function getChannelUsers({ app, name }: Call): object {
  const channel = parseChannel(name);
  if (channelAccess(channel) !== 'presence') {
    throw new HttpError(400, 'Users can only be retrieved for presence channels');
  }
  const ids = app.channels.get(channel)?.roster?.userIds() ?? [];
  return { users: Array.from(ids, (id) => ({ id })) };
}
