import { bodyJson, type Call } from './call.ts';
import { channelInfo, parseInfo, type ChannelInfo } from './channel-info.ts';
import { parseChannels, parseEvent, requireObject } from './event-request.ts';

/** `POST events`: one event to up to 100 channels. */
export function postEvents(call: Call): object {
  const { app, publish } = call;
  const body = requireObject(bodyJson(call), 'The body');
  const event = parseEvent(body, app.limits);
  const channels = parseChannels(body, app.limits);
  const info = parseInfo(body['info']);
  publish({ appId: app.id, channels, ...event });
  if (info.size === 0) return {};
  const infos = new Map<string, ChannelInfo>();
  for (const name of channels) infos.set(name, channelInfo(app, name, info));
  return { channels: Object.fromEntries(infos) };
}
